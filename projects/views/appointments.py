"""The calendar, and what one does with an appointment."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refusal
from core.ui.calendars import CalendarEvent
from crm.models import Customer
from projects import policies
from projects.actions import answers, appointments as actions
from projects.forms_appointments import AppointmentForm, CancelForm, MoveForm, OutcomeForm
from projects.models import Appointment, AppointmentPerson, Project
from projects.parts import PARTS
from projects.phases import Phase
from projects.querysets import SLOTS
from projects.views.choosing import choose_subject
from projects.views.pages import attempt, done, show_dialog
from tenancy.http import MemberRequest
from tenancy.models import Member
from workflow.models import Step

GET_POST = ["GET", "POST"]
VIEWS = ("day", "week", "month")
TONES = {"planned": "b", "held": "g", "missed": "r", "cancelled": ""}
MOST_ROWS = 400
USUAL_KINDS = {
    Phase.CONSULTATION: Appointment.Kind.MEASURE,
    Phase.MEASUREMENT: Appointment.Kind.MEASURE,
    Phase.DESIGN: Appointment.Kind.PROPOSAL,
    Phase.BUDGET: Appointment.Kind.SIGNING,
    Phase.CONTRACT: Appointment.Kind.HANDOVER,
    Phase.HANDOVER: Appointment.Kind.HANDOVER,
    Phase.INSPECTIONS: Appointment.Kind.INSPECTION,
    Phase.COMPLETION: Appointment.Kind.INSPECTION,
}
"""What one most likely makes an appointment for in each phase."""


@require_GET
def appointments(request: MemberRequest) -> HttpResponse:
    """A day, a week or a month of appointments; ``mine`` leaves those I am asked to."""
    view = request.GET.get("view", "week")
    view = view if view in VIEWS else "week"
    day = _day(request.GET.get("day", ""))
    first, last = _span(view, day)
    rows = Appointment.objects.visible_to(request.member).between(_start(first), _start(last)).for_calendar()
    rows = rows.exclude(state=Appointment.State.CANCELLED)
    if request.GET.get("mine"):
        rows = rows.of_mine(request.member)
    found = list(rows.order_by("starts_at")[:MOST_ROWS])
    context = {
        "view": view,
        "day": day,
        "first": first,
        "last": last - timedelta(days=1),
        "mine": bool(request.GET.get("mine")),
        "number": len(found),
        "prev_url": _address(request, day=_step(view, day, -1)),
        "next_url": _address(request, day=_step(view, day, 1)),
        "today_url": _address(request, day=timezone.localdate()),
        "mine_url": _address(request, mine="" if request.GET.get("mine") else "1"),
        "views": [(name, label, _address(request, view=name)) for name, label in _view_labels()],
        "day_url": reverse("projects:appointments"),
        "may_plan": policies.may_plan(None, request.member),
        **_drawn(view, first, last, found),
    }
    template = "projects/_calendar.html" if request.htmx else "projects/appointments.html"
    return render(request, template, context)


def _view_labels() -> list[tuple[str, str]]:
    return [("day", _("日")), ("week", _("周")), ("month", _("月"))]


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and 2000 <= day.year <= 2100 else timezone.localdate()


def _span(view: str, day: date) -> tuple[date, date]:
    """From the first day shown until the day after the last."""
    if view == "day":
        return day, day + timedelta(days=1)
    if view == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    return monday, monday + timedelta(days=42)


def _step(view: str, day: date, direction: int) -> date:
    if view == "month":
        middle = day.replace(day=15) + timedelta(days=30 * direction)
        return middle.replace(day=1)
    return day + timedelta(days=direction * (7 if view == "week" else 1))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _address(request: MemberRequest, **changes: Any) -> str:
    query = {key: value for key, value in request.GET.items() if value and key in ("view", "day", "mine")}
    query |= {key: str(value) for key, value in changes.items()}
    return f"{reverse('projects:appointments')}?{urlencode({k: v for k, v in query.items() if v})}"


def _drawn(view: str, first: date, last: date, found: list[Appointment]) -> dict[str, Any]:
    if view == "month":
        return {"events": [_event(row) for row in found]}
    if view == "day":
        return {"rows": _by_person(found)}
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    by_day: dict[date, list[Appointment]] = {day: [] for day in days}
    for row in found:
        by_day.setdefault(timezone.localdate(row.starts_at), []).append(row)
    return {"days": [(day, by_day[day]) for day in days], "today": timezone.localdate()}


def _event(row: Appointment) -> CalendarEvent:
    who = "、".join(person.shown_name for person in row.people.all() if person.member_id)
    return CalendarEvent(
        starts=row.starts_at,
        ends=row.ends_at,
        title=f"{row.get_kind_display()} {row.project.place if row.project else row.customer.name}",
        url=row.get_absolute_url(),
        tone=TONES[row.state],
        note=who,
    )


def _by_person(found: Iterable[Appointment]) -> list[tuple[str, list[CalendarEvent]]]:
    """One line for each colleague; what nobody of ours attends stands under the customer's name."""
    lines: dict[str, list[CalendarEvent]] = {}
    for row in found:
        names = [person.shown_name for person in row.people.all() if person.member_id] or [_("未安排同事")]
        for name in names:
            lines.setdefault(name, []).append(_event(row))
    return sorted(lines.items())


@require_GET
def appointment(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One appointment: who comes, what became of it, when it was meant to be before."""
    found = _find(request, pk)
    context = {
        "appointment": found,
        "tone": TONES[found.state],
        "people": _people_with_parts(found),
        "history": Step.objects.of("appointment", found.pk).select_related("by"),
        "may_answer": found.state == "planned" and policies.may_answer_for(found, request.member),
        "answers": AppointmentPerson.Answer.choices,
    }
    return render(request, "projects/appointment.html", context)


def _find(request: MemberRequest, pk: UUID, *, to_handle: bool = False) -> Appointment:
    rows = (
        Appointment.objects.visible_to(request.member)
        .for_calendar()
        .select_related("made_by", "project__designer")
    )
    found = get_object_or_404(rows, pk=pk)
    if to_handle and not policies.may_answer_for(found, request.member):
        raise PermissionDenied
    return found


def _people_with_parts(found: Appointment) -> list[tuple[AppointmentPerson, str]]:
    return [(person, str(PARTS.get(person.part, person.part))) for person in found.people.all()]


@require_http_methods(GET_POST)
def new(request: MemberRequest) -> HttpResponse:
    """Ask people to meet, for a project or for a customer without one."""
    project, customer = _about(request)
    if not policies.may_plan(project, request.member):
        raise PermissionDenied
    if project is None and customer is None:
        return choose_subject(
            request, title=_("新建预约"), to=reverse("projects:appointment_new"), with_projects=True
        )
    form = AppointmentForm(
        request.POST or None,
        member=request.member,
        people=_colleagues(request.member, project),
        initial=_proposed(request, project, customer),
    )
    made: list[Appointment] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: made.append(_make(request, form)))
    ):
        return done(request, _("已预约"), made[0].get_absolute_url())
    context = {
        "form": form,
        "project": project,
        "customer": customer or (project.customer if project else None),
    }
    return show_dialog(request, "projects/_appointment_form.html", _("新建预约"), context, wide=True)


def _make(request: MemberRequest, form: AppointmentForm) -> Appointment:
    given = form.cleaned_data
    project: Project | None = given["project"]
    customer: Customer = given["customer"]
    branch = project.branch if project else customer.branch
    if branch is None:
        raise Refusal(_("客户还没有归属分公司，请先在客户资料里选定。"))
    return actions.make_appointment(
        by=request.member,
        kind=given["kind"],
        customer=customer,
        branch=branch,
        project=project,
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        members=list(given["members"]),
        place=given["place"],
        note=given["note"],
    )


def _about(request: MemberRequest) -> tuple[Project | None, Customer | None]:
    """The project (by number or id) or customer in the address; a stranger's never existed."""
    named = request.POST.get("project") or request.GET.get("project")
    if named:
        rows = Project.objects.visible_to(request.member).with_names()
        return get_object_or_404(rows, **{"pk" if _is_uuid(named) else "number": named}), None
    named = request.POST.get("customer") or request.GET.get("customer")
    if named and _is_uuid(named):
        return None, get_object_or_404(Customer.objects.visible_to(request.member), pk=named)
    return None, None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _colleagues(member: Member, project: Project | None) -> list[Member]:
    """Who may be asked: the project's people first, then the branch's; enough to choose from."""
    near = Member.objects.visible_to(member).active().order_by("name")
    if project is not None:
        near = near.filter(posts__branch_id=project.branch_id) | near.filter(
            pk__in=[getattr(project, f"{slot}_id") for slot in SLOTS]
        )
    people = list(near.distinct()[:60])
    named = {getattr(project, f"{slot}_id") for slot in SLOTS} if project else {member.pk}
    return sorted(people, key=lambda one: (one.pk not in named, one.name))


def _proposed(request: MemberRequest, project: Project | None, customer: Customer | None) -> dict[str, Any]:
    usual = USUAL_KINDS.get(project.phase, Appointment.Kind.SITE_VISIT) if project else Appointment.Kind.VISIT
    kind = request.GET.get("kind", "")
    there = [project.designer_id] if project and project.designer_id else []
    return {
        "kind": kind if kind in Appointment.Kind.values else usual,
        "day": _day(request.GET.get("day", "")),
        "starts": time(10),
        "ends": time(11, 30),
        "project": project.pk if project else None,
        "customer": customer.pk if customer else None,
        "members": there,
        "place": project.place if project else "",
    }


@require_http_methods(GET_POST)
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Another time or other colleagues; the history stays."""
    found = _find(request, pk, to_handle=True)
    starts, ends = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    there = [person.member_id for person in found.people.all() if person.member_id]
    form = MoveForm(
        request.POST or None,
        member=request.member,
        people=_with(_colleagues(request.member, found.project), found),
        initial={
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "place": found.place,
            "members": there,
        },
    )
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _move(request, found, form)):
        return done(request, _("已改期"), found.get_absolute_url())
    return show_dialog(
        request, "projects/_move_form.html", _("改期"), {"form": form, "appointment": found}, wide=True
    )


def _move(request: MemberRequest, found: Appointment, form: MoveForm) -> None:
    given = form.cleaned_data
    actions.move_appointment(
        found,
        by=request.member,
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        reason=given["reason"],
        place=given["place"],
        members=list(given["members"]),
    )


def _with(people: list[Member], found: Appointment) -> list[Member]:
    """Whoever is asked already stays in the choice."""
    known = {member.pk for member in people}
    return people + [
        person.member for person in found.people.all() if person.member and person.member_id not in known
    ]


@require_http_methods(GET_POST)
def outcome(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It took place, or somebody did not come."""
    found = _find(request, pk, to_handle=True)
    form = OutcomeForm(request.POST or None, member=request.member, appointment=found)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _end(request, found, form)):
        return done(request, _("已登记结果"), found.get_absolute_url())
    return show_dialog(
        request, "projects/_outcome_form.html", _("登记结果"), {"form": form, "appointment": found}
    )


def _end(request: MemberRequest, found: Appointment, form: OutcomeForm) -> None:
    given = form.cleaned_data
    if given["happened"] == "missed":
        actions.miss_appointment(found, by=request.member, outcome=given["outcome"])
        return
    actions.hold_appointment(
        found, by=request.member, outcome=given["outcome"], proposal_on=given.get("proposal_on")
    )


@require_http_methods(GET_POST)
def cancellation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Call it off."""
    found = _find(request, pk, to_handle=True)
    form = CancelForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.cancel_appointment(found, by=request.member, reason=reason)):
            return done(request, _("已取消预约"), found.get_absolute_url())
    return show_dialog(
        request, "projects/_cancel_form.html", _("取消预约"), {"form": form, "appointment": found}
    )


@require_POST
def answer(request: MemberRequest, pk: UUID, person: UUID) -> HttpResponse:
    """Somebody said whether they come."""
    found = _find(request, pk, to_handle=True)
    asked = get_object_or_404(
        AppointmentPerson.objects.select_related("appointment"), pk=person, appointment=found
    )
    answers.answer_for(asked, by=request.member, answer=request.POST.get("answer", ""))
    return done(request, _("已记下"), found.get_absolute_url())
