"""A month as a grid of days, a day as a row for each person; both plain tables of links."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.safestring import SafeString

from core.ui import formats
from core.ui.drawing import draw

MONDAY = 0
MOST_PER_DAY = 4
FIRST_HOUR, LAST_HOUR = 8, 20
SLOTS_PER_HOUR = 2


@dataclass(frozen=True)
class CalendarEvent:
    """Something at a time. ``tone``: b, g, y, r, v, t or nothing, as for tags."""

    starts: datetime
    title: str
    url: str
    ends: datetime | None = None
    tone: str = ""
    note: str = ""

    @property
    def day(self) -> date:
        return formats.local(self.starts).date()

    @property
    def at(self) -> str:
        return formats.clock(self.starts)


@dataclass(frozen=True)
class Day:
    date: date
    events: Sequence[CalendarEvent]
    outside: bool
    today: bool

    @property
    def shown(self) -> Sequence[CalendarEvent]:
        return self.events[:MOST_PER_DAY]

    @property
    def hidden(self) -> int:
        return max(0, len(self.events) - MOST_PER_DAY)


def month(
    day: date,
    events: Iterable[CalendarEvent],
    *,
    prev_url: str,
    next_url: str,
    day_url: str = "",
    target: str = "",
) -> SafeString:
    """The month of ``day``. ``day_url``: address of a day's page, to which ``?day=YYYY-MM-DD`` is added."""
    given = {
        "day": day,
        "weeks": month_weeks(day, events),
        "weekdays": formats.ENGLISH_WEEKDAYS if formats.in_english() else formats.WEEKDAYS,
        "prev_url": prev_url,
        "next_url": next_url,
        "day_url": day_url,
        "target": target,
    }
    return draw("month", **given)


def month_weeks(day: date, events: Iterable[CalendarEvent]) -> list[list[Day]]:
    """Whole weeks from Monday, with what happens on each day in order."""
    by_day: dict[date, list[CalendarEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.starts):
        by_day[event.day].append(event)
    today = timezone.localdate()
    return [
        [Day(one, by_day.get(one, []), one.month != day.month, one == today) for one in week]
        for week in Calendar(MONDAY).monthdatescalendar(day.year, day.month)
    ]


def day_plan(
    day: date,
    rows: Iterable[tuple[str, Iterable[CalendarEvent]]],
    *,
    prev_url: str,
    next_url: str,
    target: str = "",
) -> SafeString:
    """A day: for each name what is planned, from eight to eight; what lies outside is drawn at the edge."""
    given = {
        "day": day,
        "rows": [(name, [(event, *_place(event)) for event in events]) for name, events in rows],
        "hours": [f"{hour:02d}:00" for hour in range(FIRST_HOUR, LAST_HOUR)],
        "prev_url": prev_url,
        "next_url": next_url,
        "target": target,
    }
    return draw("day_plan", **given)


def _place(event: CalendarEvent) -> tuple[int, int]:
    """The half hour it begins in (from 0) and how many it lasts."""
    slots = (LAST_HOUR - FIRST_HOUR) * SLOTS_PER_HOUR
    first = min(slots - 1, max(0, _slot(formats.local(event.starts).time())))
    last = _slot(formats.local(event.ends).time()) if event.ends else first + SLOTS_PER_HOUR
    return first, max(1, min(slots, last) - first)


def _slot(at: time) -> int:
    return (at.hour - FIRST_HOUR) * SLOTS_PER_HOUR + at.minute * SLOTS_PER_HOUR // 60
