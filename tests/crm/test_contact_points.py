"""Numbers change hands, couples share them, the first one is tried first."""

import pytest

from core.errors import Refusal
from crm import actions
from crm.models import ContactPoint
from crm.reaching import Way
from crm.words import ContactKind, Reach
from notifications.models import Consent, Suppression
from tests.factories.crm import make_contact_point, make_customer

pytestmark = pytest.mark.django_db


def test_the_first_of_a_kind_is_primary_and_there_is_only_one(firm, agent):
    customer = make_customer(phone="13800138000")
    second = actions.add_contact_point(customer, way=Way("13900139000"), by=agent, is_primary=True)
    assert second.is_primary
    assert list(customer.contact_points.filter(is_primary=True)) == [second]


def test_the_same_number_is_refused_however_it_is_written(firm, agent):
    customer = make_customer(phone="13800138000")
    with pytest.raises(Refusal, match="已有同样"):
        actions.add_contact_point(customer, way=Way("+86 138-0013-8000"), by=agent)
    assert customer.contact_points.count() == 1


def test_another_number_has_not_been_proved(firm, agent):
    point = make_customer(phone="13800138000").contact_points.get()
    point = actions.verify_contact_point(point, by=agent)
    assert (point.reach, bool(point.verified_at)) == (Reach.REACHABLE, True)
    point = actions.change_contact_point(point, by=agent, value="13900139000", note="新号")
    assert (point.value, point.verified_at, point.reach) == ("+8613900139000", None, Reach.UNKNOWN)


def test_a_wrong_number_gives_its_place_to_another(firm, agent):
    customer = make_customer(phone="13800138000")
    other = make_contact_point(customer, "13900139000")
    wrong = actions.mark_reach(customer.contact_points.get(is_primary=True), reach=Reach.WRONG, by=agent)
    assert (wrong.is_wrong, wrong.is_primary) == (True, False)
    other.refresh_from_db()
    assert other.is_primary


def test_a_removed_number_is_gone_and_no_longer_found(firm, agent):
    customer = make_customer(phone="13800138000")
    actions.remove_contact_point(customer.contact_points.get(), by=agent)
    assert not ContactPoint.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "nobody"), ("wechat", "a"), ("wechat", "两 个 词"), ("phone", "12345"), ("phone", "")],
)
def test_what_cannot_work_is_refused(firm, agent, kind, value):
    customer = make_customer(phone="")
    with pytest.raises(Refusal):
        actions.add_contact_point(customer, way=Way(value, kind=kind), by=agent)
    assert not ContactPoint.objects.exists()


def test_consent_and_its_withdrawal_stop_and_start_a_purpose(firm, agent):
    point = make_customer(phone="13800138000").contact_points.get()
    actions.forbid(point, purpose="marketing", by=agent, evidence="电话里说不要")
    assert Suppression.objects.standing().get().address == "+8613800138000"
    actions.allow(point, purpose="marketing", by=agent)
    assert not Suppression.objects.standing().exists()
    newest = Consent.objects.newest_of([point.value]).get()
    assert (newest.is_granted, newest.customer_id, newest.by) == (True, point.customer_id, agent)


def test_consent_is_kept_per_phone(firm, agent):
    point = make_contact_point(make_customer(), "lin@example.cn", kind=ContactKind.EMAIL)
    with pytest.raises(Refusal, match="电话"):
        actions.allow(point, purpose="care", by=agent)
