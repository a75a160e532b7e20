"""Lead a project along its road: one phase at a time, and what each phase brings with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal, Stale
from projects import guards
from projects.actions.recording import Said, put_on_record
from projects.events import PhaseEntered
from projects.models import Project
from projects.phases import ROUTES, Phase, nodes_of
from tenancy.models import Member
from workflow.events import publish
from workflow.models import Step
from workflow.moves import Guard, move


@transaction.atomic
def advance(
    project: Project,
    *,
    to: str,
    by: Member,
    waive: Mapping[str, str] | None = None,
    statements: Mapping[str, Said] | None = None,
    note: str = "",
) -> Project:
    """Move a project on to its next phase, putting on record what was still missing.

    ``statements``: fact → when it happened. ``waive``: guard → why it is passed over. ``to`` must be the phase that
    follows: two people who click at once take the step once.
    """
    project = Project.objects.lock(project)
    _refuse_leap(project, to)
    put_on_record(project, statements or {}, by=by)
    _prepare(project, to)
    step = move(getattr(project, f"to_{to}"), by=by, note=note, waived=_waived(project, to, waive or {}))
    tell_phase(project, step)
    return project


def tell_phase(project: Project, step: Step) -> None:
    """Let playbooks and the apps above know where the project stands now."""
    publish(
        PhaseEntered(
            project_id=str(project.pk),
            customer_id=str(project.customer_id),
            phase=step.target,
            source=step.source,
            at=step.at.isoformat(),
        )
    )


def _refuse_leap(project: Project, to: str) -> None:
    route = ROUTES[project.mode]
    if project.to_phase == to:
        return
    if to in route and project.phase in route and route.index(to) <= route.index(project.phase):
        raise Stale(_("项目已在“%(phase)s”，请刷新后再看。") % {"phase": project.get_phase_display()})
    if project.to_phase is None:
        raise Refusal(
            _("项目当前是“%(phase)s”，不能推进。") % {"phase": project.get_phase_display()},
            code="wrong_state",
        )
    following = Phase(project.to_phase).label
    raise Refusal(_("不能跳过阶段，下一阶段是“%(phase)s”。") % {"phase": following}, code="leap")


def _waived(project: Project, to: str, reasons: Mapping[str, str]) -> list[Guard]:
    """The unmet guards this member passes over, each with its reason; who may is ``move``'s to say."""
    open_guards = [guard.as_guard(project) for guard in guards.unmet(project, to)]
    return [
        replace(guard, reason=reasons[guard.code].strip()) for guard in open_guards if guard.code in reasons
    ]


def _prepare(project: Project, to: str) -> None:
    """What the project itself takes on with the new phase; written only if the move succeeds."""
    project.phase_entered_at = timezone.now()
    if to in _PREPARATIONS:
        _PREPARATIONS[to](project)


def _plan_entry(project: Project) -> None:
    """The crew enters the day after (K-01); a date somebody agreed on stays."""
    project.planned_start_on = project.planned_start_on or timezone.localdate() + timedelta(days=1)


def _stand_at_first_node(project: Project) -> None:
    """The signed handover is the pass of a node that says so."""
    nodes = nodes_of(project.node_set)
    project.node = (nodes[1] if nodes[0].handover else nodes[0]).code


def _close(project: Project) -> None:
    project.closed_on = timezone.localdate()


_PREPARATIONS: dict[str, Callable[[Project], None]] = {
    Phase.HANDOVER: _plan_entry,
    Phase.INSPECTIONS: _stand_at_first_node,
    Phase.CLOSED: _close,
}
