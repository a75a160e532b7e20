"""A ledger row in the columns of Customer and Project, and what of it is new to what we already have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import BadMoney, format_fen, parse_fen
from core.text import clean_text
from crm.actions.importing import birthday_facts
from crm.models import Customer
from crm.words import Salutation, Source
from projects.models import Project
from workspace.ledger.columns import Field
from workspace.ledger.directory import Directory
from workspace.ledger.homes import read_house
from workspace.ledger.rows import LedgerRow
from workspace.ledger.stages import FINISHED

SLOTS: Final = {
    Field.DESIGNER: "designer_id",
    Field.PROJECT_MANAGER: "project_manager_id",
    Field.FOREMAN: "foreman_id",
    Field.SUPERVISOR: "engineering_supervisor_id",
    Field.INSPECTOR: "inspector_id",
}
SALUTATIONS: Final = {str(label): value for value, label in Salutation.choices}
_BIRTHDAY: Final = (
    "birthday_calendar",
    "birthday_year",
    "birthday_month",
    "birthday_day",
    "birthday_leap",
    "birthday_original",
)
_HOUSE: Final = ("building", "unit", "room")
_BIRTHDAY_LABEL: Final = _("生日")


@dataclass
class Difference:
    """What a row adds to or changes on a record, and where both say different things."""

    changes: dict[str, Any] = field(default_factory=dict)
    disputed: list[str] = field(default_factory=list)


def customer_values(row: LedgerRow, directory: Directory, *, creating: bool = True) -> dict[str, Any]:
    """What a row says about the person; what it does not say is not in it."""
    branch_id = directory.branch(row.branch, creating=creating)
    low, demands = _budget(row.budget_text)
    said = {
        "salutation": SALUTATIONS.get(row.salutation, ""),
        "source": row.source if row.source in Source.values else "",
        "source_detail": row.source_text[:80] if row.source == Source.OTHER else "",
        "referrer_name": row.referrer[:60],
        "estate_id": directory.estate(row.estate, creating=creating),
        "address": row.address[:160],
        "style": row.style[:120],
        "budget_max_fen": low,
        "core_demands": demands,
        "branch_id": branch_id,
        "adviser_id": _first(row, Field.ADVISER, directory, branch_id, creating=creating),
        "notes": row.notes[:4000],
    }
    house = read_house(row.room) if row.room else None
    if house:
        said |= {"building": house.building, "unit": house.unit, "room": house.room}
    return _said(said) | birthday_facts(row.birthday)


def project_values(row: LedgerRow, directory: Directory, *, creating: bool = True) -> dict[str, Any]:
    """What a row says about the home and the work, its phase left out."""
    branch_id = directory.branch(row.branch, creating=creating)
    finished = row.stage is not None and row.stage.phase in FINISHED
    said = {
        "estate_id": directory.estate(row.estate, creating=creating),
        "address": row.address[:120],
        "room": row.room[:40],
        "area_m2": row.area,
        "mode": row.mode,
        "style": row.style[:40],
        "contract_number": row.contract_number[:40],
        "contract_fen": row.amount_fen,
        "signed_on": row.signed_on,
        "started_on": row.started_on,
        "accepted_on" if finished else "planned_completion_on": row.completed_on,
        **{
            column: _first(row, slot, directory, branch_id, creating=creating)
            for slot, column in SLOTS.items()
        },
    }
    return _said(said)


def differences(
    record: models.Model, said: Mapping[str, Any], before: Mapping[str, Any] | None
) -> Difference:
    """Blanks are filled. What the ledger itself changed since it was last taken in is followed, unless a person
    changed the record meanwhile: then the record stays and the field is named."""
    found = Difference()
    for names in _groups(said):
        new = {name: said[name] for name in names if name in said}
        now = {name: getattr(record, name) for name in new}
        if _same(now, new):
            continue
        old = {name: before.get(name) for name in new} if before is not None else None
        if old is not None and _same(old, new):
            continue
        if _is_blank(now) or (old is not None and _same(now, old)):
            found.changes |= new
        else:
            found.disputed.append(names[0])
    return found


def label_of(model: type[models.Model], name: str) -> str:
    """A field as people call it."""
    if name in _BIRTHDAY:
        return str(_BIRTHDAY_LABEL)
    if name in _HOUSE and model is Customer:
        return str(Project._meta.get_field("room").verbose_name)
    return str(_field(model, name).verbose_name)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def shown(model: type[models.Model], name: str, value: Any, names: Mapping[UUID, str]) -> str:
    """A value as a line of the rehearsal says it."""
    if value in (None, ""):
        return "—"
    if name.endswith("_fen"):
        return format_fen(value)
    if isinstance(value, UUID):
        return names.get(value, "—")
    choices = dict(_field(model, name).flatchoices)
    return str(choices.get(value, value))


def phase_since(row: LedgerRow, now: datetime) -> datetime:
    """Since when the project stands where it stands, as far as the ledger tells; never in the future."""
    phase = row.stage.phase if row.stage else ""
    days = [row.registered_on, row.signed_on]
    if phase in {"inspections", *FINISHED, "suspended", "cancelled"}:
        days.append(row.started_on)
    if phase in FINISHED:
        days.append(row.completed_on)
    known = [noon(day) for day in days if day]
    return min(max(known), now) if known else now


def first_heard(row: LedgerRow, now: datetime) -> datetime:
    """The earliest day the ledger names: when the customer was already ours."""
    known = [noon(day) for day in (row.registered_on, row.signed_on, row.started_on) if day]
    return min(*known, now) if known else now


def latest_contact(row: LedgerRow, now: datetime) -> datetime:
    days = [row.registered_on, row.signed_on, row.started_on, row.completed_on]
    known = [noon(day) for day in days if day and noon(day) <= now]
    return max(known) if known else now


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def _budget(text: str) -> tuple[int | None, str]:
    """A plain sum is the upper bound of the budget; anything else stays in the customer's words."""
    if not text:
        return None, ""
    try:
        return parse_fen(text), ""
    except BadMoney:
        return None, clean_text(text)[:1000]


def _first(
    row: LedgerRow, slot: Field, directory: Directory, branch_id: UUID | None, *, creating: bool
) -> UUID | None:
    names = row.people.get(slot.value, ())
    return directory.member(names[0], slot.value, branch_id, creating=creating) if names else None


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _groups(said: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Fields that only make sense together change together: the birthday, the house number."""
    groups: list[tuple[str, ...]] = [
        group for group in (_BIRTHDAY, _HOUSE) if any(name in said for name in group)
    ]
    if "building" not in said:
        groups = [group for group in groups if group is not _HOUSE]
    alone = [(name,) for name in said if not any(name in group for group in groups)]
    return [*groups, *alone]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(_plain(one[name]) == _plain(other[name]) for name in other)


def _plain(value: Any) -> Any:
    return None if value in (None, "", False) else value


def _is_blank(values: Mapping[str, Any]) -> bool:
    """Nothing written yet; a source nobody knew counts as nothing."""
    return all(_plain(value) is None or value == Source.OTHER for value in values.values())
