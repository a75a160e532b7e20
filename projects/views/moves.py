"""Dialogs that move a project on: to its next phase, past a node, or by a dated fact."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects import guards, policies
from projects.actions import advancing, recording
from projects.actions.confirming import unconfirmed
from projects.forms import AdvanceForm, FactForm
from projects.forms_confirmations import NodeForm
from projects.models import Project
from projects.parts import PARTS
from projects.phases import Phase, find_node, nodes_of
from projects.stated import FACTS
from projects.views.pages import attempt, done, find_project, show_dialog
from tenancy.http import MemberRequest

GET_POST = ["GET", "POST"]


@require_http_methods(GET_POST)
def advance(request: MemberRequest, number: str) -> HttpResponse:
    """The step to the next phase: what is still missing as a to-do list, with a place to put it right."""
    project = find_project(request, number, policies.may_advance)
    to = request.POST.get("to") or project.to_phase or ""
    asked = guards.ask(project, project.to_phase) if project.to_phase else []
    form = AdvanceForm(request.POST or None, member=request.member, project=project, asked=asked)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: _advance(request, project, to, form))
    ):
        return done(
            request, _("已推进到“%(phase)s”") % {"phase": Phase(to).label}, project.get_absolute_url()
        )
    context = {"form": form, "project": project, "to": project.to_phase, **_dropped_on(request, project)}
    return show_dialog(request, "projects/_advance.html", _advance_title(project), context, wide=True)


def _advance(request: MemberRequest, project: Project, to: str, form: AdvanceForm) -> None:
    statements = {fact: recording.Said(on=day) for fact, day in form.stated().items()}
    advancing.advance(
        project,
        to=to,
        by=request.member,
        waive=form.waived(),
        statements=statements,
        note=form.cleaned_data["note"],
    )


def _advance_title(project: Project) -> str:
    if project.to_phase is None:
        return _("推进阶段")
    return _("推进到“%(phase)s”") % {"phase": Phase(project.to_phase).label}


def _dropped_on(request: MemberRequest, project: Project) -> dict[str, Any]:
    """A card dropped two lanes on still goes one step: say so."""
    wanted = request.GET.get("to", "")
    leap = wanted in Phase.values and wanted != project.to_phase
    return {"leap": Phase(wanted).label if leap else ""}


@require_http_methods(GET_POST)
def fact(request: MemberRequest, number: str, fact: str) -> HttpResponse:
    """Put one dated fact on record, outside any step."""
    known = FACTS.get(fact)
    if known is None or fact == "node_passed":
        raise Http404
    project = find_project(request, number, lambda _project, member: known.may_state(member))
    form = FactForm(request.POST or None, member=request.member, fact=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: recording.record_fact(project, fact, by=request.member, **given)):
            return done(request, _("已登记：%(fact)s") % {"fact": known.label}, project.get_absolute_url())
    context = {"form": form, "project": project, "fact": known}
    return show_dialog(request, "projects/_fact.html", known.label, context)


@require_http_methods(GET_POST)
def node(request: MemberRequest, number: str) -> HttpResponse:
    """State that the current node passed; inspections with photos and signatures take this over later."""
    known = FACTS["node_passed"]
    project = find_project(request, number, lambda _project, member: known.may_state(member))
    current = find_node(nodes_of(project.node_set), project.node)
    missing = unconfirmed(project, current) if current and not current.final else []
    asks_reason = bool(missing) and policies.may_pass_unconfirmed(request.member)
    form = NodeForm(request.POST or None, member=request.member, fact=known, asks_reason=asks_reason)
    if request.method == "POST" and form.is_valid():
        given, code = form.cleaned_data, request.POST.get("node", "")
        if attempt(form, lambda: recording.pass_node(project, code, by=request.member, **given)):
            return done(request, _("节点已通过"), f"{project.get_absolute_url()}?tab=nodes")
    title = _("节点通过：%(node)s") % {"node": current.label} if current else _("节点通过")
    return show_dialog(
        request,
        "projects/_fact.html",
        title,
        {
            "form": form,
            "project": project,
            "fact": known,
            "node": current,
            "missing": [PARTS[part] for part in missing],
        },
    )
