"""Projects and appointments as they stand, without living through what came before."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from crm.models import Customer
from projects.models import Appointment, AppointmentPerson, Project
from tenancy.models import Branch
from workflow.moves import record_origin

_next = itertools.count(1)
DAY = date(2026, 3, 10)

FACTS: dict[str, dict[str, Any]] = {
    "measurement": {"mode": "full", "designer_accepted_on": DAY},
    "design": {"measured_on": DAY, "proposal_on": DAY},
    "budget": {"draft_accepted_on": DAY, "final_confirmed_on": DAY},
    "contract": {"budget_confirmed_on": DAY, "signed_on": DAY},
    "handover": {"first_paid_on": DAY},
    "inspections": {"started_on": DAY, "node": "we_material"},
    "completion": {"accepted_on": DAY, "node": "final"},
    "warranty": {"card_issued_on": DAY, "settled_on": DAY},
    "closed": {"closed_on": DAY},
}
"""What each phase must know; a project in a later phase knows what the earlier ones did."""


def facts_until(phase: str) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, facts in FACTS.items():
        if phase == "consultation":
            return {}
        known |= facts
        if name == phase:
            return known
    return {}


def make_customer(branch: Branch, **fields: Any) -> Customer:
    number = next(_next)
    return Customer.objects.create(
        **{
            "number": f"KH-{number:05d}",
            "name": f"客户{number}",
            "pinyin": f"kehu{number:05d}",
            "branch": branch,
        }
        | fields
    )


def make_project(branch: Branch, *, phase: str = "consultation", **fields: Any) -> Project:
    """A project that stands in a phase, with the facts that phase needs and one step that says since when."""
    number = next(_next)
    given = (
        {"number": f"JC-2026-{number:04d}", "address": "科技路 1 号", "room": f"1-{number}"}
        | facts_until(phase)
        | fields
    )
    given.setdefault("customer", None)
    if given["customer"] is None:
        given["customer"] = make_customer(branch)
    project = Project.objects.create(branch=branch, phase=phase, **given)
    record_origin([project], by=None, state_field="phase", at=project.phase_entered_at)
    return project


def make_appointment(
    project: Project, *, member: Any = None, starts_at: datetime | None = None, **fields: Any
) -> Appointment:
    starts_at = starts_at or timezone.now() + timedelta(days=1)
    ends_at = fields.pop("ends_at", starts_at + timedelta(hours=1))
    appointment = Appointment.objects.create(
        **{
            "kind": "measure",
            "customer": project.customer,
            "project": project,
            "branch": project.branch,
            "place": "现场",
        }
        | {"starts_at": starts_at, "ends_at": ends_at}
        | fields
    )
    record_origin([appointment], by=None, state_field="state")
    period = {"starts_at": starts_at, "ends_at": ends_at}
    AppointmentPerson.objects.create(
        appointment=appointment, name=project.customer.name, part="owner", **period
    )
    if member is not None:
        AppointmentPerson.objects.create(appointment=appointment, member=member, part="designer", **period)
    return appointment
