"""Which firms have something due: the one table of ours that is read before a firm is known (``workflow_due``)."""

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone

from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm
from tenancy.scoping import current_firm_id, firm_scope
from workflow.models import Due

log = structlog.get_logger("due")


def note(queue: str, at: datetime) -> None:
    """Say in the caller's transaction that the firm in scope has something due at ``at``."""
    Due.objects.create(firm_id=current_firm_id(), queue=queue, due_at=at)


def firms(queue: str, now: datetime) -> Iterator[tuple[int, list[int]]]:
    """Firms with something due, the longest waiting first, with the notes that said so."""
    notes = Due.objects.filter(queue=queue, due_at__lte=now).order_by("due_at").values_list("firm_id", "id")
    by_firm: dict[int, list[int]] = {}
    for firm_id, note_id in notes:
        by_firm.setdefault(firm_id, []).append(note_id)
    active = set(Firm.objects.filter(pk__in=by_firm, state=Firm.State.ACTIVE).values_list("pk", flat=True))
    return ((firm_id, ids) for firm_id, ids in by_firm.items() if firm_id in active)


def waiting(now: datetime) -> dict[str, tuple[datetime, int]]:
    """Since when the longest waiting firm waits in each queue, and how many firms do; nothing about which."""
    active = Firm.objects.filter(state=Firm.State.ACTIVE).values("pk")
    late = Due.objects.filter(due_at__lte=now, firm_id__in=active).values("queue")
    found = late.annotate(oldest=Min("due_at"), firms=Count("firm_id", distinct=True))
    return {row["queue"]: (row["oldest"], row["firms"]) for row in found}


def settle(note_ids: list[int], queue: str, next_at: datetime | None) -> None:
    """Take away the notes that were seen, and leave one for what remains. Later notes are untouched."""
    Due.objects.filter(pk__in=note_ids).delete()
    if next_at is not None:
        note(queue, next_at)


def visit(queue: str, work: Callable[[datetime], object], *, now: datetime | None = None) -> int:
    """Let each firm that has something due do ``work`` in a transaction of its own; returns how many did.

    A note is taken away only in the transaction that did its work: a worker that dies leaves it for the next.
    One firm's trouble is logged and does not stop the others.
    """
    now = now or timezone.now()
    return sum(_visit(firm_id, ids, queue, work, now) for firm_id, ids in firms(queue, now))


def _visit(
    firm_id: int, ids: list[int], queue: str, work: Callable[[datetime], object], now: datetime
) -> bool:
    try:
        with acting(Actor(door="task")), firm_scope(firm_id):
            Due.objects.filter(pk__in=ids).delete()
            work(now)
    except DatabaseError as error:
        log.warning("firm put off", queue=queue, firm=firm_id, error=type(error).__name__)
        return False
    return True
