"""A playbook tried before anybody is touched by it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.ui.calendars import CalendarEvent
from tenancy.http import MemberRequest
from workflow import calendars, trial_runs
from workflow.policies import may_read_playbooks
from workflow.trial_runs import Line
from workflow.views.doors import find_version, only


class TrialForm(forms.Form):
    signed = forms.DateField(
        label=_("签约日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    month = forms.DateField(required=False, input_formats=["%Y-%m"])


@require_safe
@only(may_read_playbooks)
def trial(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All this version would do for an invented project, by the month and as a list; asked again until it is tried."""
    version = find_version(pk)
    form = TrialForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    signed = given.get("signed") or calendars.today()
    lines = trial_runs.ask(version, signed)
    context = {
        "playbook": version.playbook,
        "version": version,
        "form": TrialForm(initial={"signed": signed}),
        "signed": signed,
        "lines": lines,
        **_shown(lines or [], given.get("month") or signed, signed),
    }
    template = "workflow/_trial.html" if request.htmx else "workflow/trial.html"
    return render(request, template, context)


def _shown(lines: list[Line], month: date, signed: date) -> dict[str, Any]:
    first = month.replace(day=1)
    before, after = first - timedelta(days=1), (first + timedelta(days=32)).replace(day=1)
    return {
        "events": list(_events(lines)),
        "month": first,
        "prev_url": f"?signed={signed}&month={before:%Y-%m}",
        "next_url": f"?signed={signed}&month={after:%Y-%m}",
    }


def _events(lines: Iterable[Line]) -> Iterable[CalendarEvent]:
    for nth, line in enumerate(lines, 1):
        yield CalendarEvent(line["due_from"], line["name"], f"#touch-{nth}", tone="b")
