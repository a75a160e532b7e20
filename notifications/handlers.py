"""What we do ourselves after a call or a text has ended."""

from django.utils.translation import gettext as _

from notifications.actions import issues
from notifications.events import CallFinished, IntegrityReported, LowSatisfaction, MessageEnded, WrongNumber
from notifications.models import CallAttempt, CallReason, CallTask, Message, Satisfaction
from tenancy.models import Role
from workflow import fallbacks
from workflow.events import on
from workflow.touchpoints import finish_touchpoints

NOT_ARRIVED = (Message.Status.FAILED, Message.Status.SUPPRESSED, Message.Status.EXPIRED)


@on(LowSatisfaction)
def alert_the_manager(event: LowSatisfaction) -> None:
    """Two points or fewer reach the service manager the same minute; what was said stays with those who may read it."""
    rated = Satisfaction.objects.select_related("attempt__task", "member").get(pk=event.satisfaction_id)
    attempt = rated.attempt
    if attempt.undone_at:
        return
    whom = rated.member.name if rated.member else _("整体服务")
    title = _("低分提醒：%(who)s给%(whom)s打了 %(score)d 分") % {
        "who": attempt.task.title,
        "whom": whom,
        "score": rated.score,
    }
    issues.alarm(attempt.task, attempt, role=Role.CS_MANAGER, title=title, detail=attempt.note)


@on(IntegrityReported)
def tell_the_branch_manager(event: IntegrityReported) -> None:
    """Straight to the general manager of the branch, past everybody who might be meant."""
    attempt = CallAttempt.objects.select_related("task").get(pk=event.attempt_id)
    if attempt.undone_at is None:
        title = _("廉洁反映：%(who)s") % {"who": attempt.task.title}
        issues.alarm(attempt.task, attempt, role=Role.BRANCH_MANAGER, title=title, detail=attempt.note)


@on(WrongNumber)
def ask_for_the_right_number(event: WrongNumber) -> None:
    """Without a number nobody can be called again: somebody asks the designer or looks into the contract."""
    attempt = CallAttempt.objects.select_related("task").get(pk=event.attempt_id)
    if attempt.undone_at is None:
        title = _("核实电话：%(who)s的号码打不通") % {"who": attempt.task.title}
        issues.alarm(attempt.task, attempt, role=Role.CS_AGENT, title=title)


@on(CallFinished)
def close_the_plan(event: CallFinished) -> None:
    """The plan behind a call is done when the call is."""
    task = CallTask.objects.filter(pk=event.task_id).first()
    if task is not None and task.status in (CallTask.Status.DONE, CallTask.Status.UNREACHABLE):
        finish_touchpoints(CallReason.objects.filter(task=task).values_list("touchpoint_id", flat=True))


@on(MessageEnded)
def close_the_plan_of_a_text(event: MessageEnded) -> None:
    """The plan behind a text ends with it, unless its rule knows another way when a text cannot arrive."""
    ended = Message.objects.get(pk=event.message_id)
    plan = ended.touchpoint_id
    if plan is not None and not (ended.status in NOT_ARRIVED and fallbacks.take(plan, why=ended.why)):
        finish_touchpoints([plan])
