"""Tasks for colleagues: made by a rule, by another action, or by hand; finished by whoever is asked."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tenancy.models import Branch, Member
from tenancy.scoping import current_firm_id
from workflow.models import StaffTask, Touchpoint
from workflow.moves import move
from workflow.people import ROLE_OF
from workflow.touchpoints import finish_touchpoints

_MATERIALISE = """
    INSERT INTO workflow_stafftask (
        firm_id, id, kind, title, detail, subject_kind, subject_id, customer_id, project_id, branch_id, assignee_id,
        role, due_at, state, result, touchpoint_id, created_at
    )
    SELECT t.firm_id, md5('staff_task|' || t.id::text)::uuid, CASE t.channel WHEN 'task' THEN 'rule' ELSE t.channel END,
           left(r.name || ' · ' || t.title, 120), coalesce(r.action ->> 'document', r.action ->> 'what', ''),
           t.subject_kind, t.subject_id, t.customer_id, t.project_id, t.branch_id, t.assignee_id,
           CASE WHEN t.assignee_id IS NULL THEN coalesce(
               CASE WHEN t.channel <> r.action ->> 'kind' THEN r.action #>> '{fallback,role}' END,
               r.action ->> 'role', %(roles)s::jsonb ->> r.performer,
               CASE WHEN r.performer = '' THEN %(roles)s::jsonb ->> r.audience END, '') ELSE '' END,
           t.due_at, 'open', '', t.id, %(now)s
    FROM workflow_touchpoint t
    JOIN workflow_rule r ON r.firm_id = t.firm_id AND r.id = t.rule_id
    WHERE t.firm_id = %(firm)s AND t.id = ANY(%(ids)s)
    ORDER BY t.id
    ON CONFLICT DO NOTHING
"""


def open_task(
    title: str,
    *,
    by: Member | None,
    kind: str = StaffTask.Kind.FOLLOW_UP,
    branch: Branch | None = None,
    assignee: Member | None = None,
    role: str = "",
    due_at: datetime | None = None,
    **about: Any,
) -> StaffTask:
    """Ask a colleague, or anybody of a role, to do something. ``about``: detail, subject_kind, subject_id,
    customer_id, project_id."""
    return StaffTask.objects.create(
        title=title[:120],
        kind=kind,
        branch=branch,
        assignee=assignee,
        role=role,
        due_at=due_at,
        created_by=by,
        **about,
    )


@transaction.atomic
def finish_task(task: StaffTask, *, by: Member, result: str = "") -> StaffTask:
    """Done; the rule that asked for it has had its effect."""
    task = StaffTask.objects.lock(task)
    move(task.finish, by=by, note=result, at=timezone.now(), result=result[:300], member=by)
    if task.touchpoint_id:
        finish_touchpoints([task.touchpoint_id])
    return task


@transaction.atomic
def reopen_task(task: StaffTask, *, by: Member) -> StaffTask:
    """Undo: it was not done after all."""
    task = StaffTask.objects.lock(task)
    move(task.reopen, by=by, kind="back")
    if task.touchpoint_id:
        Touchpoint.objects.filter(pk=task.touchpoint_id).update(
            state=Touchpoint.State.PLANNED, closed_at=None
        )
    return task


def materialise(touchpoint_ids: Sequence[UUID]) -> int:
    """The channels whose work is a colleague's: one open task of that kind per touchpoint.

    Who is named on the subject does it; where nobody is, anybody of the role.
    """
    given: dict[str, Any] = {"roles": json.dumps(ROLE_OF), "now": timezone.now(), "firm": current_firm_id()}
    with connection.cursor() as cursor:
        cursor.execute(_MATERIALISE, given | {"ids": list(touchpoint_ids)})
        return int(cursor.rowcount)


def withdraw(touchpoint_ids: Sequence[UUID]) -> int:
    """Take back tasks nobody has done, because their occasion moved or went away."""
    tasks = StaffTask.objects.open().filter(touchpoint_id__in=touchpoint_ids).select_for_update(of=("self",))
    for task in tasks:
        move(task.cancel, by=None)
    return len(tasks)
