"""Birthdays and festivals of the lunar calendar, and the rules for dates that do not exist every year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from django.utils.translation import gettext as _
from lunar_python import Lunar, LunarMonth, LunarYear, Solar

from core.errors import Refusal
from core.text import squeeze

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
_MONTHS: Final = (
    "正",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "冬",
    "腊",
)
_MONTH_WORDS: Final[dict[str, int]] = {
    **{word: number for number, word in enumerate(_MONTHS, start=1)},
    "一": 1, "元": 1, "十一": 11, "十二": 12, "冬": 11, "腊": 12, "臘": 12,
}  # fmt: skip
_DAY_TENS: Final = {
    "初": 0,
    "十": 10,
    "廿": 20,
    "卄": 20,
    "二十": 20,
    "卅": 30,
    "三十": 30,
}
_DIGIT_WORDS: Final = {word: number for number, word in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_PREFIX: Final = r"(?:农历|阴历|旧历|古历|夏历|农)"
_WRITTEN: Final = re.compile(
    rf"^(?P<mark>{_PREFIX})?[:：]?(?:(?P<year>\d{{4}}|[〇零○一二三四五六七八九]{{4}})年)?(?P<leap>闰)?"
    r"(?P<month>十[一二]|[正元一二三四五六七八九十冬腊臘]|1[0-2]|0?[1-9])月(?P<day>[^日号]{1,3})[日号]?$"
)
_SHORT: Final = re.compile(rf"^{_PREFIX}[:：]?(?P<leap>闰)?(?P<month>1[0-2]|0?[1-9])[-./](?P<day>[0-3]?\d)$")


class BadLunarDate(Refusal):
    """A lunar date that cannot be read or cannot exist; ``str()`` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar; the year is often unknown."""

    month: int
    day: int
    leap: bool = False
    year: int | None = None

    def __str__(self) -> str:
        year = f"{self.year}年" if self.year else ""
        return f"农历{year}{'闰' if self.leap else ''}{_MONTHS[self.month - 1]}月{_day_words(self.day)}"


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birthday as the customer said it. ``original`` keeps her words."""

    calendar: Literal["solar", "lunar"]
    month: int
    day: int
    year: int | None = None
    leap: bool = False
    original: str = ""

    def __str__(self) -> str:
        if self.calendar == "lunar":
            return str(LunarDate(self.month, self.day, self.leap, self.year))
        return f"{self.year}年{self.month}月{self.day}日" if self.year else f"{self.month}月{self.day}日"

    def next_on(self, today: date, *, keep_leap_month: bool = False) -> date:
        """The next day it is celebrated, today included."""
        if self.calendar == "lunar":
            lunar = LunarDate(self.month, self.day, self.leap, self.year)
            return next_lunar(lunar, today, keep_leap_month=keep_leap_month)
        return next_solar(self.month, self.day, today)


def parse_lunar(text: object) -> LunarDate:
    """``农历冬月廿三``, ``腊月初八``, ``农历1985年闰六月十五``, ``阴历10月12日``; refuses what cannot exist."""
    bare = squeeze(text).replace("臘", "腊")
    found = _WRITTEN.match(bare) or _SHORT.match(bare)
    if not found:
        raise BadLunarDate(_("农历日期“%(text)s”无法识别") % {"text": text})
    parts = found.groupdict()
    day = _day(parts["day"])
    if day is None:
        raise BadLunarDate(_("农历日期“%(text)s”无法识别") % {"text": text})
    return _checked(
        LunarDate(_month(parts["month"]), day, bool(parts["leap"]), _year(parts.get("year"))),
        text,
    )


def looks_lunar(text: object) -> bool:
    """Whether a cell speaks of the lunar calendar, so that ``8月15日`` stays solar and ``八月十五`` does not."""
    bare = squeeze(text)
    return bool(re.match(_PREFIX, bare) or re.search(r"[正冬腊臘闰]月?|月[初廿卅十]|月[一二三]十", bare))


def next_lunar(lunar: LunarDate, today: date, *, keep_leap_month: bool = False) -> date:
    """The next celebration of a lunar day, today included.

    Born in a leap month: celebrated in the ordinary month, or with ``keep_leap_month`` in the leap month of
    the years that have it. The thirtieth of a month with 29 days is celebrated on the twenty-ninth.
    """
    for year in range(today.year - 1, today.year + 3):
        day = lunar_in_year(lunar, year, keep_leap_month=keep_leap_month)
        if day >= today:
            return day
    raise AssertionError("a lunar year is never longer than three solar ones")  # pragma: no cover


def lunar_in_year(lunar: LunarDate, year: int, *, keep_leap_month: bool = False) -> date:
    """The solar day on which a lunar day is celebrated in the lunar year that begins in ``year``."""
    in_leap = lunar.leap and keep_leap_month and leap_month(year) == lunar.month
    month = -lunar.month if in_leap else lunar.month
    return _solar(year, month, min(lunar.day, month_length(year, month)))


def next_solar(month: int, day: int, today: date) -> date:
    """The next solar anniversary, today included; 29 February becomes 28 February in ordinary years."""
    this_year = _anniversary(today.year, month, day)
    return this_year if this_year >= today else _anniversary(today.year + 1, month, day)


def leap_month(year: int) -> int:
    """The number of the month that occurs twice in a lunar year, 0 when none does."""
    return int(LunarYear.fromYear(year).getLeapMonth())


@lru_cache(maxsize=4_000)
def month_length(year: int, month: int) -> int:
    """29 or 30; a leap month has a negative number."""
    return int(LunarMonth.fromYm(year, month).getDayCount())


@lru_cache(maxsize=400)
def festivals(year: int) -> dict[str, date]:
    """The festivals of a solar year that move with the moon (and Qingming, which moves with the sun)."""
    new_year = _solar(year, 1, 1)
    return {
        "除夕": new_year - timedelta(days=1),
        "春节": new_year,
        "元宵": _solar(year, 1, 15),
        "清明": qingming(year),
        "端午": _solar(year, 5, 5),
        "七夕": _solar(year, 7, 7),
        "中元": _solar(year, 7, 15),
        "中秋": _solar(year, 8, 15),
        "重阳": _solar(year, 9, 9),
    }


def qingming(year: int) -> date:
    """The solar term Qingming: 4 or 5 April, rarely 6."""
    return _solar_term("清明", date(year, 4, 3))


def winter_solstice(year: int) -> date:
    """The solar term of midwinter: between 20 and 23 December."""
    return _solar_term("冬至", date(year, 12, 20))


def to_lunar(day: date) -> LunarDate:
    """The lunar date of a solar day."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = int(lunar.getMonth())
    return LunarDate(abs(month), int(lunar.getDay()), month < 0, int(lunar.getYear()))


@lru_cache(maxsize=400)
def _solar_term(name: str, first: date) -> date:
    """A solar term keeps to the same few days of the solar year."""
    for day in (first + timedelta(days=offset) for offset in range(5)):
        if Solar.fromYmd(day.year, day.month, day.day).getLunar().getJieQi() == name:
            return day
    raise AssertionError(f"{name} is never later than that")  # pragma: no cover


@lru_cache(maxsize=20_000)
def _solar(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _anniversary(year: int, month: int, day: int) -> date:
    if (month, day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)


def _checked(lunar: LunarDate, text: object) -> LunarDate:
    """Day 30 and leap months are checked against the year when it is known."""
    if not 1 <= lunar.day <= 30:
        raise BadLunarDate(_("农历没有“%(text)s”这一天") % {"text": text})
    if lunar.year is None:
        return lunar
    if not FIRST_YEAR <= lunar.year <= LAST_YEAR:
        raise BadLunarDate(_("农历年份“%(text)s”超出范围") % {"text": text})
    if lunar.leap and leap_month(lunar.year) != lunar.month:
        raise BadLunarDate(
            _("%(year)d 年没有闰%(month)s月") % {"year": lunar.year, "month": _MONTHS[lunar.month - 1]}
        )
    month = -lunar.month if lunar.leap else lunar.month
    if lunar.day > month_length(lunar.year, month):
        raise BadLunarDate(_("农历没有“%(text)s”这一天") % {"text": text})
    return lunar


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTH_WORDS[word]


def _year(word: str | None) -> int | None:
    if not word:
        return None
    return int(word) if word.isdecimal() else int("".join(str(_DIGIT_WORDS[char]) for char in word))


def _day(word: str) -> int | None:
    """``初八`` 8, ``十五`` 15, ``廿三`` 23, ``二十`` 20, ``三十`` 30, ``12`` 12."""
    if word.isdecimal():
        return int(word)
    if word in {"初十", "十"}:
        return 10
    for tens in sorted(_DAY_TENS, key=len, reverse=True):
        rest = word.removeprefix(tens)
        if rest != word or not tens:
            return _DAY_TENS[tens] + _DIGIT_WORDS[rest] if rest in _DIGIT_WORDS else _bare_tens(tens, rest)
    return _DIGIT_WORDS.get(word) or None


def _bare_tens(tens: str, rest: str) -> int | None:
    return _DAY_TENS[tens] if not rest and tens != "初" else None


def _day_words(day: int) -> str:
    if day in {10, 20, 30}:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return ("初", "十", "廿")[day // 10] + "一二三四五六七八九"[day % 10 - 1]
