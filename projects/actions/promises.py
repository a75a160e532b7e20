"""The two promises of the design: a draft soon after measuring, the final design soon after the draft is accepted."""

from datetime import date, datetime, time

from django.utils import timezone

from projects.models import Project
from tenancy import firm_settings
from workflow import clocks

KIND = "project"
DRAFT, FINAL = "design_draft", "design_final"


def keep_design_promises(project: Project, fact: str) -> None:
    """Start and stop what a recorded fact starts and stops."""
    if fact == "drafted":
        clocks.stop(KIND, project.pk, DRAFT)
    elif fact == "draft_accepted":
        clocks.stop(KIND, project.pk, DRAFT)
        promise_final(project)
    elif fact in ("final_out", "final_confirmed"):
        clocks.stop(KIND, project.pk, FINAL)


def promise_draft(project: Project) -> None:
    """From the measure visit: warned after three working days, breached after five (D-03)."""
    if project.drafted_on or project.measured_on is None:
        return
    days = firm_settings.get_many("projects.draft_warn_days", "projects.draft_due_days")
    clocks.start(
        KIND,
        project.pk,
        DRAFT,
        kind="working_days",
        amount=days["projects.draft_due_days"],
        warn_at=days["projects.draft_warn_days"],
        started_at=noon(project.measured_on),
        branch=project.branch,
    )


def promise_final(project: Project) -> None:
    """From the owner's acceptance of the draft until final design *and* detailed budget are out (D-07)."""
    if project.final_on or project.draft_accepted_on is None:
        return
    clocks.start(
        KIND,
        project.pk,
        FINAL,
        kind="working_days",
        amount=firm_settings.get("projects.final_due_days"),
        started_at=noon(project.draft_accepted_on),
        branch=project.branch,
    )


def noon(day: date) -> datetime:
    """An instant inside the firm's day; working days are counted from the day, not from the hour."""
    return timezone.make_aware(datetime.combine(day, time(12)))
