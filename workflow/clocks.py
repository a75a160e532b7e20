"""Promises with a deadline: start, pause, resume, stop; warned and breached once each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import measures
from tenancy.models import Branch
from workflow import calendars, due, promised_time
from workflow.events import Event, publish
from workflow.models import Clock, Due
from workflow.promised_time import Amount, Pause

Kind = Literal["natural", "working_hours", "working_days"]
AT_ONCE: Final = 500


@dataclass(frozen=True)
class ClockWarned(Event):
    """Not late yet; somebody should hurry. ``subject_kind`` and ``subject_id`` name what was promised about."""

    clock_id: str
    subject_kind: str
    subject_id: str
    promise: str


@dataclass(frozen=True)
class ClockBreached(Event):
    """The promise was not kept in time."""

    clock_id: str
    subject_kind: str
    subject_id: str
    promise: str


def start(
    subject_kind: str,
    subject_id: UUID,
    promise: str,
    *,
    kind: Kind = "natural",
    amount: Amount,
    warn_at: Amount | None = None,
    started_at: datetime | None = None,
    branch: Branch | None = None,
) -> Clock:
    """Start the clock of a promise, or give the one already running: starting twice is harmless.

    ``amount`` and ``warn_at`` count from the start: a ``timedelta``, or whole working days.
    """
    given = {"subject_kind": subject_kind, "subject_id": subject_id, "promise": promise}
    running = Clock.objects.running().filter(**given).first()
    if running is not None:
        return running
    clock = Clock(
        **given,
        branch=branch,
        kind=kind,
        amount=_stored(amount),
        warn_amount=None if warn_at is None else _stored(warn_at),
        started_at=started_at or timezone.now(),
    )
    _set_due(clock)
    return _insert(clock, given)


def pause(subject_kind: str, subject_id: UUID, promise: str, *, at: datetime | None = None) -> Clock | None:
    """Time stands still while we wait for the customer. A clock that is already late stays late."""
    clock = _lock(subject_kind, subject_id, promise)
    if clock is None or clock.paused_at is not None:
        return clock
    clock.paused_at = at or timezone.now()
    clock.save()
    return clock


def resume(subject_kind: str, subject_id: UUID, promise: str, *, at: datetime | None = None) -> Clock | None:
    """Let it run on; the deadline moves by exactly what the pause took."""
    clock = _lock(subject_kind, subject_id, promise)
    if clock is None or clock.paused_at is None:
        return clock
    ended = max(at or timezone.now(), clock.paused_at)
    clock.pauses = [*clock.pauses, [clock.paused_at.isoformat(), ended.isoformat()]]
    clock.paused_at = None
    _set_due(clock)
    clock.save()
    _watch(clock)
    return clock


def stop(subject_kind: str, subject_id: UUID, promise: str, *, at: datetime | None = None) -> int:
    """The promise was kept, or no longer holds."""
    running = Clock.objects.of(subject_kind, subject_id).running().filter(promise=promise)
    return int(running.update(stopped_at=at or timezone.now()))


def stop_all(subject_kind: str, subject_id: UUID, *, at: datetime | None = None) -> int:
    return int(Clock.objects.of(subject_kind, subject_id).running().update(stopped_at=at or timezone.now()))


def flag_overdue(now: datetime | None = None) -> int:
    """Mark each running clock of the firm in scope that is past its time, once, and tell.

    Two workers may look at the same minute: each takes only rows the other has not locked, and a marked clock is no
    longer overdue. Returns how many were marked; a later look finds what was left over.
    """
    now = now or timezone.now()
    late = list(Clock.objects.overdue(now).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for clock in late:
        clock.breached_at = now
        clock.save(update_fields=["breached_at"])
        publish(ClockBreached(**_told(clock)))
        flagged = measures.CLOCK_FLAGGED_SECONDS.labels(clock.kind)
        measures.after_commit(flagged.observe, (now - clock.due_at).total_seconds())
    return len(late) + _flag_warnings(now)


def watch(now: datetime) -> None:
    """The sweeper's visit to one firm: flag what is due and note when to come again."""
    flagged = flag_overdue(now)
    if flagged >= AT_ONCE or Clock.objects.overdue(now).exists():
        due.note(Due.Queue.CLOCKS, now)


def _flag_warnings(now: datetime) -> int:
    soon = list(Clock.objects.to_warn(now).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for clock in soon:
        clock.warned_at = now
        clock.save(update_fields=["warned_at"])
        publish(ClockWarned(**_told(clock)))
    return len(soon)


def _told(clock: Clock) -> dict[str, Any]:
    return {
        "clock_id": str(clock.pk),
        "subject_kind": clock.subject_kind,
        "subject_id": str(clock.subject_id),
        "promise": clock.promise,
    }


def _insert(clock: Clock, given: dict[str, Any]) -> Clock:
    """Somebody may have started it in the same moment: then theirs runs."""
    try:
        with transaction.atomic():
            clock.save()
    except IntegrityError:
        return Clock.objects.running().get(**given)
    _watch(clock)
    return clock


def _watch(clock: Clock) -> None:
    for moment in filter(None, {clock.due_at, clock.warn_at}):
        due.note(Due.Queue.CLOCKS, moment)


def _set_due(clock: Clock) -> None:
    days = clock.amount if clock.kind == Clock.Kind.WORKING_DAYS else clock.amount // (60 * 6)
    pauses = _pauses(clock)
    reach = max([clock.started_at, *(ended for _began, ended in pauses)])
    calendar = calendars.between(
        calendars.local_day(clock.started_at) - calendars.MARGIN,
        calendars.local_day(reach) + calendars.MARGIN + timedelta(days=2 * days),
    )
    found = promised_time.due_at(clock.kind, clock.length, clock.started_at, pauses, calendar)
    clock.due_at, clock.reasons = found.at, found.explanation()
    if clock.warn_length is not None:
        warn = promised_time.due_at(clock.kind, clock.warn_length, clock.started_at, pauses, calendar)
        clock.warn_at = warn.at


def _pauses(clock: Clock) -> list[Pause]:
    return [(datetime.fromisoformat(began), datetime.fromisoformat(ended)) for began, ended in clock.pauses]


def _stored(amount: Amount) -> int:
    return amount if isinstance(amount, int) else round(amount.total_seconds() / 60)


def _lock(subject_kind: str, subject_id: UUID, promise: str) -> Clock | None:
    running = Clock.objects.of(subject_kind, subject_id).running().filter(promise=promise)
    return running.select_for_update(of=("self",)).first()
