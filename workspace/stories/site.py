"""Made projects with what belongs to them: appointments and warranties."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from aftersales.models import Warranty
from projects.models import Appointment, AppointmentPerson, Project
from projects.phases import SHIPPED_NODE_SETS, Phase
from workflow.spans import add_months
from workflow.stories import Stage, maker
from workspace.stories.before import Facts, columns, make_customer

SLOTS: Final = ("designer", "adviser", "project_manager", "foreman", "engineering_supervisor", "inspector")
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    Phase.MEASUREMENT: ("designer_accepted_on",),
    Phase.DESIGN: ("measured_on", "proposal_on"),
    Phase.BUDGET: ("draft_accepted_on", "final_confirmed_on"),
    Phase.CONTRACT: ("budget_confirmed_on", "signed_on"),
    Phase.HANDOVER: ("signed_on",),
    Phase.INSPECTIONS: ("started_on",),
    Phase.COMPLETION: ("accepted_on",),
    Phase.WARRANTY: ("accepted_on", "card_issued_on"),
    Phase.CLOSED: ("closed_on",),
}
"""What the table asks of a project in each phase."""


@maker("project")
def make_project(stage: Stage, facts: Facts, at: datetime) -> Project:
    """One that stands in the phase the facts ask for since ``at``."""
    phase = facts.get("phase") or _phase(facts)
    customer = make_customer(stage, {name: facts[name] for name in facts.keys() & OF_CUSTOMER}, at)
    project = Project(
        **{
            "customer": customer,
            "branch": stage.branch,
            "number": f"S-{uuid4().hex[:12]}",
            "address": "simulated",
            "mode": "full",
            "phase": phase,
            "phase_entered_at": at,
            "opened_on": at.date(),
            **{slot: stage.people.get(slot) for slot in SLOTS},
            **dict.fromkeys(NEEDED.get(phase, ()), at.date()),
            **_standing(phase),
            **_planned(facts),
            **_node(facts),
            **columns(Project, facts, "customer", "phase"),
        }
    )
    project.save()
    return stage.enter("project", project, state_field="phase", at=at)


OF_CUSTOMER: Final = frozenset({"importance", "last_contact_at", "keys_on", "source"})


def _phase(facts: Facts) -> str:
    """On site, unless the facts say otherwise: what is asked to be unknown is not known yet in an earlier phase."""
    if facts.get("suspended"):
        return Phase.SUSPENDED
    unknown = {name for name, value in facts.items() if value is None}
    if facts.get("under_construction") is False:
        unknown.add("started_on")
    likely = (Phase.INSPECTIONS, Phase.CONTRACT, Phase.DESIGN)
    return next((phase for phase in likely if not unknown & set(NEEDED[phase])), Phase.CONSULTATION)


def _standing(phase: str) -> Facts:
    """What a project that stands still or ended must say of itself."""
    return {
        Phase.SUSPENDED: {"suspended_from": Phase.INSPECTIONS, "suspended_reason": "client"},
        Phase.LOST: {"lost_from": Phase.DESIGN, "lost_reason": "other"},
        Phase.CANCELLED: {"cancelled_from": Phase.CONTRACT, "settlement": "simulated"},
    }.get(Phase(phase), {})


def _planned(facts: Facts) -> Facts:
    """Works of a hundred days of which sixty are over on the day asked for."""
    day: date | None = facts.get("three_fifths_on")
    if day is None:
        return {}
    return {"started_on": day - timedelta(days=60), "planned_completion_on": day + timedelta(days=40)}


def _node(facts: Facts) -> Facts:
    """The node after the one that is to have been passed."""
    passed = facts.get("passed_node")
    for code, nodes in SHIPPED_NODE_SETS.items():
        codes = [node.code for node in nodes]
        if passed in codes[:-1]:
            return {"node_set": code, "node": codes[codes.index(passed) + 1]}
    return {}


@maker("appointment")
def make_appointment(stage: Stage, facts: Facts, at: datetime) -> Appointment:
    about = {name: facts[name] for name in facts.keys() & {"phase", "mode", "node"}}
    project = make_project(stage, about, at)
    starts_at = facts.get("starts_at") or (
        facts["ends_at"] - timedelta(hours=1) if facts.get("ends_at") else at
    )
    state = facts.get("state") or ("cancelled" if facts.get("planned") is False else "planned")
    appointment = Appointment(
        kind=facts.get("kind") or "other",
        state=state,
        customer=project.customer,
        project=project,
        branch=stage.branch,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        held_at=starts_at if state == "held" else None,
    )
    appointment.save()
    if "owner_comes" in facts or "everybody_comes" in facts:
        comes = bool(facts.get("owner_comes") or facts.get("everybody_comes"))
        _ask_owner(appointment, comes=comes)
    return stage.enter("appointment", appointment, state_field="state", at=at)


def _ask_owner(appointment: Appointment, *, comes: bool) -> None:
    period = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    answer = AppointmentPerson.Answer.CONFIRMED if comes else AppointmentPerson.Answer.ASKED
    AppointmentPerson.objects.create(
        appointment=appointment, name="simulated", part="owner", answer=answer, **period
    )


@maker("warranty")
def make_warranty(stage: Stage, facts: Facts, at: datetime) -> Warranty:
    about = {"phase": Phase.WARRANTY} | {name: facts[name] for name in facts.keys() & {"phase", "mode"}}
    project = make_project(stage, about, at)
    category = facts.get("category") or "water_electric"
    months = 60 if category == "waterproofing" else 24
    ends_on = facts.get("ends_on") or add_months(facts.get("starts_on") or at.date(), months)
    starts_on = facts.get("starts_on") or add_months(ends_on, -months)
    warranty = Warranty.objects.create(
        project=project,
        branch=stage.branch,
        category=category,
        months=months,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return stage.enter("warranty", warranty)
