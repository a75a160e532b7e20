"""Opening calls, taking them from the queue, holding them, letting them go."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from notifications import policies
from notifications.desk import DeskRules
from notifications.models import CallDraft, CallTask, Lane, Script, ScriptVersion
from tenancy.models import Branch, Member
from workflow.moves import move
from workflow.together import move_locked


def open_call_task(  # noqa: PLR0913 - each names one fact of the call
    *,
    by: Member | None,
    subject_kind: str,
    subject_id: UUID,
    title: str,
    reason: str,
    due_at: datetime,
    branch: Branch | None = None,
    customer_id: UUID | None = None,
    project_id: UUID | None = None,
    lane: str = Lane.MANUAL,
    not_before: datetime | None = None,
    script_key: str = "general",
    assignee: Member | None = None,
    phone: str = "",
    merge_key: str = "",
) -> CallTask:
    """Put a call into the queue by hand; with a ``merge_key`` an open call of the same key is brought forward instead."""
    if merge_key and (known := CallTask.objects.open().filter(merge_key=merge_key).first()):
        return _bring_forward(known, due_at)
    return CallTask.objects.create(
        subject_kind=subject_kind,
        subject_id=subject_id,
        customer_id=customer_id,
        project_id=project_id,
        branch=branch,
        title=title[:80],
        reason=reason[:120],
        lane=lane,
        script=current_script(script_key),
        due_at=due_at,
        not_before=not_before or timezone.now(),
        week=iso_week(due_at),
        assignee=assignee,
        phone=phone,
        merge_key=merge_key,
        made_by=by,
    )


def take_next(member: Member, *, lane: str = "", rules: DeskRules | None = None) -> CallTask | None:
    """The most urgent call nobody holds, now held by this member; None when the queue is empty.

    Rows another agent is just taking are skipped, so two agents never get the same one.
    """
    now, rules = timezone.now(), rules or DeskRules.of_firm()
    waiting = (
        CallTask.objects.visible_to(member).for_member(member).callable_at(now).in_lane(lane).by_promise()
    )
    task = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    return _hold(task, member, now, rules) if task else None


def take(task: CallTask, *, by: Member, rules: DeskRules | None = None) -> CallTask:
    """Open one particular call. Somebody else's is refused while their lease runs; one's own is kept longer."""
    now, rules = timezone.now(), rules or DeskRules.of_firm()
    task = CallTask.objects.lock(task)
    _refuse_strangers(task, by, now)
    if task.status not in CallTask.OPEN:
        raise Refusal(
            _("这通回访已经结束：%(state)s。") % {"state": task.get_status_display()}, code="call_ended"
        )
    return _hold(task, by, now, rules)


def extend_lease(task: CallTask, *, by: Member, rules: DeskRules | None = None) -> None:
    """Somebody is still typing: keep the call theirs for another while."""
    rules = rules or DeskRules.of_firm()
    CallTask.objects.filter(pk=task.pk, lease_by=by, status=CallTask.Status.IN_CALL).update(
        lease_until=timezone.now() + rules.lease
    )


def release(task: CallTask, *, by: Member, note: str = "", pause: timedelta | None = None) -> CallTask:
    """Back into the queue without an outcome; skipped with a ``pause`` it comes back to the top after that."""
    task = CallTask.objects.lock(task)
    _refuse_strangers(task, by, timezone.now())
    if task.status == CallTask.Status.IN_CALL:
        move(task.let_go, by=by, note=note, at=timezone.now() + pause if pause else None)
    return task


def cancel_call(task: CallTask, *, by: Member | None, note: str) -> CallTask:
    """The call no longer needs to be made; the reason is kept."""
    task = CallTask.objects.lock(task)
    if by is not None:
        _refuse_strangers(task, by, timezone.now())
    move(task.cancel, by=by, note=note, at=timezone.now())
    return task


def save_draft(
    task: CallTask, *, by: Member, given: dict[str, Any], dialled_at: datetime | None = None
) -> CallDraft:
    """Keep what has been typed so far; whoever opens the call next finds it again."""
    _refuse_strangers(task, by, timezone.now())
    draft, _new = CallDraft.objects.update_or_create(
        task=task,
        defaults={"member": by, "given": given, "saved_at": timezone.now()}
        | ({"dialled_at": dialled_at} if dialled_at else {}),
    )
    return draft


def current_script(key: str) -> ScriptVersion | None:
    """The version of a script that is in use now; None for a key the firm does not have."""
    script = Script.objects.filter(key=key, is_active=True).first()
    return ScriptVersion.objects.filter(script=script, number=script.number).first() if script else None


def iso_week(moment: datetime) -> str:
    year, week, _day = timezone.localtime(moment).isocalendar()
    return f"{year}-W{week:02d}"


def _hold(task: CallTask, member: Member, now: datetime, rules: DeskRules) -> CallTask:
    """The task was read under lock."""
    if task.is_held(now) and task.lease_by_id == member.pk:
        task.lease_until = now + rules.lease
        task.save(update_fields=["lease_until"])
    else:
        move_locked(task.take, by=member, holder=member.pk, until=now + rules.lease)
    return task


def _refuse_strangers(task: CallTask, by: Member, now: datetime) -> None:
    if not policies.may_call(task, by):
        raise Refusal(_("这通回访不归您的岗位。"), code="wrong_role")
    if task.is_held(now) and task.lease_by_id != by.pk and task.lease_by is not None:
        raise Refusal(_("%(name)s正在通话，请换下一位。") % {"name": task.lease_by.name}, code="call_held")


def _bring_forward(task: CallTask, due_at: datetime) -> CallTask:
    if due_at < task.due_at:
        task.due_at = due_at
        task.save(update_fields=["due_at"])
    return task
