"""The demo firm's past is lived through the same actions as any other, with the clock set back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Shanghai")


@contextmanager
def living_at(moment: datetime) -> Iterator[None]:
    """Every ``timezone.now()`` of this process answers ``moment``, defaults of columns included. Only for the demo.

    The clock underneath is exchanged, not ``now`` itself: models keep a reference to that function.
    """

    class ThatMoment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # always the same moment
            return moment.astimezone(tz)

    real = timezone.datetime  # type: ignore[attr-defined]  # Django's own import
    timezone.datetime = ThatMoment  # type: ignore[attr-defined]  # as above
    try:
        yield
    finally:
        timezone.datetime = real  # type: ignore[attr-defined]  # as above


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def today() -> date:
    return timezone.localdate(timezone=ZONE)


def last_saturday(day: date) -> date:
    """The Saturday whose round is this week's or, before Saturday, the one just past."""
    return day - timedelta(days=(day.weekday() - 5) % 7)


def next_working(day: date) -> date:
    """The next weekday; good enough for a demo appointment."""
    while day.weekday() == 6:
        day += timedelta(days=1)
    return day
