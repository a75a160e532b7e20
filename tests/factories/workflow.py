"""What workflow keeps: steps, clocks, tasks, touchpoints. Dull on purpose."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from tenancy.models import Firm
from workflow import clocks, playbooks
from workflow.models import Clock, Playbook, Rule, StaffTask, Step, Touchpoint
from workflow.staff_tasks import open_task


def make_step(subject_kind: str = "project", target: str = "inspections", **fields: Any) -> Step:
    return Step.objects.create(
        **{"subject_kind": subject_kind, "subject_id": uuid4(), "target": target} | fields
    )


def make_task(title: str = "核对保修卡", **fields: Any) -> StaffTask:
    return open_task(title, **{"by": None} | fields)


def make_clock(promise: str = "design_draft", **fields: Any) -> Clock:
    given = {"kind": "natural", "amount": timedelta(hours=4)} | fields
    return clocks.start(
        given.pop("subject_kind", "project"), given.pop("subject_id", uuid4()), promise, **given
    )


def make_playbooks(firm: Firm, *, since: datetime | None = None) -> list[Playbook]:
    """All shipped ones, in force since long ago unless told otherwise."""
    return playbooks.install(firm, since=since or timezone.now() - timedelta(days=365))


def make_touchpoint(rule_key: str = "saturday_call", **fields: Any) -> Touchpoint:
    rule = Rule.objects.in_force().get(rule_key=rule_key)
    now = timezone.now()
    given = {
        "rule": rule,
        "rule_key": rule_key,
        "channel": rule.action["kind"],
        "subject_kind": rule.subject_kind,
        "subject_id": uuid4(),
        "occasion": "2026-W47",
        "title": "云栖花园 3-2-1502",
        "due_from": now,
        "due_at": now + timedelta(hours=8),
        "why": [{"code": "weekly", "on": "2026-11-21", "week": "2026-W47"}],
    }
    return Touchpoint.objects.create(**given | fields)
