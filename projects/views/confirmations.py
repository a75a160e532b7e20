"""The three-party confirmation: the board of the coming week, proposing a node, hearing a party."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from projects import confirming_board, policies
from projects.actions import answers, confirming
from projects.forms_confirmations import ConfirmationFilter, PartyForm, ProposalForm
from projects.models import Appointment, AppointmentPerson, PartyAnswer, Project
from projects.parts import PARTS
from projects.phases import Node, node_ahead
from projects.views.pages import attempt, done, find_project, show_dialog
from tenancy.http import MemberRequest
from workflow import calendars

GET_POST = ["GET", "POST"]
DAYS_OFFERED = 5


@require_GET
def confirmations(request: MemberRequest) -> HttpResponse:
    """Who still has to be told, who comes and who cannot, for every node of the coming week."""
    filters = ConfirmationFilter(request.GET, member=request.member)
    found = filters.narrow(confirming_board.coming(request.member, timezone.now()))
    if state := filters.cleaned_data.get("state"):
        found = confirming_board.where_somebody_is(found, state)
    days = confirming_board.drawn(found, request.member)
    rows = [row for _day, rows in days for row in rows]
    context = {
        "filters": filters,
        "days": days,
        "number": len(rows),
        "confirmed": sum(row.is_confirmed for row in rows),
        "conflicts": sum(row.has_conflict for row in rows),
    }
    template = "projects/_confirmations.html" if request.htmx else "projects/confirmations.html"
    return render(request, template, context)


@require_http_methods(GET_POST)
def propose(request: MemberRequest, number: str) -> HttpResponse:
    """约验收: when the node that comes next is confirmed; everybody of its matrix is asked at once."""
    project = find_project(request, number, policies.may_plan)
    node = node_ahead(project.node_set, project.phase, project.node)
    form = ProposalForm(
        request.POST or None,
        member=request.member,
        days=next_working_days(timezone.localdate()),
        initial={"place": project.place},
    )
    if request.method == "POST" and form.is_valid():
        made: list[Appointment] = []
        if attempt(form, lambda: made.append(_propose(request, project, form))):
            return done(request, _("已约，请逐一通知各方"), reverse("projects:confirmations"))
    context = {"form": form, "project": project, "node": node, "parties": _asked(project, node)}
    title = _("约验收：%(node)s") % {"node": node.label} if node else _("约验收")
    return show_dialog(request, "projects/_propose_form.html", title, context)


def _propose(request: MemberRequest, project: Project, form: ProposalForm) -> Appointment:
    given = form.cleaned_data
    return confirming.propose_node(
        project,
        by=request.member,
        node=request.POST.get("node", ""),
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        place=given["place"],
    )


def _asked(project: Project, node: Node | None) -> list[dict[str, Any]]:
    parties = confirming.parties_of(project, node) if node else []
    return [{"label": PARTS[party.part], "name": party.shown_name} for party in parties]


def next_working_days(today: date) -> list[date]:
    """Tomorrow and on: nobody is asked to come the same day."""
    calendar = calendars.of_firm(today, working_days=DAYS_OFFERED)
    ahead = (today + timedelta(days=n) for n in range(1, 30))
    return [day for day in ahead if calendar.day(day).is_working][:DAYS_OFFERED]


@require_http_methods(GET_POST)
def party(request: MemberRequest, pk: UUID, person: UUID) -> HttpResponse:
    """One party was told, confirmed, or is in conflict; below, what was said before."""
    rows = Appointment.objects.visible_to(request.member).for_calendar()
    appointment = get_object_or_404(rows, pk=pk)
    if not policies.may_answer_for(appointment, request.member):
        raise PermissionDenied
    asked = get_object_or_404(
        AppointmentPerson.objects.select_related("appointment", "member", "told_by"),
        pk=person,
        appointment=appointment,
    )
    form = PartyForm(request.POST or None, member=request.member, initial=_as_it_stands(asked))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: answers.answer_for(asked, by=request.member, **given)):
            return done(request, _("已记下"), reverse("projects:confirmations"))
    context = {
        "form": form,
        "appointment": appointment,
        "person": asked,
        "part": PARTS.get(asked.part, asked.part),
        "history": PartyAnswer.objects.filter(appointment=appointment, part=asked.part)
        .select_related("by")
        .order_by("-at")[:10],
    }
    return show_dialog(request, "projects/_party_form.html", asked.shown_name, context)


def _as_it_stands(asked: AppointmentPerson) -> dict[str, Any]:
    how = asked.how or AppointmentPerson.How.CALL
    return {"how": how, "reason": asked.reason, "wished_at": asked.wished_at}
