"""Carrying events to their handlers: claim with a lease, work, done, each in its own short transaction.

PostgreSQL is the queue. A worker that dies between claim and done leaves a lease that runs out; the sweeper then
finds the row waiting again. A handler that raises is tried again later, and parked after ``TRIES`` failures.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import measures
from tenancy.audit.actor import Actor, acting
from tenancy.models import Role
from tenancy.scoping import firm_scope
from workflow import due, events, staff_tasks
from workflow.models import Delivery, Due, StaffTask

log = structlog.get_logger("outbox")

TRIES: Final = 8
LEASE: Final = timedelta(minutes=5)
FAIR_SHARE: Final = 200
BATCH: Final = 20


def deliver(firm_id: int) -> int:
    """Hand this firm's waiting events to their handlers, up to a fair share; returns how many were handled."""
    handled = 0
    while handled < FAIR_SHARE and (claimed := _claim(firm_id)):
        for delivery_id, attempt in claimed:
            _work(firm_id, delivery_id, attempt)
        handled += len(claimed)
    return handled


def sweep() -> int:
    """Look after every firm whose bell was lost, whose worker died, or whose retry has come."""
    now = timezone.now()
    handled = 0
    for firm_id, note_ids in due.firms(Due.Queue.OUTBOX, now):
        handled += deliver(firm_id)
        with firm_scope(firm_id):
            due.settle(note_ids, Due.Queue.OUTBOX, next_due())
    return handled


def deliver_here() -> int:
    """In the scope and transaction at hand: for tests, imports and seeds that want the effects at once."""
    handled = 0
    while waiting := list(_waiting(timezone.now())[:BATCH]):
        for delivery in waiting:
            events.run(delivery)
            _mark_done(delivery)
        handled += len(waiting)
    return handled


def next_due() -> datetime | None:
    """When the firm in scope next has an event to hand over, a lease to end included."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    lateness = Greatest("due_at", Coalesce("lease_until", "due_at"))
    return waiting.aggregate(first=models.Min(lateness))["first"]


def parked() -> Any:
    """Deliveries given up, newest first: visible to the managers and to `/readyz`."""
    return Delivery.objects.filter(state=Delivery.State.PARKED).select_related("event").order_by("-due_at")


def try_again(delivery_id: UUID) -> None:
    """Put a parked delivery back, once its cause is mended."""
    row = Delivery.objects.select_for_update().get(pk=delivery_id, state=Delivery.State.PARKED)
    row.state, row.attempts, row.due_at, row.lease_until = Delivery.State.WAITING, 0, timezone.now(), None
    row.save()
    due.note(Due.Queue.OUTBOX, row.due_at)


def _waiting(now: datetime) -> Any:
    free = models.Q(lease_until=None) | models.Q(lease_until__lte=now)
    rows = Delivery.objects.filter(free, state=Delivery.State.WAITING, due_at__lte=now)
    return rows.select_related("event").order_by("due_at", "id")


def _claim(firm_id: int) -> list[tuple[UUID, int]]:
    """Take some rows nobody holds. Committed before the work, so that a death shows as a lease that runs out."""
    now = timezone.now()
    with firm_scope(firm_id):
        rows = list(_waiting(now).select_for_update(skip_locked=True, of=("self",))[:BATCH])
        ids = [row.pk for row in rows]
        Delivery.objects.filter(pk__in=ids).update(attempts=models.F("attempts") + 1, lease_until=now + LEASE)
        return [(row.pk, row.attempts + 1) for row in rows]


def _work(firm_id: int, delivery_id: UUID, attempt: int) -> None:
    """The handler's writes and the mark commit together. Any bug in it is this delivery's alone."""
    try:
        with acting(Actor(door="task")), firm_scope(firm_id):
            delivery = _held(delivery_id, attempt)
            if delivery is not None:
                events.run(delivery)
                _mark_done(delivery)
    except Exception as error:
        log.exception("handler failed", firm=firm_id, delivery=str(delivery_id), attempt=attempt)
        with firm_scope(firm_id):
            _put_off(delivery_id, attempt, f"{type(error).__name__}: {error}")


def _held(delivery_id: UUID, attempt: int) -> Delivery | None:
    """The row, if this claim still holds it: a late worker must not repeat what another has taken over."""
    rows = Delivery.objects.select_related("event").select_for_update(of=("self",))
    return rows.filter(pk=delivery_id, state=Delivery.State.WAITING, attempts=attempt).first()


def _mark_done(delivery: Delivery) -> None:
    delivery.state, delivery.done_at, delivery.error = Delivery.State.DONE, timezone.now(), ""
    delivery.save(update_fields=["state", "done_at", "error"])


def _put_off(delivery_id: UUID, attempt: int, error: str) -> None:
    delivery = _held(delivery_id, attempt)
    if delivery is None:
        return
    delivery.error, delivery.lease_until = error[:2000], None
    delivery.due_at = timezone.now() + backoff(attempt)
    delivery.state = Delivery.State.PARKED if attempt >= TRIES else Delivery.State.WAITING
    delivery.save()
    if delivery.state == Delivery.State.WAITING:
        due.note(Due.Queue.OUTBOX, delivery.due_at)
    else:
        measures.after_commit(measures.DELIVERIES_PARKED.inc)
        _tell_the_administrator(delivery)


def _tell_the_administrator(delivery: Delivery) -> None:
    """What the machine gave up is somebody's task; ``manage.py deliveries`` shows the cause and tries again."""
    staff_tasks.open_task(
        _("后台处理失败，已搁置：%(event)s") % {"event": delivery.event.name},
        by=None,
        kind=StaffTask.Kind.CHECK,
        role=Role.FIRM_ADMIN,
        detail=_("请把编号 %(number)s 告诉技术支持。") % {"number": delivery.pk},
    )


def backoff(attempt: int) -> timedelta:
    """5, 10, 20 seconds … up to an hour."""
    return min(timedelta(seconds=5 * 2 ** (attempt - 1)), timedelta(hours=1))
