"""How calls and texts show themselves on the pages of customers and projects."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import policies
from notifications.models import CallAttempt, CallTask, Message
from tenancy import faces
from tenancy.faces import Happening, NextStep
from tenancy.models import Member

CALL_TONES = {"reached": "b", "wrong_number": "r"}
TEXT_TONES = {"delivered": "g", "failed": "r"}
LEFT = ("sent", "delivered", "failed", "unknown")


@faces.timeline("customer")
def customer_calls(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _calls({"customer_id__in": list(ids)}, member, before, limit)


@faces.timeline("project")
def project_calls(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _calls({"project_id__in": list(ids)}, member, before, limit)


@faces.timeline("customer")
def customer_texts(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _texts({"customer_id__in": list(ids)}, member, before, limit)


@faces.timeline("project")
def project_texts(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _texts({"project_id__in": list(ids)}, member, before, limit)


@faces.next_steps("customer")
def customer_calls_due(ids: Sequence[UUID], member: Member) -> Iterable[NextStep]:
    return _due({"customer_id__in": list(ids)}, member)


@faces.next_steps("project")
def project_calls_due(ids: Sequence[UUID], member: Member) -> Iterable[NextStep]:
    return _due({"project_id__in": list(ids)}, member)


def _calls(of: dict[str, Any], member: Member, before: datetime | None, limit: int) -> Iterable[Happening]:
    """Those who may not read answers see that somebody rang, not what was said."""
    if not policies.reads_answers(member):
        return
    made = CallAttempt.objects.visible_to(member).standing().filter(**of)
    made = made.filter(at__lt=before) if before else made
    named = made.select_related("task", "by").annotate(average=Avg("satisfactions__score")).order_by("-at")
    for attempt in named[:limit]:
        yield _call(attempt)


def _call(attempt: Any) -> Happening:
    score = f" · {attempt.average:.1f}" if attempt.average is not None else ""
    outcome = _("拒绝回访") if attempt.is_refused else attempt.get_outcome_display()
    issues = "、".join(issue["label"] for issue in attempt.issues)
    return Happening(
        at=attempt.at,
        kind="call",
        icon="phone",
        title=f"{attempt.task.reason}{score}",
        detail=f"{outcome} · {issues}" if issues else str(outcome),
        quote=attempt.note[:200],
        by=attempt.by.name,
        url=reverse("workspace:call", args=[attempt.task_id]),
        tone=CALL_TONES.get(attempt.outcome, "y"),
    )


def _texts(of: dict[str, Any], member: Member, before: datetime | None, limit: int) -> Iterable[Happening]:
    sent = Message.objects.visible_to(member).filter(status__in=LEFT, **of)
    sent = sent.filter(due_at__lt=before) if before else sent
    for message in sent.select_related("template__template").newest_first()[:limit]:
        yield Happening(
            at=message.sent_at or message.due_at,
            kind="message",
            icon="message-2",
            title=_("短信：%(title)s") % {"title": message.template.template.title},
            detail=" · ".join(part for part in (str(message.get_status_display()), message.why) if part),
            quote=message.body,
            tone=TEXT_TONES.get(message.status, ""),
        )


def _due(of: dict[str, Any], member: Member) -> Iterable[NextStep]:
    open_calls = (
        CallTask.objects.visible_to(member).open().filter(**of).select_related("assignee").by_promise()
    )
    for task in open_calls[:5]:
        yield NextStep(
            title=_("回访：%(reason)s") % {"reason": task.reason},
            url=reverse("workspace:call", args=[task.pk]) if policies.may_call(task, member) else "",
            who=task.assignee.name if task.assignee else "",
            due_at=task.due_at,
        )
