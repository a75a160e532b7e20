"""Sites, appointments and warranties as the planner's tests need them: built in a state, with the step that says since when."""

import itertools
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftersales.models import Warranty
from projects.models import Appointment, Project
from tenancy.models import Branch, Firm
from tests.factories.crm import make_customer
from tests.factories.tenancy import make_branch
from workflow.models import Step, Touchpoint
from workflow.moves import record_origin

SHANGHAI = ZoneInfo("Asia/Shanghai")
_next = itertools.count(1)


def at(text: str) -> datetime:
    """``at("2026-11-21 09:30")`` on the firm's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def a_branch(firm: Firm) -> Branch:
    return Branch.objects.first() or make_branch(firm)


def make_site(
    firm: Firm, phase: str = "inspections", *, since: str = "2026-10-01 10:00", **fields: Any
) -> Project:
    """A project standing in ``phase`` since then."""
    more = {"suspended_from": "inspections", "suspended_reason": "client"} if phase == "suspended" else {}
    project = Project(
        customer=make_customer(f"业主{next(_next)}"),
        branch=fields.pop("branch", None) or a_branch(firm),
        number=f"JC-{next(_next):05d}",
        mode="full",
        phase=phase,
        imported_at=at(since),
        **more | fields,
    )
    project.save()
    record_origin([project], by=None, state_field="phase", at=at(since))
    return project


def move_site(project: Project, source: str, target: str, when: str, kind: str = "move") -> Step:
    """History alone: what the planner asks for a day in the past."""
    return Step.objects.create(
        subject_kind="project", subject_id=project.pk, source=source, target=target, at=at(when), kind=kind
    )


def make_appointment(project: Project, starts: str, *, kind: str = "handover", **fields: Any) -> Appointment:
    appointment = Appointment(
        kind=kind,
        customer=project.customer,
        project=project,
        branch=project.branch,
        starts_at=at(starts),
        ends_at=at(starts).replace(minute=59),
        **fields,
    )
    appointment.save()
    record_origin([appointment], by=None, state_field="state", at=at("2026-10-01 10:00"))
    return appointment


def make_warranty(project: Project, ends_on: date, category: str = "water_electric") -> Warranty:
    months = 60 if category == "waterproofing" else 24
    starts_on = ends_on.replace(year=ends_on.year - months // 12)
    return Warranty.objects.create(
        project=project,
        branch=project.branch,
        category=category,
        starts_on=starts_on,
        months=months,
        ends_on=ends_on,
    )


def touchpoints(rule_key: str) -> list[Touchpoint]:
    return list(Touchpoint.objects.filter(rule_key=rule_key).order_by("due_from", "subject_id"))
