"""Two records of one person become one, and the whole of it can be taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm import references
from crm.actions.checks import cleaned, require_arranger
from crm.actions.customers import touch_customer
from crm.events import CustomersMerged, MergeUndone
from crm.indexing import forget_customer, index_customer, index_customers
from crm.models import ContactPoint, Customer, CustomerMerge
from crm.settings import MERGE_UNDO_DAYS
from tenancy import firm_settings
from tenancy.audit.recorder import bulk_action
from tenancy.models import Member
from workflow.events import publish

FILLED = [
    "salutation",
    "family",
    "lifestyle",
    "style",
    "budget_min_fen",
    "budget_max_fen",
    "core_demands",
    "contact_preference",
    "source_detail",
    "referrer_id",
    "referrer_name",
    "province",
    "city",
    "district",
    "address",
    "adviser_id",
    "branch_id",
]
TOGETHER = (
    (
        "birthday_month",
        "birthday_day",
        "birthday_calendar",
        "birthday_year",
        "birthday_leap",
        "birthday_original",
    ),
    ("estate_id", "building", "unit", "room"),
)
"""Fields that only mean something together: all of one record or all of the other."""


@transaction.atomic
def merge_customers(kept: Customer, *, gone: Customer, by: Member | None, reason: str = "") -> CustomerMerge:
    """``gone`` becomes part of ``kept``: what names it is pointed to ``kept``, what ``kept`` lacks is filled in."""
    require_arranger(by)
    kept, gone = _lock_both(kept, gone)
    merge = CustomerMerge(
        kept=kept, gone=gone, by=by, reason=cleaned(CustomerMerge._meta.get_field("reason"), reason)
    )
    with bulk_action(_("合并客户"), f"{gone.number} → {kept.number}"):
        merge.moves = [*_make_room(kept, gone), *_move_references(source=gone.pk, target=kept.pk)]
    merge.filled = _fill(kept, gone)
    gone.deleted_at, gone.deleted_by, gone.merged_into = merge.at, by, kept
    gone.save()
    merge.save(force_insert=True)
    touch_customer(kept.pk, gone.last_contact_at)
    forget_customer(gone.pk)
    index_customer(kept)
    publish(CustomersMerged(kept_id=str(kept.pk), gone_id=str(gone.pk)))
    return merge


@transaction.atomic
def undo_merge(merge: CustomerMerge, *, by: Member | None) -> Customer:
    """Both records stand again as they did; what was added to the one that stayed since then stays with it."""
    require_arranger(by)
    merge = CustomerMerge.objects.lock(merge)
    kept, gone = _lock_pair(merge.kept_id, merge.gone_id)
    _refuse_undo(merge, kept)
    gone.deleted_at = gone.deleted_by = gone.merged_into = None
    gone.save()
    with bulk_action(_("撤销合并客户"), f"{gone.number} ← {kept.number}"):
        for move in reversed(merge.moves):
            _take_back(move, kept=kept.pk, gone=gone.pk)
    _empty_again(kept, merge.filled)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save()
    index_customers([kept, gone])
    publish(MergeUndone(kept_id=str(kept.pk), gone_id=str(gone.pk)))
    return gone


def undo_until(merge: CustomerMerge) -> datetime:
    return merge.at + timedelta(days=firm_settings.get(MERGE_UNDO_DAYS))


def _lock_both(kept: Customer, gone: Customer) -> tuple[Customer, Customer]:
    if kept.pk == gone.pk:
        raise Refusal(_("不能把客户和自己合并。"), code="same")
    kept, gone = _lock_pair(kept.pk, gone.pk)
    if gone.merged_into_id is not None:
        raise Refusal(_("%(name)s已经合并过了。") % {"name": gone.name}, code="already_merged")
    if not (kept.is_living and gone.is_living):
        raise Refusal(_("其中一位客户已被删除或合并，请刷新页面。"), code="gone")
    return kept, gone


def _lock_pair(one: UUID, other: UUID) -> tuple[Customer, Customer]:
    """In one order whoever asks, so that two people merging crosswise wait instead of dying."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[one, other]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[one], found[other]


def _make_room(kept: Customer, gone: Customer) -> list[dict[str, Any]]:
    """One contact point of a kind is the primary one: where both have one, the one that goes steps back."""
    taken = set(kept.contact_points.filter(is_primary=True).values_list("kind", flat=True))
    extra = gone.contact_points.filter(is_primary=True, kind__in=taken)
    ids = list(extra.values_list("pk", flat=True))
    extra.filter(pk__in=ids).update(is_primary=False)
    return [{"model": "crm.contactpoint", "demoted": [str(pk) for pk in ids]}] if ids else []


def _move_references(*, source: UUID, target: UUID) -> list[dict[str, Any]]:
    moves = []
    for reference in references.references():
        ids = list(reference.movable(source, target).exclude(pk=target).values_list("pk", flat=True))
        if ids:
            reference.point(ids, source=source, target=target)
            moves.append(
                {"model": reference.label, "column": reference.column, "rows": [str(pk) for pk in ids]}
            )
    return moves


def _take_back(move: dict[str, Any], *, kept: UUID, gone: UUID) -> None:
    """Rows deleted or given to somebody else since then are left alone; so are tables that no longer exist."""
    if "demoted" in move:
        points = ContactPoint.objects.filter(customer_id=gone, pk__in=move["demoted"], is_primary=False)
        for point in points:
            if not ContactPoint.objects.filter(customer_id=gone, kind=point.kind, is_primary=True).exists():
                point.is_primary = True
                point.save()
        return
    reference = references.named(move["model"], move["column"])
    if reference is not None:
        reference.point([UUID(pk) for pk in move["rows"]], source=kept, target=gone)


def _fill(kept: Customer, gone: Customer) -> dict[str, list[Any]]:
    """What the one that stays does not say and the other does; notes and tags of both stay readable."""
    before: dict[str, Any] = {}
    for names in (*((name,) for name in FILLED), *TOGETHER):
        before |= _take_over(kept, gone, names)
    before |= _join_notes(kept, gone)
    before |= _not_referred_by_oneself(kept, gone)
    kept.version += 1
    kept.save()
    return {name: [_plain(old), _plain(getattr(kept, name))] for name, old in before.items()}


def _take_over(kept: Customer, gone: Customer, names: Sequence[str]) -> dict[str, Any]:
    first = names[0]
    if getattr(kept, first) not in (None, "") or getattr(gone, first) in (None, "", kept.pk):
        return {}
    before = {name: getattr(kept, name) for name in names}
    for name in names:
        setattr(kept, name, getattr(gone, name))
    return before


def _join_notes(kept: Customer, gone: Customer) -> dict[str, Any]:
    if not gone.notes or gone.notes in kept.notes:
        return {}
    before = kept.notes
    joined = f"{kept.notes}\n{gone.notes}" if kept.notes else gone.notes
    kept.notes = joined[: Customer._meta.get_field("notes").max_length]
    return {"notes": before}


def _not_referred_by_oneself(kept: Customer, gone: Customer) -> dict[str, Any]:
    if kept.referrer_id != gone.pk:
        return {}
    kept.referrer_id = gone.referrer_id if gone.referrer_id != kept.pk else None
    return {"referrer_id": gone.pk}


def _empty_again(kept: Customer, filled: dict[str, list[Any]]) -> None:
    """Only what nobody has changed since the merge."""
    for name, (before, after) in filled.items():
        if _plain(getattr(kept, name)) == after:
            setattr(kept, name, before)
    kept.version += 1
    kept.save()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _refuse_undo(merge: CustomerMerge, kept: Customer) -> None:
    if merge.undone_at is not None:
        raise Refusal(_("这次合并已经撤销过了。"), code="undone")
    if timezone.now() > undo_until(merge):
        raise Refusal(_("合并已超过可撤销的期限。"), code="too_late")
    if kept.merged_into_id is not None:
        raise Refusal(_("合并后的客户又被合并到别处，请先撤销后一次合并。"), code="merged_again")
    if not kept.is_living:
        raise Refusal(_("合并后的客户已被删除，请先恢复。"), code="gone")
