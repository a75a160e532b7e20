"""When a clock is due: a pure function of its start, its amount, its pauses and the calendar.

Recomputed from the beginning each time, so that pausing and resuming never gains or loses a second.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from workflow.working_time import (
    Calendar,
    Due,
    add_natural,
    add_working_days,
    add_working_hours,
    working_days_between,
    working_hours_between,
)

Kind = Literal["natural", "working_hours", "working_days"]
Amount = timedelta | int
Pause = tuple[datetime, datetime]


def due_at(kind: str, amount: Amount, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    """``pauses`` in order, without overlap. A pause after the deadline no longer matters."""
    left, cursor = amount, start
    for began, ended in pauses:
        if _after(kind, left, cursor, calendar).at <= began:
            break
        left, cursor = _left(kind, left, cursor, began, calendar), ended
    return _after(kind, left, cursor, calendar)


def _after(kind: str, amount: Amount, start: datetime, calendar: Calendar) -> Due:
    if isinstance(amount, int):
        return _working_days(start, amount, calendar)
    if kind == "working_hours":
        return add_working_hours(start, amount, calendar)
    return add_natural(start, amount, calendar)


def _working_days(start: datetime, count: int, calendar: Calendar) -> Due:
    """Nothing left of the days means today; resumed after closing time it means the next working day."""
    due = add_working_days(start, count, calendar)
    return add_working_days(start, 1, calendar) if count == 0 and due.at <= start else due


def _left(kind: str, amount: Amount, start: datetime, end: datetime, calendar: Calendar) -> Amount:
    """What is still owed when the clock is paused at ``end``; the day of the pause counts as used."""
    if isinstance(amount, int):
        first, last = calendar.local(start).date(), calendar.local(end).date()
        return max(amount - working_days_between(first, last, calendar), 0)
    used = working_hours_between(start, end, calendar) if kind == "working_hours" else end - start
    return max(amount - used, timedelta())
