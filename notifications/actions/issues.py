"""What a call leaves for others to do: tasks with a clock for whoever is responsible, alarms for the manager."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import people
from notifications.models import CallAttempt, CallTask
from tenancy.models import Member, Role
from workflow import clocks
from workflow.models import StaffTask
from workflow.moves import move

ABOUT = "call_attempt"
MANAGER = Role.CS_MANAGER.value
SLOT_ROLES = {
    "adviser": Role.CS_AGENT.value,
    "engineering_supervisor": Role.SUPERVISOR.value,
    "inspector": Role.SUPERVISOR.value,
    "foreman": Role.PROJECT_MANAGER.value,
}
"""Slots whose holder has another role than the slot's own name."""


def hand_out(task: CallTask, attempt: CallAttempt, *, by: Member, hours: int, alert_postponed: int) -> None:
    """Each issue becomes a task of the person responsible, with a promise that runs; repeated delays reach the manager."""
    if attempt.outcome == CallAttempt.Outcome.REACHED and attempt.issues:
        _tell_responsible(task, attempt, by, hours)
    if attempt.outcome == CallAttempt.Outcome.RESCHEDULED and task.postponed >= alert_postponed:
        title = _("已连续改约 %(n)d 次：%(who)s") % {"n": task.postponed, "who": task.title}
        alarm(task, attempt, role=MANAGER, title=title)


def alarm(
    task: CallTask, attempt: CallAttempt, *, role: str, title: str, detail: str = "", hours: int = 24
) -> StaffTask:
    """One task for a role, about this attempt; the same alarm twice is one task."""
    known = StaffTask.objects.filter(
        subject_kind=ABOUT, subject_id=attempt.pk, role=role, title=title[:120]
    ).first()
    return known or _open(task, attempt, role=role, title=title, detail=detail, hours=hours)


def take_back(attempt: CallAttempt) -> None:
    """The outcome was a slip: what it made and nobody has begun goes away with it."""
    for made in StaffTask.objects.open().filter(subject_kind=ABOUT, subject_id=attempt.pk):
        clocks.stop_all("staff_task", made.pk)
        move(made.cancel, by=None, note=_("回访结果已撤销"))


def _tell_responsible(task: CallTask, attempt: CallAttempt, by: Member, hours: int) -> None:
    slots = people.of(task.subject_kind, task.subject_id)
    is_delicate = any(issue["to"] == MANAGER for issue in attempt.issues)
    for slot, labels in _by_slot(attempt).items():
        words = attempt.note if slot == MANAGER or not is_delicate else _("详情请问客服。")
        _open(
            task,
            attempt,
            role=SLOT_ROLES.get(slot, slot),
            title=_("客户反映%(what)s：%(who)s") % {"what": "、".join(labels), "who": task.title},
            detail=words,
            hours=hours,
            assignee_id=slots.get(slot),
            by=by,
        )


def _by_slot(attempt: CallAttempt) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for issue in attempt.issues:
        grouped[issue["to"]].append(issue["label"])
    return grouped


def _open(
    task: CallTask,
    attempt: CallAttempt,
    *,
    role: str,
    title: str,
    detail: str,
    hours: int,
    assignee_id: UUID | None = None,
    by: Member | None = None,
) -> StaffTask:
    length = timedelta(hours=hours)
    made = StaffTask.objects.create(
        kind=StaffTask.Kind.FOLLOW_UP,
        title=title[:120],
        detail=detail,
        subject_kind=ABOUT,
        subject_id=attempt.pk,
        customer_id=task.customer_id,
        project_id=task.project_id,
        branch_id=task.branch_id,
        assignee_id=assignee_id,
        role=role if role in Role.values else MANAGER,
        due_at=timezone.now() + length,
        created_by=by,
    )
    clocks.start("staff_task", made.pk, _("答复客户反映的问题"), amount=length, branch=task.branch)
    return made
