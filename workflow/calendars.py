"""The calendar of the firm in scope, read from its tables for the pure functions of ``workflow.working_time``."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tenancy import firm_settings
from workflow.models import CalendarDay, FirmClosure
from workflow.working_time import SHANGHAI, Calendar, Day, Shift

ZONE = SHANGHAI
MARGIN = timedelta(days=60)
WIDE = timedelta(days=430)

_kept: ContextVar["dict[date, Calendar] | None"] = ContextVar("kept_calendars", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, calendars around the same day are read one time, wide enough for every rule of a plan."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def of_firm(around: datetime | date, *, working_days: int = 0) -> Calendar:
    """Days some way before and after ``around``; ask for more when many working days are to be counted."""
    day = around.astimezone(ZONE).date() if isinstance(around, datetime) else around
    reach = MARGIN + timedelta(days=2 * abs(working_days))
    kept = _kept.get()
    if kept is None or reach > WIDE:
        return between(day - reach, day + reach)
    near = next((known for known in kept if abs(known - day) + reach <= WIDE + MARGIN), None)
    if near is None:
        kept[near := day] = between(day - WIDE - MARGIN, day + WIDE + MARGIN)
    return kept[near]


def between(first: date, last: date) -> Calendar:
    wanted = firm_settings.get_many("workflow.office_hours", "workflow.service_weekdays")
    return Calendar(
        days=_days(CalendarDay.objects.all(), first, last, "provisional"),
        own=_days(FirmClosure.objects.all(), first, last),
        also_weekdays=frozenset(int(day) - 1 for day in wanted["workflow.service_weekdays"]),
        hours=tuple(_shift(text) for text in wanted["workflow.office_hours"]),
        zone=ZONE,
    )


def local_day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE)


def today() -> date:
    return local_day(timezone.now())


def _days(queryset: Any, first: date, last: date, *more: str) -> dict[date, Day]:
    rows = queryset.filter(date__gte=first, date__lte=last)
    return {row[0]: Day(*row[1:]) for row in rows.values_list("date", "is_working", "name", *more)}


def _shift(text: str) -> Shift:
    opens, closes = (datetime.strptime(clock, "%H:%M").time() for clock in text.split("-"))  # noqa: DTZ007 - a time of day has no zone
    return Shift(opens, closes)
