"""Where a project stands still or ends early, and the way back."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from projects.actions.advancing import tell_phase
from projects.actions.promises import promise_draft, promise_final
from projects.models import LossReason, Project, SuspensionReason
from projects.phases import Phase
from tenancy.models import Member
from workflow import clocks
from workflow.models import Clock
from workflow.moves import move

KIND = "project"


@transaction.atomic
def lose_project(project: Project, *, by: Member, reason: str, note: str = "") -> Project:
    """The customer does not build with us; every promise on the project ends."""
    _refuse_unknown(reason, LossReason)
    project = _enter(project)
    step = move(project.lose, by=by, note=note, reason=reason)
    clocks.stop_all(KIND, project.pk)
    tell_phase(project, step)
    return project


@transaction.atomic
def reopen_project(project: Project, *, by: Member, note: str = "") -> Project:
    """A lost customer is back: on where it stopped, with the promises that were open."""
    project = _enter(project)
    step = move(project.reopen, by=by, note=note, kind="back")
    if project.phase == Phase.DESIGN and project.draft_accepted_on is None:
        promise_draft(project)
    elif project.phase == Phase.DESIGN:
        promise_final(project)
    tell_phase(project, step)
    return project


@transaction.atomic
def suspend_project(
    project: Project, *, by: Member, reason: str, note: str = "", on: date | None = None
) -> Project:
    """Work stops for a while; promises wait with it."""
    _refuse_unknown(reason, SuspensionReason)
    project = _enter(project)
    step = move(project.suspend, by=by, note=note, reason=reason, on=on or timezone.localdate())
    for promise in _running_promises(project):
        clocks.pause(KIND, project.pk, promise)
    tell_phase(project, step)
    return project


@transaction.atomic
def resume_project(project: Project, *, by: Member, note: str = "") -> Project:
    """Work goes on where it stopped; the days it stood are added to the planned completion."""
    project = _enter(project)
    _make_up_for_standing(project)
    step = move(project.resume, by=by, note=note, kind="back")
    for promise in _running_promises(project):
        clocks.resume(KIND, project.pk, promise)
    tell_phase(project, step)
    return project


@transaction.atomic
def cancel_project(project: Project, *, by: Member, settlement: str, note: str = "") -> Project:
    """The order is withdrawn and settled; ``settlement`` is what both agreed on."""
    if not settlement.strip():
        raise Refusal(_("请写明退单如何结算。"))
    project = _enter(project)
    step = move(project.cancel, by=by, note=note, settlement=settlement.strip())
    clocks.stop_all(KIND, project.pk)
    tell_phase(project, step)
    return project


def _enter(project: Project) -> Project:
    project = Project.objects.lock(project)
    project.phase_entered_at = timezone.now()
    return project


def _running_promises(project: Project) -> list[str]:
    return list(Clock.objects.of(KIND, project.pk).running().values_list("promise", flat=True))


def _make_up_for_standing(project: Project) -> None:
    if project.planned_completion_on and project.suspended_on:
        stood = timezone.localdate() - project.suspended_on
        project.planned_completion_on += max(stood, timedelta(0))


def _refuse_unknown(reason: str, reasons: type[LossReason] | type[SuspensionReason]) -> None:
    if reason not in reasons.values:
        raise Refusal(_("请选择原因。"), code="reason_missing")
