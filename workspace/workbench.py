"""Where agents and managers begin the day: figures that are filters, my queue, what is running out, who comes today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from notifications import policies
from notifications.actions.calls import iso_week
from notifications.models import CallAttempt, CallTask, Lane
from projects.models import Appointment, AppointmentPerson, Project
from tenancy import remembered
from tenancy.http import MemberRequest
from tenancy.models import Member, Role
from tenancy.policies import may_manage
from workflow.models import Clock, StaffTask
from workspace.call_desk import queue

QUEUE_SHOWN = 9
CLOCKS_SHOWN = 6
MEETINGS_SHOWN = 8
SOON = timedelta(hours=2)
SATURDAY = 5


@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """``/``: everybody lands where their work is."""
    return redirect(landing(request.member))


def landing(member: Member) -> str:
    """The agent at the desk, the designer at their projects, the manager of a branch at its board."""
    if policies.may_use_desk(member):
        return reverse("workspace:workbench")
    if member.has_role(Role.DESIGNER, Role.PROJECT_MANAGER, Role.SUPERVISOR):
        return reverse("projects:mine")
    return reverse("projects:projects")


@require_GET
def workbench(request: MemberRequest) -> HttpResponse:
    """The whole page; its parts come again by themselves while somebody looks at it."""
    _require_desk(request)
    day = Day(request.member, request.GET.get("lane", ""))
    given = {"greeting": greeting(day.now), "week": _figures(day, my_week)}
    for name, gather in PARTS.items():
        given |= _figures(day, gather) if name in COUNTED else gather(day)
    return render(request, "workspace/workbench/workbench.html", given)


@require_GET
def part(request: MemberRequest, name: str) -> HttpResponse:
    """One part of the workbench again, for the minute's refresh."""
    _require_desk(request)
    day = Day(request.member, request.GET.get("lane", ""))
    return render(request, f"workspace/workbench/_{name}.html", PARTS[name](day))


@dataclass
class Day:
    """Whose day it is, and what several parts of the page ask once."""

    member: Member
    lane: str
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def lanes(self) -> list[queue.LaneTab]:
        return queue.lanes(self.member, self.now)

    @cached_property
    def progress(self) -> queue.Progress:
        return queue.Progress.of(self.member, self.now, waiting=self.lanes[0].number)


def _figures(day: Day, gather: "Gather") -> dict[str, Any]:
    """Numbers without rows to act on: a few seconds old, unless the member has just done something."""
    return remembered.figures(day.member, f"workbench {gather.__name__}", lambda: gather(day))


def greeting(now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < 5:
        return _("夜深了")
    if hour < 12:
        return _("上午好")
    return _("下午好") if hour < 18 else _("晚上好")


# --- figures ----------------------------------------------------------------------------------------------


def figures(day: Day) -> dict[str, Any]:
    soon, now = day.now + SOON, day.now
    clocks = clocks_of(day.member).aggregate(
        late=Count("pk", filter=Q(due_at__lte=soon)), nearest=Min("due_at", filter=Q(due_at__gt=now))
    )
    asked = Exists(AppointmentPerson.objects.filter(appointment_id=OuterRef("pk"), answer="asked"))
    meetings = appointments_of(day.member, now).aggregate(
        today=Count("pk"), unconfirmed=Count("pk", filter=asked)
    )
    tasks = (
        StaffTask.objects.for_member(day.member)
        .open()
        .aggregate(tasks=Count("pk"), tasks_late=Count("pk", filter=Q(due_at__lt=now)))
    )
    return {"progress": day.progress, "now": now, **clocks, **meetings, **tasks}


def my_queue(day: Day) -> dict[str, Any]:
    waiting = queue.mine_today(day.member, day.now).in_lane(day.lane)
    shown = waiting.select_related("lease_by").by_promise()[:QUEUE_SHOWN]
    listed = queue.rows(shown, day.member, with_scores=True)
    number = next((tab.number for tab in day.lanes if tab.code == day.lane), 0)
    return {"rows": listed, "more": max(0, number - len(listed)), "lane": day.lane, "lanes": day.lanes}


# --- clocks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """A clock as the list shows it."""

    clock: Clock
    title: str
    detail: str
    url: str


def clocks_of(member: Member) -> QuerySet:
    """Running promises of the branches this member sees; only managers see those of the whole firm without one."""
    running = Clock.objects.running().filter(paused_at=None)
    return running if member.branch_ids is None else running.filter(branch_id__in=member.branch_ids)


def clocks(day: Day) -> dict[str, Any]:
    """What runs out within a day, the most urgent first."""
    soon = clocks_of(day.member).filter(due_at__lte=day.now + timedelta(days=1)).order_by("due_at")
    listed = list(soon[:CLOCKS_SHOWN])
    return {"promises": _named(listed), "broken": sum(1 for clock in listed if clock.due_at <= day.now)}


def _named(clocks: Sequence[Clock]) -> list[Promise]:
    """Clocks with what they are about: one query for each kind of subject."""
    tasks = _subjects(StaffTask.objects.select_related("assignee"), "staff_task", clocks)
    projects = _subjects(Project.objects.select_related("estate", "customer"), "project", clocks)
    found = []
    for clock in clocks:
        subject = tasks.get(clock.subject_id) or projects.get(clock.subject_id)
        found.append(_promise(clock, subject))
    return found


def _subjects(rows: QuerySet, kind: str, clocks: Sequence[Clock]) -> dict[Any, Any]:
    ids = [clock.subject_id for clock in clocks if clock.subject_kind == kind]
    return rows.in_bulk(ids) if ids else {}


def _promise(clock: Clock, subject: Any) -> Promise:
    if isinstance(subject, Project):
        return Promise(
            clock,
            promise_words(clock),
            f"{subject.customer.name} · {subject.place}",
            subject.get_absolute_url(),
        )
    if isinstance(subject, StaffTask):
        who = subject.assignee.name if subject.assignee else subject.get_role_display()
        return Promise(clock, subject.title, f"{who} · {clock.promise}", "")
    return Promise(clock, promise_words(clock), "", "")


def promise_words(clock: Clock) -> str:
    known = {"design_draft": _("出设计预案"), "design_final": _("出定稿与详细预算")}
    return known.get(clock.promise, clock.promise)


@dataclass(frozen=True)
class Meeting:
    """An appointment with what its people answered, in two words."""

    appointment: Appointment
    people: str
    state: str
    tone: str

    @classmethod
    def of(cls, appointment: Appointment) -> "Meeting":
        asked = list(appointment.people.all())
        names = "、".join(person.member.name if person.member else person.name for person in asked)
        return cls(appointment, names, *_answers(appointment, {person.answer for person in asked}))


def _answers(appointment: Appointment, given: set[str]) -> tuple[str, str]:
    if appointment.state != Appointment.State.PLANNED:
        return str(
            appointment.get_state_display()
        ), "g" if appointment.state == Appointment.State.HELD else "r"
    if AppointmentPerson.Answer.DECLINED in given:
        return _("有人不能来"), "r"
    return (_("待确认"), "y") if AppointmentPerson.Answer.ASKED in given else (_("已确认"), "b")


# --- appointments -----------------------------------------------------------------------------------------


def appointments_of(member: Member, now: datetime) -> QuerySet:
    day = (queue.start_of_day(now), queue.end_of_day(now))
    return Appointment.objects.visible_to(member).filter(starts_at__range=day).exclude(state="cancelled")


def appointments(day: Day) -> dict[str, Any]:
    people = Prefetch("people", AppointmentPerson.objects.select_related("member"))
    listed = appointments_of(day.member, day.now).select_related("project__estate", "customer")
    nearest = listed.prefetch_related(people).order_by("starts_at")[:MEETINGS_SHOWN]
    return {"meetings": [Meeting.of(one) for one in nearest]}


# --- Saturday ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """How far one branch's, or one agent's, Saturday round is."""

    name: str
    total: int
    done: int
    reached: int

    @property
    def tone(self) -> str:
        return "g" if self.done == self.total else ""


def coverage(day: Day) -> dict[str, Any]:
    """This week's Saturday calls by branch, for managers by agent too; empty when none are planned."""
    week = iso_week(day.now)
    calls = (
        CallTask.objects.visible_to(day.member)
        .filter(lane=Lane.SATURDAY, week=week)
        .exclude(status="cancelled")
    )
    return {
        "coverage_week": week.split("-W")[1].lstrip("0"),
        "branches": _by_branch(calls),
        "agents": _by_agent(calls) if may_manage(day.member) else [],
        "is_saturday": timezone.localtime(day.now).weekday() == SATURDAY,
    }


def _by_branch(calls: QuerySet) -> list[Coverage]:
    counted = (
        calls.order_by()
        .values("branch__name")
        .annotate(
            total=Count("pk"),
            ended=Count("pk", filter=Q(status__in=CallTask.ENDED)),
            reached=Count("pk", filter=Q(status="done")),
        )
        .order_by("branch__name")
    )
    return [
        Coverage(row["branch__name"] or _("总部"), row["total"], row["ended"], row["reached"])
        for row in counted
    ]


def _by_agent(calls: QuerySet) -> list[Coverage]:
    """Who rang how many of them, whoever they were given to."""
    made = (
        CallAttempt.objects.standing()
        .filter(task__in=calls.order_by().values("pk"))
        .order_by()
        .values("by__name")
        .annotate(
            total=Count("task_id", distinct=True),
            ended=Count("task_id", distinct=True, filter=Q(task__status__in=CallTask.ENDED)),
            reached=Count("task_id", distinct=True, filter=Q(outcome="reached")),
        )
        .order_by("-ended")
    )
    return [Coverage(row["by__name"], row["total"], row["ended"], row["reached"]) for row in made]


# --- my week ----------------------------------------------------------------------------------------------


def my_week(day: Day) -> dict[str, Any]:
    """How my calls of this week went; shares are None until there is something to divide."""
    monday = queue.start_of_day(day.now) - timedelta(days=timezone.localtime(day.now).weekday())
    made = CallAttempt.objects.standing().filter(by=day.member, at__gte=monday)
    counted = made.aggregate(
        all=Count("pk", distinct=True),
        reached=Count("pk", distinct=True, filter=Q(outcome="reached")),
        average=Avg("satisfactions__score"),
    )
    share = counted["reached"] / counted["all"] if counted["all"] else None
    return {
        "made": counted["all"],
        "reached": share,
        "reached_share": 100 * (share or 0),
        "average": counted["average"],
        "average_share": 20 * (counted["average"] or 0),
    }


def _require_desk(request: MemberRequest) -> None:
    if not policies.may_use_desk(request.member):
        raise PermissionDenied


Gather = Callable[[Day], dict[str, Any]]
COUNTED = {"figures", "coverage"}
PARTS: dict[str, Gather] = {
    "figures": figures,
    "queue": my_queue,
    "clocks": clocks,
    "appointments": appointments,
    "coverage": coverage,
}
"""The parts of the page that come again by themselves, each with its template ``_<name>.html``."""
