"""Projects that a ledger brings along: they stand where the ledger says, and no guard is asked about their past."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from projects.actions.opening import KIND, search_fields
from projects.models import LossReason, Project, SuspensionReason
from projects.phases import BEFORE_CONTRACT, SUSPENDABLE, Phase, nodes_of
from tenancy import firm_settings, numbers, search
from tenancy.models import Member
from workflow.models.stateful import moving
from workflow.moves import record_origin

BATCH = 500


@dataclass(frozen=True)
class ImportedProject:
    """One project of a ledger. ``fields``: columns of ``Project`` as they are called there (``measured_on``, …)."""

    customer_id: Any
    branch_id: Any
    phase: str
    node: str = ""
    at: datetime | None = None
    note: str = ""
    estate_name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_imported_projects(rows: Sequence[ImportedProject], *, by: Member | None) -> list[Project]:
    """Open many projects of a ledger at once: a few statements however many rows. In the order given."""
    if not rows:
        return []
    settings = firm_settings.get_many("projects.node_set", "projects.number_prefix")
    taken = numbers.reserve(KIND, len(rows), prefix=settings["projects.number_prefix"])
    now = timezone.now()
    projects = [
        _imported(row, number, settings["projects.node_set"], now)
        for row, number in zip(rows, taken, strict=True)
    ]
    Project.objects.bulk_create(projects, batch_size=BATCH)
    record_origin(projects, by=by, state_field="phase", kind="imported", note=rows[0].note, at=now)
    search.index_many(
        KIND,
        {
            project.pk: search_fields(project, row.estate_name)
            for project, row in zip(projects, rows, strict=True)
        },
    )
    return projects


@transaction.atomic
def enter_imported_phase(
    project: Project,
    phase: str,
    *,
    by: Member | None,
    node: str = "",
    at: datetime | None = None,
    note: str = "",
) -> Project:
    """Put one project where the ledger says it stands, by one step ``imported``."""
    project = Project.objects.lock(project)
    was = project.phase
    project.imported_at = project.imported_at or timezone.now()
    project.phase_entered_at = at or timezone.now()
    project.node = node_for(phase, node, project.node_set)
    for name, value in _standing(phase, was).items():
        setattr(project, name, getattr(project, name) or value)
    with moving(project):
        project.__dict__["phase"] = str(phase)
        project.save()
    record_origin([project], by=by, state_field="phase", kind="imported", note=note)
    return project


def node_for(phase: str, node: str, node_set: str) -> str:
    """The node a ledger names if the set has it; a site whose node nobody wrote down stands at the first."""
    if phase not in (Phase.INSPECTIONS, Phase.SUSPENDED):
        return ""
    codes = [known.code for known in nodes_of(node_set)]
    return node if node in codes else codes[0]


def _imported(row: ImportedProject, number: str, node_set: str, now: datetime) -> Project:
    given = {**_standing(row.phase, ""), "node_set": node_set, **row.fields}
    return Project(
        number=number,
        customer_id=row.customer_id,
        branch_id=row.branch_id,
        phase=str(row.phase),
        node=node_for(row.phase, row.node, given["node_set"]),
        phase_entered_at=row.at or now,
        imported_at=now,
        **given,
    )


def _standing(phase: str, was: str) -> dict[str, str]:
    """What a lost, suspended or cancelled row must say; a ledger seldom knows where it stood before."""
    if phase == Phase.LOST:
        before = was if was in BEFORE_CONTRACT else Phase.CONSULTATION
        return {"lost_from": str(before), "lost_reason": LossReason.OTHER.value}
    if phase == Phase.SUSPENDED:
        before = was if was in SUSPENDABLE else Phase.INSPECTIONS
        return {"suspended_from": str(before), "suspended_reason": SuspensionReason.OTHER.value}
    if phase == Phase.CANCELLED:
        before = was if was in SUSPENDABLE else Phase.CONTRACT
        return {"cancelled_from": str(before)}
    return {}
