"""The triggers said again, slowly: day by day, subject by subject, without SQL. What the engine is compared with."""

import calendar as months
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from lunar_python import Solar

from core.lunar import Birthday

ONE_DAY = timedelta(days=1)

LUNAR_DAYS = {
    "spring_festival": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
}
SOLAR_DAYS = {"new_year": (1, 1), "labour": (5, 1), "national_day": (10, 1)}
SOLAR_TERMS = {"qingming": "清明", "winter_solstice": "冬至"}


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def birthdays(born: Birthday, first: date, last: date) -> list[date]:
    return [day for day in days(first, last) if born.next_on(day) == day]


def holidays(name: str, first: date, last: date) -> list[date]:
    return [day for day in days(first, last) if _is_holiday(name, day)]


def month_ends(first: date, last: date) -> list[date]:
    return [day for day in days(first, last) if day.day == months.monthrange(day.year, day.month)[1]]


def repeats(start: date, every_months: int, first: date, last: date) -> list[date]:
    """The start itself, then every so many months after it, for twenty years."""
    found = []
    for nth in range(20 * 12 // every_months + 1):
        month = start.month - 1 + nth * every_months
        year, month = start.year + month // 12, month % 12 + 1
        found.append(date(year, month, min(start.day, months.monthrange(year, month)[1])))
    return [day for day in found if first <= day <= last]


def _is_holiday(name: str, day: date) -> bool:
    if name in SOLAR_DAYS:
        return (day.month, day.day) == SOLAR_DAYS[name]
    month, of_month, term = _lunar(day)
    return term == SOLAR_TERMS[name] if name in SOLAR_TERMS else (month, of_month) == LUNAR_DAYS[name]


@cache
def _lunar(day: date) -> tuple[int, int, str]:
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getMonth(), lunar.getDay(), lunar.getJieQi()
