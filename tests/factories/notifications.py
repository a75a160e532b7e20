"""Calls, scripts and texts. Every function stands on its own; nothing here is clever."""

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from notifications import shipped
from notifications.actions import plan_message
from notifications.actions.calls import current_script
from notifications.models import CallAttempt, CallTask, Lane, Message, Satisfaction, Template
from tenancy.models import Firm, uuid7
from tenancy.scoping import current_firm_id

_next = itertools.count(1)


def install_words() -> None:
    """The shipped scripts and templates, for the firm in scope."""
    shipped.install(Firm.objects.get(pk=current_firm_id()))


def make_call(*, script: str = "", **fields: Any) -> CallTask:
    """A call that is due now; ``script`` names a shipped script. A state is given by the constructor."""
    number, now = next(_next), timezone.now()
    if script and "script" not in fields and current_script(script) is None:
        install_words()
    given = {
        "subject_kind": "customer",
        "subject_id": uuid7(),
        "title": f"云栖花园 {number}-1-502",
        "reason": "周六在施回访",
        "lane": Lane.SATURDAY,
        "due_at": now + timedelta(hours=4),
        "not_before": now - timedelta(hours=1),
        "week": "2026-W47",
    }
    if script:
        given["script"] = current_script(script)
    return CallTask.objects.create(**given | fields)


def make_attempt(task: CallTask, *, by: Any, **fields: Any) -> CallAttempt:
    given = {
        "branch_id": task.branch_id,
        "customer_id": task.customer_id,
        "project_id": task.project_id,
        "outcome": CallAttempt.Outcome.REACHED,
        "before": {
            "due_at": task.due_at.isoformat(),
            "not_before": task.not_before.isoformat(),
            "postponed": 0,
        },
    }
    return CallAttempt.objects.create(task=task, by=by, **given | fields)


def make_satisfaction(
    attempt: CallAttempt, *, score: int, aspect: str = "overall", **fields: Any
) -> Satisfaction:
    task = attempt.task
    return Satisfaction.objects.create(
        attempt=attempt,
        subject_kind=task.subject_kind,
        subject_id=task.subject_id,
        customer_id=task.customer_id,
        project_id=task.project_id,
        branch_id=task.branch_id,
        aspect=aspect,
        score=score,
        **fields,
    )


HANDOVER_DAY = "handover_day"
HANDOVER = {"称呼": "陈立群", "日期": "11月22日", "时间": "10:30", "顾问": "何静", "热线": "029-88886666"}


def make_message(*, address: str = "", **fields: Any) -> Message:
    """A pre-handover text on its way, made as the pages make one."""
    if not Template.objects.filter(key=HANDOVER_DAY).exists():
        install_words()
    given = {
        "template_key": HANDOVER_DAY,
        "by": None,
        "subject_kind": "customer",
        "subject_id": uuid7(),
        "address": address or f"+861380013{next(_next):04d}",
        "name": "陈立群",
        "values": HANDOVER,
    }
    return plan_message(**given | fields)
