"""Whom it is told when something was not done in time, as rows of a form."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow import ladders
from workflow.forms.choices import UNITS, staff_roles
from workflow.ladders import Rung

MOST_RUNGS: Final = 4


class RungForm(forms.Form):
    """One rung; without a role it says nothing."""

    count = forms.IntegerField(label=_("超时多久"), required=False, min_value=0, max_value=9_999)
    unit = forms.ChoiceField(label=_("单位"), choices=UNITS, required=False, initial="hour")
    to = forms.ChoiceField(label=_("告知"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("（不告知）")), *staff_roles()]  # type: ignore[attr-defined]

    def read(self) -> dict[str, str] | None:
        given = self.cleaned_data
        if not given["to"]:
            return None
        return {"after": span(given.get("count"), given.get("unit") or "hour"), "to": given["to"]}


class Ladder:
    """The rungs there are and one empty one."""

    def __init__(self, escalation: ladders.Ladder, data: Mapping[str, Any] | None = None) -> None:
        self.escalation = escalation
        known = [_initial(rung) for rung in Rung.read_all(escalation)]
        count = min(MOST_RUNGS, max(len(known), _sent(data)) + 1)
        self.rows = [
            RungForm(data, prefix=f"rung-{nth}", initial=known[nth] if nth < len(known) else {})
            for nth in range(max(count, len(known)))
        ]

    def is_valid(self) -> bool:
        return all(row.is_valid() for row in self.rows)

    def read(self) -> ladders.Ladder:
        rungs = [rung for row in self.rows if (rung := row.read()) is not None]
        said: ladders.Ladder = rungs[0] if len(rungs) == 1 else (rungs or {})
        return self.escalation if Rung.read_all(said) == Rung.read_all(self.escalation) else said


def span(count: int | None, unit: str) -> str:
    return f"{count or 0} {unit}s"


def _initial(rung: Rung) -> dict[str, Any]:
    return {"count": rung.after.count, "unit": rung.after.unit, "to": rung.to}


def _sent(data: Mapping[str, Any] | None) -> int:
    """How many rungs were filled in."""
    return sum(bool((data or {}).get(f"rung-{nth}-to")) for nth in range(MOST_RUNGS))
