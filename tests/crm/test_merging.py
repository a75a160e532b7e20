"""Two records of one person become one; undone, everything stands as it did."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from core.errors import Refusal
from core.lunar import Birthday
from crm import actions, references, search
from crm.models import ContactPoint, Customer, CustomerMerge
from crm.reaching import Way
from tenancy.models import SearchToken
from tests.factories.crm import (
    make_customer,
    make_enquiry,
    make_estate,
    make_tag,
    make_visit,
)
from workflow.models import StaffTask

pytestmark = pytest.mark.django_db


def fingerprint() -> dict:
    """Everything that can name a customer, but for what a merge counts and where it is found."""
    rows = {}
    for model in {reference.model for reference in references.references()}:
        for row in model._default_manager.order_by("pk").values():
            row.pop("version", None)
            row.pop("last_contact_at", None)
            rows[model._meta.label, row["id"]] = row
    return rows


def test_what_names_the_one_names_the_other(firm, agent):
    kept, gone = (
        make_customer("陈立群", phone="13800138000"),
        make_customer("陈立群", phone="13900139000", family="夫妻"),
    )
    visit = make_visit(gone)
    make_enquiry(gone)
    task = StaffTask.objects.create(
        kind="follow", title="回电", subject_kind="customer", subject_id=gone.pk, customer_id=gone.pk
    )
    referred = make_customer("邓慧", referrer=gone)

    actions.merge_customers(kept, gone=gone, by=agent, reason="同一人")

    for row in (kept, gone, visit, task, referred):
        row.refresh_from_db()
    assert (visit.customer_id, task.subject_id, task.customer_id, referred.referrer_id) == (kept.pk,) * 4
    assert (kept.family, gone.merged_into_id, gone.is_living) == ("夫妻", kept.pk, False)
    assert kept.contact_points.filter(is_primary=True).get().value == "+8613800138000"
    assert kept.contact_points.count() == 2
    assert list(search.customers(Customer.objects.living(), "13900139000")) == [kept]
    assert not SearchToken.objects.filter(subject_id=gone.pk).exists()


def test_what_would_stand_twice_stays_with_the_one_that_went(firm, agent):
    tag = make_tag("老客户")
    kept, gone = (
        make_customer(phone="13800138000", tags=[tag]),
        make_customer(phone="13800138000", tags=[tag]),
    )
    make_enquiry(kept)
    make_enquiry(gone)
    actions.merge_customers(kept, gone=gone, by=agent)
    assert (kept.taggings.count(), kept.contact_points.count(), kept.enquiries.count()) == (1, 1, 1)
    assert (gone.taggings.count(), gone.contact_points.count(), gone.enquiries.count()) == (1, 1, 1)


def test_nobody_becomes_their_own_referrer(firm, agent):
    gone = make_customer("介绍人")
    kept = make_customer("被介绍", referrer=gone)
    merge = actions.merge_customers(kept, gone=gone, by=agent)
    kept.refresh_from_db()
    assert kept.referrer_id is None
    actions.undo_merge(merge, by=agent)
    kept.refresh_from_db()
    assert kept.referrer_id == gone.pk


def test_refusals_of_a_merge_move_nothing(firm, agent, designer):
    kept, gone = make_customer(), make_customer()
    before = fingerprint()
    with pytest.raises(Refusal, match="岗位"):
        actions.merge_customers(kept, gone=gone, by=designer)
    with pytest.raises(Refusal, match="自己"):
        actions.merge_customers(kept, gone=kept, by=agent)
    assert (fingerprint(), CustomerMerge.objects.count()) == (before, 0)


def test_a_merge_is_undone_once_and_only_in_time(firm, agent):
    kept, gone = make_customer(), make_customer()
    merge = actions.merge_customers(kept, gone=gone, by=agent)
    with pytest.raises(Refusal, match="已经合并"):
        actions.merge_customers(make_customer(), gone=gone, by=agent)
    CustomerMerge.objects.filter(pk=merge.pk).update(at=timezone.now() - timedelta(days=31))
    with pytest.raises(Refusal, match="期限"):
        actions.undo_merge(merge, by=agent)
    CustomerMerge.objects.filter(pk=merge.pk).update(at=timezone.now())
    actions.undo_merge(merge, by=agent)
    with pytest.raises(Refusal, match="已经撤销"):
        actions.undo_merge(merge, by=agent)


def test_merges_in_a_row_are_undone_from_the_last(firm, agent):
    first, second, third = make_customer("甲"), make_customer("乙"), make_customer("丙")
    before = fingerprint()
    one = actions.merge_customers(second, gone=first, by=agent)
    two = actions.merge_customers(third, gone=second, by=agent)
    with pytest.raises(Refusal, match="又被合并"):
        actions.undo_merge(one, by=agent)
    actions.undo_merge(two, by=agent)
    actions.undo_merge(one, by=agent)
    assert fingerprint() == before


def test_what_came_later_stays_with_the_one_that_stayed(firm, agent):
    kept, gone = make_customer(), make_customer()
    merge = actions.merge_customers(kept, gone=gone, by=agent)
    later = make_visit(kept)
    actions.undo_merge(merge, by=agent)
    later.refresh_from_db()
    assert later.customer_id == kept.pk


PHONES = st.lists(st.sampled_from(["13800138001", "13800138002", "13800138003"]), max_size=3)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "family": st.sampled_from(["夫妻", "三口"]),
        "notes": st.sampled_from(["周末打", "要发票"]),
        "address": st.sampled_from(["南二环 1 号"]),
        "budget_min_fen": st.sampled_from([100, 200]),
        "importance": st.sampled_from(["vip", "key"]),
    },
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(phones=st.tuples(PHONES, PHONES), facts=st.tuples(FACTS, FACTS), data=st.data())
def test_merging_and_undoing_leaves_no_trace(firm, agent, phones, facts, data):
    tags = [make_tag(name) for name in ("甲", "乙")]
    people = []
    for numbers, known in zip(phones, facts, strict=True):
        person = make_customer("陈立群", contact_points=[Way(n) for n in numbers], **known)
        actions.set_tags(person, tags=data.draw(st.lists(st.sampled_from(tags), unique=True)), by=None)
        if data.draw(st.booleans()):
            make_enquiry(person)
        if data.draw(st.booleans()):
            make_visit(person)
        if data.draw(st.booleans()):
            actions.change_customer(
                person,
                by=None,
                birthday=Birthday("solar", 5, 6),
                estate=make_estate(),
                building="3",
                room="1502",
            )
        people.append(person)
    if data.draw(st.booleans()):
        actions.change_customer(people[0], by=None, referrer=people[1])
    before = fingerprint()

    merge = actions.merge_customers(people[0], gone=people[1], by=agent)
    assert not references.Reference(ContactPoint, "customer_id").movable(people[1].pk, people[0].pk).exists()
    actions.undo_merge(merge, by=agent)

    assert fingerprint() == before
    assert all(isinstance(UUID(str(person.pk)), UUID) for person in people)
