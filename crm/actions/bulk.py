"""One act on many customers: done at once, undone for some minutes by whoever did it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm.actions.checks import require_arranger
from crm.models import Customer, CustomerTag, Tag
from crm.settings import BULK_CAP
from crm.words import Importance
from tenancy import firm_settings
from tenancy.models import Branch, Member

UNDO_SECONDS = 600


@dataclass(frozen=True)
class BulkDone:
    """``count``: customers that are different now; ``undo``: what takes it back, empty when nothing changed."""

    count: int
    undo: str


@transaction.atomic
def bulk_assign(
    ids: Collection[UUID], *, by: Member, adviser: Member | None = None, branch: Branch | None = None
) -> BulkDone:
    """Give these customers to an adviser, a branch, or both."""
    require_arranger(by)
    if adviser is None and branch is None:
        raise Refusal(_("请选择新的顾问或分公司。"), code="invalid")
    if branch is not None and by.branch_ids is not None and branch.pk not in by.branch_ids:
        raise Refusal(_("您不能把客户归到别的分公司。"), code="not_allowed")
    given = {"adviser_id": adviser.pk if adviser else None, "branch_id": branch.pk if branch else None}
    return _write(ids, by, {name: value for name, value in given.items() if value is not None})


@transaction.atomic
def bulk_importance(ids: Collection[UUID], *, by: Member, importance: str) -> BulkDone:
    require_arranger(by)
    if importance not in Importance.values:
        raise Refusal(_("请选择重要程度。"), code="invalid")
    return _write(ids, by, {"importance": importance})


@transaction.atomic
def bulk_tag(ids: Collection[UUID], *, by: Member, tag: Tag) -> BulkDone:
    """Customers who carry the tag already keep it, and keep it when this is undone."""
    require_arranger(by)
    found = _visible(ids, by).values_list("pk", flat=True)
    tagged = set(
        CustomerTag.objects.filter(tag=tag, customer_id__in=list(ids)).values_list("customer_id", flat=True)
    )
    new = [CustomerTag(customer_id=pk, tag=tag) for pk in found if pk not in tagged]
    CustomerTag.objects.bulk_create(new)
    return BulkDone(len(new), _remember(by, {"tagging": [str(row.pk) for row in new]}) if new else "")


@transaction.atomic
def undo_bulk(token: str, *, by: Member) -> int:
    """Take back what this member did within the last minutes; what others changed since then stays theirs."""
    done = cache.get(_key(by, token))
    if done is None:
        raise Refusal(_("撤销的时限已过。"), code="too_late")
    cache.delete(_key(by, token))
    if "tagging" in done:
        return CustomerTag.objects.filter(pk__in=done["tagging"]).delete()[0]
    rows = _visible_or_moved(done["old"]).select_for_update(of=("self",))
    back = [row for row in rows if all(_text(getattr(row, n)) == v for n, v in done["new"].items())]
    for row in back:
        for name, value in done["old"][str(row.pk)].items():
            setattr(row, name, value)
        row.version += 1
    Customer.objects.bulk_update(back, [*_fields(done["new"]), "version"])
    return len(back)


def _write(ids: Collection[UUID], by: Member, values: dict[str, Any]) -> BulkDone:
    rows = list(_visible(ids, by).select_for_update(of=("self",)).order_by("pk"))
    changing = [row for row in rows if any(getattr(row, name) != value for name, value in values.items())]
    old = {str(row.pk): {name: _text(getattr(row, name)) for name in values} for row in changing}
    for row in changing:
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
    Customer.objects.bulk_update(changing, [*_fields(values), "version"])
    new = {name: _text(value) for name, value in values.items()}
    return BulkDone(len(changing), _remember(by, {"old": old, "new": new}) if changing else "")


def _visible(ids: Collection[UUID], by: Member) -> Any:
    cap = firm_settings.get(BULK_CAP)
    if len(set(ids)) > cap:
        raise Refusal(_("一次最多处理 %(cap)d 位客户，请缩小筛选范围。") % {"cap": cap}, code="too_many")
    if not ids:
        raise Refusal(_("请先勾选客户。"), code="invalid")
    return Customer.objects.visible_to(by).filter(pk__in=list(ids))


def _visible_or_moved(old: dict[str, Any]) -> Any:
    """Whoever gave customers to another branch may no longer see them, and must still be able to take it back."""
    return Customer.objects.living().filter(pk__in=list(old))


def _fields(values: dict[str, Any]) -> list[str]:
    return [name.removesuffix("_id") for name in values]


def _remember(by: Member, done: dict[str, Any]) -> str:
    token = secrets.token_urlsafe(12)
    cache.set(_key(by, token), done, UNDO_SECONDS)
    return token


def _key(by: Member, token: str) -> str:
    return f"crm-undo:{by.pk}:{token}"


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
