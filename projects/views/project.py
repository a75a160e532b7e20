"""One project: its page with tabs, and the forms that change what is written about it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.toasts import toast
from core.ui import formats
from crm.models import Customer
from files.models import Attachment
from notifications.policies import may_use_desk
from projects import guards, policies, presenting
from projects.actions import opening
from projects.forms import EditForm, PeopleForm, ProjectForm
from projects.models import Appointment, Project
from projects.phases import Phase
from projects.stated import FACTS
from projects.views.choosing import choose_subject
from projects.views.pages import attempt, done, find_project, show_dialog
from tenancy import faces
from tenancy.http import MemberRequest
from tenancy.models import Branch, Member
from workflow.models import Step

GET_POST = ["GET", "POST"]
OWN_TABS = {
    "timeline": gettext_lazy("时间线"),
    "people": gettext_lazy("人员"),
    "appointments": pgettext_lazy("many", "预约"),
    "nodes": gettext_lazy("节点"),
    "notes": gettext_lazy("现场记录"),
    "facts": gettext_lazy("事实与日期"),
}
PAGE = 30
NOTES = 20


@require_GET
def project(request: MemberRequest, number: str) -> HttpResponse:
    """The project: step bar, figures, tabs of ours and of other apps, what comes next."""
    found = find_project(request, number)
    panels = faces.panels_of("project")
    tabs = {**OWN_TABS, **{panel.slug: panel.title for panel in panels}}
    tab = request.GET.get("tab", "timeline")
    tab = tab if tab in tabs else "timeline"
    context = {"project": found, "tabs": tabs, "tab": tab, "acts": _acts(found, request.member)}
    context |= _tab(request, found, tab)
    if request.htmx:
        return render(request, "projects/_tab.html", context)
    steps = list(Step.objects.of("project", found.pk))
    context |= {
        "bar": presenting.step_bar(found, steps),
        "state": presenting.state_tag(found),
        "figures": _figures(found),
        "next_steps": faces.steps_due("project", [found.pk], request.member),
        "standing": next((step for step in reversed(steps) if step.target == found.phase), None),
    }
    return render(request, "projects/project.html", context)


def _tab(request: MemberRequest, found: Project, tab: str) -> dict[str, Any]:
    """What the open tab needs; the others cost nothing."""
    if tab == "timeline":
        return {"happenings": faces.happenings("project", [found.pk], request.member, limit=PAGE)}
    if tab == "appointments":
        rows = Appointment.objects.visible_to(request.member).filter(project=found).for_calendar()
        return {"appointments": rows.order_by("-starts_at")[:PAGE]}
    if tab == "nodes":
        return {
            "nodes": presenting.node_list(found),
            "may_pass": found.phase == Phase.INSPECTIONS and FACTS["node_passed"].may_state(request.member),
        }
    if tab == "notes":
        return {"notes": notes_with_photos(found)}
    if tab == "facts":
        return {"facts": _dated_facts(found, request.member)}
    if tab == "people":
        return {"may_staff": policies.may_staff(found, request.member)}
    panel = next(panel for panel in faces.panels_of("project") if panel.slug == tab)
    return {"panel": panel, "panel_context": panel.context(found, request.member)}


def notes_with_photos(found: Project) -> list[dict[str, Any]]:
    """The newest notes with their photos: two queries."""

    notes = list(found.site_notes.select_related("by").order_by("-at")[:NOTES])
    photos: dict[Any, list[Any]] = {note.pk: [] for note in notes}
    for photo in Attachment.objects.living().filter(subject_kind="site_note", subject_id__in=list(photos)):
        photos[photo.subject_id].append(photo)
    return [{"note": note, "photos": photos[note.pk]} for note in notes]


def _dated_facts(found: Project, member: Member) -> list[dict[str, Any]]:
    """Every dated fact with its day, who said so, and whether this member may record it."""
    said = {row.fact: row for row in found.statements.all()}
    elsewhere = guards.facts_of_other_roads(found.mode)
    rows = []
    for fact in FACTS.values():
        if fact.code in elsewhere:
            continue
        day = (
            getattr(found, fact.column)
            if fact.column
            else (said[fact.code].stated_on if fact.code in said else None)
        )
        rows.append(
            {
                "fact": fact,
                "day": day,
                "statement": said.get(fact.code),
                "may": found.is_open and fact.code != "node_passed" and fact.may_state(member),
            }
        )
    return [row for row in rows if row["day"] or row["may"]]


def _figures(found: Project) -> dict[str, Any]:
    """The strip under the step bar, ready to read."""
    today = timezone.localdate()
    started, planned = found.started_on, found.planned_completion_on
    ended = found.accepted_on or today
    whole = (planned - started).days + 1 if started and planned else None
    return {
        "site_day": max(1, (ended - started).days + 1) if started else None,
        "site_days": whole,
        "unit": _("/ %(n)d 天") % {"n": whole} if whole else "",
        "phase_days": (timezone.now() - found.phase_entered_at).days + 1,
        "contract": formats.money_round(found.contract_fen),
        "completion": formats.short_date(planned),
        "node": presenting.node_words(found) if found.node else formats.NOTHING,
        "opened": formats.short_date(found.opened_on),
    }


def _acts(found: Project, member: Member) -> dict[str, bool]:
    """Which buttons stand on the page."""
    before_contract = found.phase in (Phase.CONSULTATION, Phase.MEASUREMENT, Phase.DESIGN, Phase.BUDGET)
    on_the_way = found.phase in (Phase.CONTRACT, Phase.HANDOVER, Phase.INSPECTIONS)
    return {
        "advance": found.to_phase is not None and policies.may_advance(found, member),
        "note": policies.may_note(found, member),
        "plan": policies.may_plan(found, member),
        "propose": presenting.can_propose(found) and policies.may_plan(found, member),
        "call": may_use_desk(member),
        "change": policies.may_change(found, member),
        "staff": policies.may_staff(found, member),
        "lose": before_contract and policies.may_lose(found, member),
        "reopen": found.phase == Phase.LOST and policies.may_lose(found, member),
        "suspend": on_the_way and policies.may_suspend(found, member),
        "resume": found.phase == Phase.SUSPENDED and policies.may_suspend(found, member),
        "cancel": on_the_way and policies.may_cancel(found, member),
    }


@require_http_methods(GET_POST)
def new(request: MemberRequest) -> HttpResponse:
    """Open a project for one customer; the customer is named in the address."""
    if not policies.may_open(request.member):
        raise PermissionDenied
    customer = _customer(request)
    if customer is None:
        return choose_subject(request, title=_("新建项目"), to=reverse("projects:new"))
    form = ProjectForm(request.POST or None, member=request.member, initial=_known(customer))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        made: list[Project] = []
        given.pop("customer")
        if attempt(form, lambda: made.append(opening.open_project(customer, by=request.member, **given))):
            toast(request, _("已新建项目 %(number)s") % {"number": made[0].number})
            return redirect(made[0])
    status = 422 if form.errors else 200
    return render(request, "projects/new.html", {"form": form, "customer": customer}, status=status)


def _customer(request: MemberRequest) -> Customer | None:
    named = request.POST.get("customer") or request.GET.get("customer")
    if not named:
        return None

    try:
        return get_object_or_404(Customer.objects.visible_to(request.member), pk=named)
    except ValidationError:
        return None


def _known(customer: Customer) -> dict[str, Any]:
    """What the customer's own page already says."""
    return {
        "customer": customer.pk,
        "branch": customer.branch_id or Branch.objects.active().values_list("pk", flat=True).first(),
        "estate": customer.estate_id,
        "address": customer.address,
        "room": customer.house,
        "style": customer.style[:40],
        "adviser": customer.adviser_id,
    }


@require_http_methods(GET_POST)
def edit(request: MemberRequest, number: str) -> HttpResponse:
    """Correct what is written about the project."""
    found = find_project(request, number, policies.may_change)
    initial = {name: getattr(found, name) for name in EditForm.base_fields}
    form = EditForm(request.POST or None, member=request.member, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: opening.change_project(found, by=request.member, **given)):
            toast(request, _("已保存"))
            return redirect(found)
    status = 422 if form.errors else 200
    return render(request, "projects/edit.html", {"form": form, "project": found}, status=status)


@require_http_methods(GET_POST)
def people(request: MemberRequest, number: str) -> HttpResponse:
    """Say who works on the project."""
    found = find_project(request, number, policies.may_staff)
    initial = {name: getattr(found, name) for name in PeopleForm.base_fields}
    form = PeopleForm(request.POST or None, member=request.member, project=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: opening.staff_project(found, by=request.member, **given)):
            return done(request, _("人员已更新"), f"{reverse('projects:project', args=[number])}?tab=people")
    return show_dialog(
        request, "projects/_people_form.html", _("项目人员"), {"form": form, "project": found}, wide=True
    )
