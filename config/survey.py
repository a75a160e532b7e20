"""What is late over all firms: each firm is looked at in its own scope, and only the sums leave it."""

from datetime import datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError, connection
from django.db.models import Count, F, Min, Value
from django.utils import timezone

from core import measures
from notifications.models import CallTask, Message
from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm
from tenancy.scoping import firm_scope, for_its_shape
from workflow.models import Clock, StaffTask

log = structlog.get_logger("survey")
WORK: Final = ("call_task", "staff_task", "unknown_message")
NO_FIRM: Final = object()
Late = dict[str, tuple[int, float]]
"""Per kind of clock and kind of work: how many, and by how many seconds the first of them is late."""


def survey(now: datetime | None = None) -> Late:
    """Look at every firm and set the gauges; a firm that cannot be asked now is left out and named in the log."""
    now = now or timezone.now()
    late: Late = dict.fromkeys((*Clock.Kind.values, *WORK), (0, 0.0))
    question = _question(now)
    for firm_id in Firm.objects.filter(state=Firm.State.ACTIVE).values_list("pk", flat=True):
        for what, count, oldest in _ask(firm_id, *question):
            so_far, age = late[what]
            late[what] = so_far + count, max(age, (now - oldest).total_seconds())
    _tell(late, now)
    return late


def _ask(firm_id: int, sql: str, values: list[Any]) -> list[tuple[str, int, datetime]]:
    """``(what, how many, since when)`` for what there is in this firm, in one statement."""
    own = [firm_id if value is NO_FIRM else value for value in values]
    try:
        with acting(Actor(door="task")), firm_scope(firm_id), connection.cursor() as cursor:
            cursor.execute(sql, own)
            return [found for found in cursor.fetchall() if found[1]]
    except DatabaseError as error:
        log.warning("firm left out", firm=firm_id, error=type(error).__name__)
        return []


def _question(now: datetime) -> tuple[str, list[Any]]:
    """The statement as nobody's, put together once: doing so for every firm cost more than asking it."""
    with for_its_shape():
        sql, values = _late_things(now).query.sql_with_params()
    return sql, [NO_FIRM if type(value) is int and value == 0 else value for value in values]


def _late_things(now: datetime) -> Any:
    clocks = Clock.objects.running().filter(paused_at=None, due_at__lte=now)
    unknown = Message.objects.filter(status=Message.Status.UNKNOWN, due_at__lte=now)
    return _summed(clocks, F("kind")).union(
        _summed(CallTask.objects.open().filter(due_at__lte=now), Value("call_task")),
        _summed(StaffTask.objects.open().filter(due_at__lte=now), Value("staff_task")),
        _summed(unknown, Value("unknown_message")),
        all=True,
    )


def _summed(rows: Any, what: Any) -> Any:
    found = rows.order_by().annotate(what=what).values("what")
    return found.annotate(count=Count("pk"), oldest=Min("due_at")).values_list("what", "count", "oldest")


def _tell(late: Late, now: datetime) -> None:
    for kind in Clock.Kind.values:
        measures.CLOCKS_LATE.labels(kind).set(late[kind][0])
        measures.CLOCK_LATENESS.labels(kind).set(late[kind][1])
    for work in WORK:
        measures.BACKLOG.labels(work).set(late[work][0])
        measures.BACKLOG_AGE.labels(work).set(late[work][1])
    measures.SURVEYED_AT.set(now.timestamp())
