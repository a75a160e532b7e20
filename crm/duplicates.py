"""Hints that somebody is already written down. Suggested to a person, never acted upon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.pinyin import full_pinyin, name_syllables
from core.text import letters_and_digits
from crm.models import ContactPoint, Customer
from tenancy.models import Member

SAME_PHONE = _("电话相同")
SAME_HOUSE = _("同一小区同一房号")
SIMILAR_NAME = _("同一小区姓名相近")
ALIKE = 0.6
_NEIGHBOURS = 200


@dataclass(frozen=True)
class Likeness:
    """One customer who may be the same person, and why we think so."""

    customer: Customer
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What has been typed about the new customer so far; ``values`` are normalised."""

    name: str = ""
    values: Sequence[str] = ()
    estate_id: UUID | None = None
    building: str = ""
    room: str = ""


def likely(asked: Asked, member: Member, *, besides: UUID | None = None, limit: int = 5) -> list[Likeness]:
    """The customers this member may see who look like the same person, the surest first."""
    reasons: dict[UUID, list[str]] = {}
    for customer_id in _with_values(asked.values):
        reasons.setdefault(customer_id, []).append(str(SAME_PHONE))
    for customer_id, reason in _in_the_estate(asked):
        reasons.setdefault(customer_id, []).append(reason)
    reasons.pop(besides, None)  # type: ignore[arg-type]
    found = (
        Customer.objects.visible_to(member)
        .select_related("estate", "adviser")
        .prefetch_related("contact_points")
    )
    likenesses = [Likeness(one, tuple(reasons[one.pk])) for one in found.filter(pk__in=list(reasons))]
    return sorted(likenesses, key=_sureness)[:limit]


def alike(one: str, other: str) -> bool:
    """陈群 and 陈立群, 王雅琴 and 王雅芹: the same surname and much of the rest, or the same sound."""
    first, second = letters_and_digits(one), letters_and_digits(other)
    if not first or not second or first[0] != second[0]:
        return bool(first) and full_pinyin(one) == full_pinyin(other)
    return full_pinyin(one) == full_pinyin(other) or SequenceMatcher(None, first, second).ratio() >= ALIKE


def _with_values(values: Iterable[str]) -> list[UUID]:
    wanted = [value for value in values if value]
    points = ContactPoint.objects.filter(value__in=wanted) if wanted else ContactPoint.objects.none()
    return list(points.values_list("customer_id", flat=True).distinct()[:_NEIGHBOURS])


def _in_the_estate(asked: Asked) -> list[tuple[UUID, str]]:
    """Neighbours at the same door, and neighbours whose surname sounds the same and whose name is close."""
    if asked.estate_id is None or not (asked.name or asked.room):
        return []
    near = Q(room=asked.room, building=asked.building) if asked.room else Q(pk__in=[])
    if syllables := name_syllables(asked.name):
        near |= Q(pinyin__gte=syllables[0], pinyin__lt=syllables[0] + "\U0010ffff")
    rows = Customer.objects.living().filter(near, estate_id=asked.estate_id)
    found = []
    for pk, name, building, room in rows.values_list("pk", "name", "building", "room")[:_NEIGHBOURS]:
        if asked.room and (building, room) == (asked.building, asked.room):
            found.append((pk, str(SAME_HOUSE)))
        elif asked.name and alike(asked.name, name):
            found.append((pk, str(SIMILAR_NAME)))
    return found


def _sureness(likeness: Likeness) -> tuple[int, int, str]:
    same_phone = str(SAME_PHONE) in likeness.reasons
    return (0 if same_phone else 1, -len(likeness.reasons), likeness.customer.pinyin)
