"""What sets a rule off, as data. One file for each noun; ``read_trigger`` knows them all."""

from typing import Any, Final

from django.utils.translation import gettext as _

from workflow.registry import Subject
from workflow.triggers.base import FAR, BadTrigger, Sql, Trigger
from workflow.triggers.calendar import Birthday, Daily, Holiday, MonthEnd
from workflow.triggers.dates import AppointmentTime, DateField
from workflow.triggers.steps import Happened, PhaseChange
from workflow.triggers.weekly import Weekly

KINDS: Final[dict[str, type[Trigger]]] = {
    kind.kind: kind
    for kind in (
        Weekly, DateField, AppointmentTime, PhaseChange, Happened, Birthday, Holiday, MonthEnd, Daily,
    )
}  # fmt: skip


def read_trigger(data: dict[str, Any], subject: Subject) -> Trigger:
    return kind_of(data).read({key: value for key, value in data.items() if key != "kind"}, subject)


def kind_of(data: dict[str, Any]) -> type[Trigger]:
    kind = KINDS.get(data.get("kind", ""))
    if kind is None:
        raise BadTrigger(
            _("触发方式“%(kind)s”不在可用之列：%(known)s。")
            % {"kind": data.get("kind", ""), "known": "、".join(KINDS)}
        )
    return kind


__all__ = [
    "FAR",
    "KINDS",
    "AppointmentTime",
    "BadTrigger",
    "Birthday",
    "Daily",
    "DateField",
    "Happened",
    "Holiday",
    "MonthEnd",
    "PhaseChange",
    "Sql",
    "Trigger",
    "Weekly",
    "kind_of",
    "read_trigger",
]
