"""Ways to reach a customer: added, corrected, proved, found wrong."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm.actions.checks import locked_living, put, refuse_bad_fields, require_writer
from crm.indexing import index_reached
from crm.models import ContactPoint, Customer
from crm.reaching import BadContact, Way, normalise
from crm.words import Reach
from tenancy.models import Member

FACTS = frozenset({"relation", "person_name", "preferred_hours", "note"})
MOST = 20


def add_ways(customer: Customer, ways: Iterable[Way]) -> list[ContactPoint]:
    """The ways of a customer just written down: each once, the first of a kind is the primary one."""
    points: list[ContactPoint] = []
    for way in ways:
        point = _new(customer, way)
        if any((p.kind, p.value, p.extension) == (point.kind, point.value, point.extension) for p in points):
            continue
        point.is_primary = not any(p.kind == point.kind for p in points)
        points.append(point)
    if len(points) > MOST:
        raise Refusal(_("一位客户最多 %(n)d 个联系方式。") % {"n": MOST})
    return ContactPoint.objects.bulk_create(points) if points else []


@transaction.atomic
def add_contact_point(
    customer: Customer, *, way: Way, by: Member | None, is_primary: bool = False
) -> ContactPoint:
    """One more number, WeChat name or address; the first of its kind is the primary one."""
    require_writer(by)
    customer = locked_living(customer)
    point = _new(customer, way)
    kept = list(customer.contact_points.all())
    if any((p.kind, p.value, p.extension) == (point.kind, point.value, point.extension) for p in kept):
        raise Refusal(_("这位客户已有同样的联系方式。"), code="duplicate")
    if len(kept) >= MOST:
        raise Refusal(_("一位客户最多 %(n)d 个联系方式。") % {"n": MOST})
    point.is_primary = not any(p.kind == point.kind for p in kept)
    point.save(force_insert=True)
    index_reached(customer)
    return make_primary(point, by=by) if is_primary and not point.is_primary else point


@transaction.atomic
def change_contact_point(
    point: ContactPoint, *, by: Member | None, value: str | None = None, **facts: Any
) -> ContactPoint:
    """Correct it. Another number has neither been proved nor found wrong yet."""
    require_writer(by)
    customer = locked_living(point.customer)
    point = ContactPoint.objects.lock(point)
    put(point, facts, FACTS)
    if value is not None:
        _put_value(point, value)
    refuse_bad_fields(point)
    twins = customer.contact_points.exclude(pk=point.pk)
    if twins.filter(kind=point.kind, value=point.value, extension=point.extension).exists():
        raise Refusal(_("这位客户已有同样的联系方式。"), code="duplicate")
    point.save()
    index_reached(customer)
    return point


@transaction.atomic
def make_primary(point: ContactPoint, *, by: Member | None) -> ContactPoint:
    """The one to try first; there is one of each kind."""
    require_writer(by)
    customer = locked_living(point.customer)
    customer.contact_points.filter(kind=point.kind, is_primary=True).exclude(pk=point.pk).update(
        is_primary=False
    )
    point = ContactPoint.objects.lock(point)
    point.is_primary = True
    point.save()
    return point


@transaction.atomic
def verify_contact_point(point: ContactPoint, *, by: Member | None) -> ContactPoint:
    """Somebody has spoken with the customer there: it is theirs and it works."""
    require_writer(by)
    point = ContactPoint.objects.lock(point)
    point.verified_at = timezone.now()
    return _reached(point, Reach.REACHABLE)


@transaction.atomic
def mark_reach(point: ContactPoint, *, reach: str, by: Member | None) -> ContactPoint:
    """What the last attempt taught us; a wrong number is no longer proved and no longer the one to try first."""
    require_writer(by)
    if reach not in Reach.values:
        raise Refusal(_("没有这种联系状态。"), code="invalid")
    point = ContactPoint.objects.lock(point)
    if reach == Reach.WRONG:
        point.verified_at = None
        _give_primary_away(point)
    return _reached(point, reach)


@transaction.atomic
def remove_contact_point(point: ContactPoint, *, by: Member | None) -> Customer:
    """It is no longer used. What it was stays on the trail."""
    require_writer(by)
    customer = locked_living(point.customer)
    point = ContactPoint.objects.lock(point)
    _give_primary_away(point, always=True)
    point.delete()
    index_reached(customer)
    return customer


def _new(customer: Customer, way: Way) -> ContactPoint:
    point = ContactPoint(customer=customer, kind=way.kind)
    facts = {
        "relation": way.relation,
        "person_name": way.person_name,
        "preferred_hours": way.preferred_hours,
        "note": way.note,
    }
    put(point, facts, FACTS)
    _put_value(point, way.value)
    refuse_bad_fields(point)
    return point


def _put_value(point: ContactPoint, raw: str) -> None:
    try:
        value, extension = normalise(point.kind, raw)
    except BadContact as bad:
        raise Refusal(str(bad), code="invalid") from bad
    if (value, extension) != (point.value, point.extension):
        point.value, point.extension = value, extension
        point.verified_at, point.reach, point.reach_at = None, Reach.UNKNOWN, None


def _reached(point: ContactPoint, reach: str) -> ContactPoint:
    point.reach, point.reach_at = reach, timezone.now()
    point.save()
    return point


def _give_primary_away(point: ContactPoint, *, always: bool = False) -> None:
    """To the best of the others, if there is one."""
    if not point.is_primary:
        return
    others = (
        point.customer.contact_points.filter(kind=point.kind).exclude(pk=point.pk).exclude(reach=Reach.WRONG)
    )
    heir = others.order_by("-verified_at", "created_at", "pk").first()
    if heir is None and not always:
        return
    point.is_primary = False
    point.save()
    if heir is not None:
        heir.is_primary = True
        heir.save()
