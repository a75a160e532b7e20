"""What came of a call, and taking a slip of the finger back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from notifications import answers, people
from notifications.actions import issues as told
from notifications.actions.calls import _refuse_strangers
from notifications.answers import Answers
from notifications.desk import DeskRules
from notifications.events import CallFinished, CallUndone, IntegrityReported, LowSatisfaction, WrongNumber
from notifications.models import CallAttempt, CallDraft, CallTask, Satisfaction
from tenancy.models import Member
from workflow.events import Event, publish, publish_all
from workflow.moves import move
from workflow.together import Together, move_locked

Outcome = CallAttempt.Outcome


@dataclass(frozen=True)
class Said:
    """Everything a form or a partner's system hands over about one call."""

    outcome: str
    answers: Mapping[str, Any] | None = None
    issues: Iterable[str] = ()
    note: str = ""
    is_refused: bool = False
    again_at: datetime | None = None
    promised_until: datetime | None = None
    phone: str = ""
    dialled_at: datetime | None = None


def record_outcome(
    task: CallTask,
    *,
    by: Member,
    rules: DeskRules | None = None,
    said: Said | None = None,
    is_locked: bool = False,
    **spoken: Any,
) -> CallAttempt:
    """Write down what came of a call, move it on, and tell whoever must act. ``spoken``: the fields of ``Said``.

    ``is_locked``: the task was read under lock in this very transaction and is not read again.
    """
    now, rules, said = timezone.now(), rules or DeskRules.of_firm(), said or Said(**spoken)
    task = _ours(task if is_locked else _lock(task), by, now, rules)
    read = answers.read(task.script, said.answers or {}, said.issues)
    attempt = _write(task, by, said, read, now)
    scores = _rate(task, attempt, read)
    _move_on(task, attempt, said, by, rules, now)
    told.hand_out(task, attempt, by=by, hours=rules.issue_hours, alert_postponed=rules.alert_postponed)
    _publish(task, attempt, read, [score for score in scores if score.score <= rules.alert_score])
    return attempt


def undo_outcome(attempt: CallAttempt, *, by: Member, rules: DeskRules | None = None) -> CallTask:
    """Take back one's own outcome within the minutes allowed: the call is open again with everything typed."""
    now, rules = timezone.now(), rules or DeskRules.of_firm()
    task = CallTask.objects.select_for_update(of=("self",)).select_related("script").get(pk=attempt.task_id)
    attempt = CallAttempt.objects.lock(attempt)
    _refuse_undo(task, attempt, by, now, rules)
    CallAttempt.objects.filter(pk=attempt.pk).update(undone_at=now)
    _reopen(task, attempt, by, now + rules.lease)
    told.take_back(attempt)
    publish(CallUndone(task_id=str(task.pk), attempt_id=str(attempt.pk)))
    return task


def _lock(task: CallTask) -> CallTask:
    locked: CallTask = CallTask.objects.select_related("script").lock(task)
    return locked


def _ours(task: CallTask, by: Member, now: datetime, rules: DeskRules) -> CallTask:
    """Held by us: an answer from a door that never opened it takes it first."""
    _refuse_strangers(task, by, now)
    if task.status not in CallTask.OPEN:
        raise Refusal(
            _("这通回访已经结束：%(state)s。") % {"state": task.get_status_display()}, code="call_ended"
        )
    if not (task.status == CallTask.Status.IN_CALL and task.lease_by_id == by.pk):
        move_locked(task.take, by=by, holder=by.pk, until=now + rules.lease)
    return task


def _write(task: CallTask, by: Member, said: Said, read: Answers, now: datetime) -> CallAttempt:
    if said.outcome not in Outcome.values:
        raise Refusal(_("请选择通话结果。"), code="no_outcome")
    if said.is_refused and said.outcome != Outcome.REACHED:
        raise Refusal(_("接通以后才能记为拒绝回访。"))
    return CallAttempt.objects.create(
        task=task,
        branch_id=task.branch_id,
        customer_id=task.customer_id,
        project_id=task.project_id,
        by=by,
        outcome=said.outcome,
        is_refused=said.is_refused,
        phone=said.phone or task.phone,
        answers=read.given,
        issues=read.issues,
        note=said.note.strip(),
        promised_until=said.promised_until,
        before={"due_at": task.due_at, "not_before": task.not_before, "postponed": task.postponed},
        dialled_at=said.dialled_at,
        at=now,
    )


def _rate(task: CallTask, attempt: CallAttempt, read: Answers) -> list[Satisfaction]:
    if not read.scores or attempt.outcome != Outcome.REACHED:
        return []
    slots = people.of(task.subject_kind, task.subject_id)
    return Satisfaction.objects.bulk_create(
        Satisfaction(
            attempt=attempt,
            subject_kind=task.subject_kind,
            subject_id=task.subject_id,
            customer_id=task.customer_id,
            project_id=task.project_id,
            branch_id=task.branch_id,
            aspect=aspect,
            member_id=slots.get(aspect),
            score=score,
            at=attempt.at,
        )
        for aspect, score in read.scores.items()
    )


def _move_on(
    task: CallTask, attempt: CallAttempt, said: Said, by: Member, rules: DeskRules, now: datetime
) -> None:
    moves, label = Together(), attempt.get_outcome_display()
    moves.hold(task)
    task.attempts += 1
    if attempt.outcome == Outcome.REACHED:
        moves.take(task.finish, by=by, note=_("拒绝回访") if attempt.is_refused else label, at=now)
    elif attempt.outcome == Outcome.RESCHEDULED:
        moves.take(task.reschedule, by=by, note=label, at=_agreed(said.again_at, now))
    elif attempt.outcome == Outcome.WRONG_NUMBER or task.attempts >= rules.tries_in_total:
        moves.take(task.give_up, by=by, note=label, at=now)
    else:
        again_at = rules.next_try(now, tries_today=_tries_today(task, now))
        moves.take(task.try_again, by=by, note=label, at=again_at)
    moves.write()


def _agreed(again_at: datetime | None, now: datetime) -> datetime:
    if again_at is None:
        raise Refusal(_("请选择改约的时间。"), code="no_time")
    if again_at <= now:
        raise Refusal(_("改约的时间要晚于现在。"), code="past_time")
    return again_at


def _tries_today(task: CallTask, now: datetime) -> int:
    """With the one just written."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    unanswered = (
        CallAttempt.objects.standing()
        .filter(task=task)
        .filter(outcome__in=CallAttempt.NOT_REACHED, at__gte=midnight)
    )
    return int(unanswered.count())


def _publish(task: CallTask, attempt: CallAttempt, read: Answers, low: list[Satisfaction]) -> None:
    ids = {"task_id": str(task.pk), "attempt_id": str(attempt.pk)}
    customer_id = str(task.customer_id) if task.customer_id else None
    project_id = str(task.project_id) if task.project_id else None
    happened: list[Event] = [
        CallFinished(
            **ids,
            customer_id=customer_id,
            project_id=project_id,
            outcome=attempt.outcome,
            is_refused=attempt.is_refused,
        )
    ]
    if read.integrity and attempt.outcome == Outcome.REACHED:
        happened.append(IntegrityReported(**ids))
    if attempt.outcome == Outcome.WRONG_NUMBER:
        happened.append(WrongNumber(**ids, customer_id=customer_id))
    happened += [
        LowSatisfaction(**ids, satisfaction_id=str(score.pk), aspect=score.aspect, score=score.score)
        for score in low
    ]
    publish_all(happened)


def _refuse_undo(task: CallTask, attempt: CallAttempt, by: Member, now: datetime, rules: DeskRules) -> None:
    newest: UUID | None = (
        CallAttempt.objects.standing()
        .filter(task=task)
        .order_by("-at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if attempt.by_id != by.pk:
        raise Refusal(_("只能撤销自己记录的结果。"), code="not_yours")
    if attempt.undone_at or newest != attempt.pk:
        raise Refusal(_("这个结果已经撤销过，或后面又拨打过，不能再撤销。"), code="not_newest")
    if now - attempt.at > rules.undo:
        minutes = int(rules.undo.total_seconds() // 60)
        raise Refusal(_("超过 %(n)d 分钟，不能撤销；请新约一通回访更正。") % {"n": minutes}, code="too_late")
    if task.is_held(now):
        raise Refusal(_("这位客户正在被别人回访，不能撤销。"), code="call_held")


def _reopen(task: CallTask, attempt: CallAttempt, by: Member, until: datetime) -> None:
    task.attempts -= 1
    task.postponed = attempt.before["postponed"]
    moments: dict[str, Any] = {n: datetime.fromisoformat(attempt.before[n]) for n in ("not_before", "due_at")}
    if task.status == CallTask.Status.IN_CALL:
        move(task.let_go, by=None)
    move(task.reopen, by=by, kind="back", note=_("撤销上一个结果"), holder=by.pk, until=until, **moments)
    typed = {"answers": attempt.answers, "issues": [i["label"] for i in attempt.issues], "note": attempt.note}
    CallDraft.objects.update_or_create(
        task=task, defaults={"member": by, "given": typed, "dialled_at": attempt.dialled_at}
    )
