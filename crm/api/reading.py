"""Customers for machines: dictionaries straight from the database, two statements however many rows, no model instances."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.lunar import Birthday
from core.phone import mask_phone
from crm.models import ContactPoint
from crm.words import ContactKind

BIRTHDAY = ("birthday_calendar", "birthday_year", "birthday_month", "birthday_day", "birthday_leap")
PLAIN = (
    "id", "number", "name", "salutation", "importance", "language", "source", "source_detail", "referrer",
    "referrer_name", "estate", "estate__name", "building", "unit", "room", "province", "city", "district", "address",
    "family", "lifestyle", "style", "budget_min_fen", "budget_max_fen", "core_demands", "contact_preference", "notes",
    "branch", "adviser", "created_at", "last_contact_at", "version",
)  # fmt: skip
POINT = (
    "id", "customer_id", "kind", "value", "extension", "relation", "person_name", "preferred_hours", "is_primary",
    "reach", "verified_at", "note",
)  # fmt: skip


def told(rows: Iterable[dict[str, Any]], *, whole_phones: bool) -> list[dict[str, Any]]:
    """Rows of ``values(*PLAIN, *BIRTHDAY)`` in the shape of ``CustomerSerializer``."""
    rows = list(rows)
    points = _points([row["id"] for row in rows], whole_phones=whole_phones)
    return [_customer(row, points.get(row["id"], [])) for row in rows]


def _customer(row: dict[str, Any], points: list[dict[str, Any]]) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    shown = {name: row[name] for name in PLAIN if name != "estate__name"}
    shown |= {name: row[name].astimezone(zone) for name in ("created_at", "last_contact_at")}
    shown["estate_name"] = row["estate__name"] or ""
    shown["birthday"] = _birthday(row)
    shown["contact_points"] = points
    return shown


def _birthday(row: dict[str, Any]) -> str:
    if row["birthday_month"] is None:
        return ""
    calendar, year, month, day, leap = (row[name] for name in BIRTHDAY)
    return str(Birthday(calendar, month, day, year, leap))


def _points(ids: list[UUID], *, whole_phones: bool) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for point in ContactPoint.objects.filter(customer_id__in=ids).order_by("id").values(*POINT):
        mine = found.setdefault(point.pop("customer_id"), [])
        point["verified_at"] = point["verified_at"] and timezone.localtime(point["verified_at"])
        mine.append(
            point | {"is_masked": not whole_phones} | ({} if whole_phones else {"value": _masked(point)})
        )
    return found


def _masked(point: dict[str, Any]) -> str:
    if point["kind"] == ContactKind.PHONE:
        return mask_phone(point["value"])
    return ContactPoint(kind=point["kind"], value=point["value"]).masked
