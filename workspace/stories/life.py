"""The usual life of a project: from the first visit over the contract to the end of its warranties."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftersales.models import Warranty
from crm.models import Enquiry
from projects.models import Project
from projects.phases import SEVEN, Phase
from workflow.spans import add_months
from workflow.stories import Beat, Stage, Story, register
from workspace.stories.before import make_enquiry, make_visit
from workspace.stories.site import make_appointment, make_project

TEN: Final = time(10)
PHASES: Final = (
    (-38, Phase.MEASUREMENT, ("designer_accepted_on",)),
    (-36, Phase.DESIGN, ("measured_on", "proposal_on")),
    (-20, Phase.BUDGET, ("final_confirmed_on",)),
    (0, Phase.CONTRACT, ("budget_confirmed_on", "signed_on")),
    (3, Phase.HANDOVER, ("first_paid_on",)),
    (7, Phase.INSPECTIONS, ("started_on",)),
    (105, Phase.COMPLETION, ("internal_accepted_on", "accepted_on")),
    (114, Phase.WARRANTY, ("card_issued_on",)),
)
"""Days from the signing, the phase entered, the facts dated that day."""
FACTS: Final = ((-32, "drafted_on"), (-30, "draft_accepted_on"), (-22, "final_on"), (112, "settled_on"))
APPOINTMENTS: Final = ((-37, "measure"), (-31, "proposal"), (0, "signing"), (7, "handover"))
NODES: Final = (7, 14, 28, 40, 60, 75, 105)
"""Days on which the seven confirmations are passed; the day before each it is met on site."""
WORKS: Final = 98
AFTERWARDS: Final = timedelta(days=61)


def tell(signed_on: date) -> tuple[list[Beat], datetime]:
    """Everything goes as agreed. Looked at until two months after the first warranties have ended."""

    def on(offset: int, title: str, act: Callable[[Stage, datetime], Any], hour: time = TEN) -> Beat:
        moment = timezone.make_aware(datetime.combine(signed_on + timedelta(days=offset), hour))
        return Beat(moment, title, lambda stage: act(stage, moment))

    beats = [
        on(-60, "enquiry", _enquire),
        on(-58, "visit", _visit),
        on(-45, "opened", _open),
        *(on(day - 4, kind, _ask_for(kind, day, signed_on)) for day, kind in APPOINTMENTS),
        *(on(day, fact, _note(fact), time(11)) for day, fact in FACTS),
        *(on(day, phase, _enter(phase, facts), time(15)) for day, phase, facts in PHASES),
        *(on(day, node.code, _pass(node.code), time(16)) for day, node in zip(NODES, SEVEN, strict=True)),
        on(105, "warranties", _warrant, time(17)),
    ]
    last = add_months(signed_on + timedelta(days=105), 24) + AFTERWARDS
    return beats, timezone.make_aware(datetime.combine(last, time.min))


def _enquire(stage: Stage, at: datetime) -> None:
    keys_on = at.date() + timedelta(days=35)
    stage.rows["enquiry"] = make_enquiry(stage, {"keys_on": keys_on}, at)
    stage.rows["customer"] = stage.rows["enquiry"].customer


def _visit(stage: Stage, at: datetime) -> None:
    visit = make_visit(stage, {"left_at": at + timedelta(hours=2)}, at)
    stage.change(visit, customer=stage.rows["customer"])


def _open(stage: Stage, at: datetime) -> None:
    project = make_project(stage, {"phase": Phase.CONSULTATION}, at)
    stage.change(project, customer=stage.rows["customer"])
    stage.rows["project"] = project
    stage.event("projects.ProjectOpened", "project", project.pk, at)
    Enquiry.objects.filter(pk=stage.rows["enquiry"].pk).update(
        closed_at=at, outcome="project", project_id=project.pk
    )


def _ask_for(kind: str, day: int, signed_on: date) -> Callable[[Stage, datetime], None]:
    def act(stage: Stage, at: datetime) -> None:
        starts_at = timezone.make_aware(datetime.combine(signed_on + timedelta(days=day), time(14)))
        _meet(stage, kind, starts_at, at)

    return act


def _meet(stage: Stage, kind: str, starts_at: datetime, at: datetime) -> None:
    """Only the appointment stays on the stage, not the people and the site it was made with."""
    known = {name: list(ids) for name, ids in stage.subjects.items()}
    appointment = make_appointment(stage, {"kind": kind, "starts_at": starts_at}, at)
    stage.subjects.update({name: known.get(name, []) for name in ("customer", "project")})
    project: Project = stage.rows["project"]
    stage.change(appointment, project=project, customer=project.customer_id)
    stage.event("projects.AppointmentMade", "appointment", appointment.pk, at)


def _note(fact: str) -> Callable[[Stage, datetime], None]:
    def act(stage: Stage, at: datetime) -> None:
        stage.change(stage.rows["project"], **{fact: at.date()})
        stage.event("projects.FactRecorded", "project", stage.rows["project"].pk, at)

    return act


def _enter(phase: str, facts: tuple[str, ...]) -> Callable[[Stage, datetime], None]:
    def act(stage: Stage, at: datetime) -> None:
        project = Project.objects.get(pk=stage.rows["project"].pk)
        known: dict[str, Any] = {name: at.date() for name in facts}
        if phase == Phase.INSPECTIONS:
            known |= {"node": SEVEN[1].code, "planned_completion_on": at.date() + timedelta(days=WORKS)}
        stage.change(project, phase=phase, phase_entered_at=at, **known)
        stage.step("project", project.pk, project.phase, phase, at)
        stage.event("projects.PhaseEntered", "project", project.pk, at)

    return act


def _pass(code: str) -> Callable[[Stage, datetime], None]:
    def act(stage: Stage, at: datetime) -> None:
        codes = [node.code for node in SEVEN]
        following = codes[min(codes.index(code) + 1, len(codes) - 1)]
        stage.change(stage.rows["project"], node=following)
        stage.event("projects.NodePassed", "project", stage.rows["project"].pk, at)

    return act


def _warrant(stage: Stage, at: datetime) -> None:
    project = stage.rows["project"]
    for category, months in (("structure", 24), ("water_electric", 24), ("waterproofing", 60)):
        warranty = Warranty.objects.create(
            project_id=project.pk,
            branch=stage.branch,
            category=category,
            months=months,
            starts_on=at.date(),
            ends_on=add_months(at.date(), months),
        )
        stage.enter("warranty", warranty)


register(Story("project", _("一个项目的一生"), tell))
