"""Writing customers down, changing them, giving them to somebody, deleting them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal, Stale
from core.lunar import Birthday
from core.text import clean_text
from crm import policies
from crm.actions.checks import (
    locked_living,
    put,
    refuse_bad_fields,
    require,
    require_arranger,
    require_writer,
)
from crm.actions.contact_points import add_ways
from crm.actions.tags import set_tags
from crm.events import CustomerChanged, CustomerCreated, CustomerDeleted
from crm.indexing import (
    forget_customer,
    index_customer,
    index_new_customer,
    index_written,
    set_sort_key,
)
from crm.models import Customer, Tag
from crm.reaching import Way
from tenancy.audit.recorder import told_already
from tenancy.models import Branch, FirmFK, FirmModel, Member
from tenancy.models.base import uuid7
from tenancy.numbers import next_number
from tenancy.policies import sees_whole_branch
from workflow.events import publish

FACTS = frozenset(
    [
        "name",
        "salutation",
        "family",
        "lifestyle",
        "style",
        "budget_min_fen",
        "budget_max_fen",
        "core_demands",
        "contact_preference",
        "language",
        "source",
        "source_detail",
        "referrer",
        "referrer_name",
        "importance",
        "estate",
        "building",
        "unit",
        "room",
        "province",
        "city",
        "district",
        "address",
        "notes",
    ]
)
"""What a form, the API or an import may say about a customer; branch and adviser are given by ``assign_customer``."""

NUMBER_PREFIX = "KH"


@transaction.atomic
def create_customer(  # noqa: PLR0913 - a customer begins with all of it
    name: str,
    *,
    by: Member | None,
    contact_points: Sequence[Way] = (),
    birthday: Birthday | None = None,
    tags: Iterable[Tag] = (),
    branch: Branch | None = None,
    adviser: Member | None = None,
    number: str = "",
    created_at: datetime | None = None,
    **facts: Any,
) -> Customer:
    """Write a customer down with every way to reach them; whoever would not see them otherwise becomes the adviser.

    ``number`` comes from an import that reserved a range; otherwise the counter's row is locked until the commit.
    """
    require_writer(by)
    customer = Customer(
        id=uuid7(),
        created_by=by,
        branch=branch or _home_branch(by),
        adviser=adviser or (by if by and not sees_whole_branch(by) else None),
    )
    if created_at:
        customer.created_at = customer.last_contact_at = created_at
    put(customer, {"name": name, **facts}, FACTS)
    _put_birthday(customer, birthday)
    _refuse_nonsense(customer)
    _refuse_foreign_branch(customer.branch_id, by)
    customer.number = number or next_number("customer", prefix=NUMBER_PREFIX, width=5)
    customer.save(force_insert=True)
    points = add_ways(customer, contact_points)
    if wanted := list(tags):
        set_tags(customer, tags=wanted, by=by)
    index_new_customer(customer, points)
    publish(CustomerCreated(customer_id=str(customer.pk)))
    return customer


@transaction.atomic
def change_customer(
    customer: Customer,
    *,
    by: Member | None,
    version: int | None = None,
    birthday: Birthday | str | None = "unchanged",
    **facts: Any,
) -> Customer:
    """Change what we know. ``version`` is the one the form was opened with: a newer one in between is never lost."""
    require_writer(by)
    customer = locked_living(customer)
    if version is not None and version != customer.version:
        raise Stale(_("在您填写期间，别人已经改过这位客户的资料。"))
    changed = put(customer, facts, FACTS)
    if birthday != "unchanged":
        changed |= _put_birthday(customer, birthday)  # type: ignore[arg-type]
    if not changed:
        return customer
    _refuse_nonsense(customer)
    customer.version += 1
    customer.save()
    index_written(customer)
    publish(CustomerChanged(customer_id=str(customer.pk), fields=tuple(sorted(changed))))
    return customer


@transaction.atomic
def assign_customer(
    customer: Customer, *, by: Member | None, branch: Branch | None = None, adviser: Member | None = None
) -> Customer:
    """Give a customer to another branch or adviser; what is not named stays."""
    require_arranger(by)
    customer = locked_living(customer)
    if branch is not None:
        _refuse_foreign_branch(branch.pk, by)
        customer.branch = branch
    if adviser is not None:
        customer.adviser = adviser
    customer.version += 1
    customer.save()
    publish(CustomerChanged(customer_id=str(customer.pk), fields=("adviser", "branch")))
    return customer


@transaction.atomic
def delete_customer(customer: Customer, *, by: Member, word: str) -> Customer:
    """Take a customer off every list. The name must be typed; 30 days long it can be taken back."""
    require(policies.may_delete(by))
    customer = locked_living(customer)
    if clean_text(word) != customer.name:
        raise Refusal(_("输入的姓名与客户姓名不一致，没有删除。"), code="word_mismatch")
    if held := _held_by(customer):
        raise Refusal(
            _("这位客户还有%(things)s，不能删除。重复的客户请用合并。") % {"things": "、".join(held)}
        )
    customer.deleted_at, customer.deleted_by = timezone.now(), by
    customer.save()
    forget_customer(customer.pk)
    publish(CustomerDeleted(customer_id=str(customer.pk)))
    return customer


@transaction.atomic
def restore_customer(customer: Customer, *, by: Member) -> Customer:
    """Take a deletion back; a merged customer comes back by undoing the merge."""
    require(policies.may_delete(by))
    customer = Customer.objects.lock(customer)
    if customer.is_living:
        return customer
    if customer.merged_into_id:
        raise Refusal(_("这位客户是被合并的，请到合并后的客户页面撤销合并。"))
    customer.deleted_at = customer.deleted_by = None
    customer.save()
    index_customer(customer)
    publish(CustomerCreated(customer_id=str(customer.pk)))
    return customer


def touch_customer(customer_id: UUID, at: datetime) -> None:
    """We spoke with the customer. Not put on the trail: the call, visit or note is the record."""
    with told_already():
        Customer.objects.filter(pk=customer_id, last_contact_at__lt=at).update(last_contact_at=at)


def _put_birthday(customer: Customer, birthday: Birthday | None) -> set[str]:
    """Nothing at all, or calendar, month and day; ``original`` keeps what the customer said."""
    facts = {
        "birthday_calendar": birthday.calendar if birthday else "",
        "birthday_year": birthday.year if birthday else None,
        "birthday_month": birthday.month if birthday else None,
        "birthday_day": birthday.day if birthday else None,
        "birthday_leap": birthday.leap if birthday else False,
        "birthday_original": birthday.original if birthday else "",
    }
    return put(customer, facts, facts)


def _refuse_nonsense(customer: Customer) -> None:
    if not customer.name:
        raise Refusal(_("请填写客户姓名。"), code="invalid")
    refuse_bad_fields(customer, besides={"number", "pinyin"})
    low, high = customer.budget_min_fen, customer.budget_max_fen
    if low is not None and high is not None and low > high:
        raise Refusal(_("预算下限不能高于上限。"), code="invalid")
    if customer.referrer_id == customer.pk and customer.referrer_id is not None:
        raise Refusal(_("介绍人不能是客户自己。"), code="invalid")
    set_sort_key(customer)


def _home_branch(by: Member | None) -> Branch | None:
    """Whoever works in one branch writes customers down for it."""
    if by is None or by.branch_ids is None or len(by.branch_ids) != 1:
        return None
    return Branch.objects.get(pk=next(iter(by.branch_ids)))


def _refuse_foreign_branch(branch_id: UUID | None, by: Member | None) -> None:
    if by is None or by.branch_ids is None:
        return
    if branch_id is None:
        raise Refusal(_("请选择客户所属的分公司。"), code="invalid")
    if branch_id not in by.branch_ids:
        raise Refusal(_("您不能把客户归到别的分公司。"), code="not_allowed")


def _held_by(customer: Customer) -> list[str]:
    """What later apps keep of this customer, found from the model registry: 项目 2 …"""
    found = []
    for model in apps.get_models():
        if not issubclass(model, FirmModel) or model._meta.app_label == "crm":
            continue
        for field in model._meta.local_fields:
            if isinstance(field, FirmFK) and field.remote_field.model is Customer:
                number = model._default_manager.filter(**{field.name: customer}).count()
                if number:
                    found.append(f"{model._meta.verbose_name} {number} ")
    return [text.strip() for text in found]
