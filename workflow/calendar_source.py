"""Where the rows of the calendar come from: published plans to 2026, the statute for the years after.

The published plans (with make-up days) come from ``chinesecalendar``. For a year whose plan is not out yet
only the statutory days are known; such rows are marked provisional, and the official list replaces them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from chinese_calendar import constants as published

from core.lunar import festivals
from workflow.working_time import Day

FIRST_YEAR: Final = 2004
LAST_PUBLISHED_YEAR: Final = max(day.year for day in published.holidays)
PUBLISHED: Final = "chinesecalendar"
STATUTE: Final = "statute"
_NAMES: Final = {holiday.value: holiday.chinese for holiday in published.Holiday}
_MONDAY_TO_FRIDAY: Final = 5


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One row of the global calendar table."""

    date: date
    is_working: bool
    name: str
    source: str
    provisional: bool

    @property
    def day(self) -> Day:
        return Day(self.is_working, self.name, self.provisional)


def calendar_rows(
    first_year: int = FIRST_YEAR, last_year: int = LAST_PUBLISHED_YEAR + 3
) -> Iterator[CalendarRow]:
    """Every day of the years asked for, in order."""
    on = date(first_year, 1, 1)
    while on.year <= last_year:
        yield _published_row(on) if on.year <= LAST_PUBLISHED_YEAR else _provisional_row(on)
        on += timedelta(days=1)


def calendar_days(first_year: int = FIRST_YEAR, last_year: int = LAST_PUBLISHED_YEAR + 3) -> dict[date, Day]:
    """The same as a mapping for :class:`workflow.working_time.Calendar`."""
    return {row.date: row.day for row in calendar_rows(first_year, last_year)}


def statutory_days(year: int) -> dict[date, str]:
    """The thirteen statutory holidays (Regulation as amended from 2025); Spring Festival begins on its eve."""
    moving = festivals(year)
    eve = moving["除夕"]
    return {
        date(year, 1, 1): "元旦",
        **{eve + timedelta(days=offset): "春节" for offset in range(4)},
        moving["清明"]: "清明",
        **{date(year, 5, day): "劳动节" for day in (1, 2)},
        moving["端午"]: "端午",
        moving["中秋"]: "中秋",
        **{date(year, 10, day): "国庆节" for day in (1, 2, 3)},
    }


def _published_row(on: date) -> CalendarRow:
    makeup, holiday = published.workdays.get(on), published.holidays.get(on)
    name = _NAMES.get(makeup or holiday or "", "")
    is_working = makeup is not None or (holiday is None and on.weekday() < _MONDAY_TO_FRIDAY)
    return CalendarRow(on, is_working, name, PUBLISHED, provisional=False)


def _provisional_row(on: date) -> CalendarRow:
    name = statutory_days(on.year).get(on, "")
    is_working = not name and on.weekday() < _MONDAY_TO_FRIDAY
    return CalendarRow(on, is_working, name, STATUTE, provisional=True)
