"""Days of the calendar: birthdays, festivals of sun and moon, the end of a month, every day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from core import lunar
from workflow import calendars
from workflow.registry import Subject
from workflow.triggers.base import NEVER, TWO_MONTHS, BadTrigger, Sql, Trigger, only

ONE_DAY: Final = timedelta(days=1)
HOLIDAY_NAMES: Final[dict[str, Promise]] = {
    "new_year": gettext_lazy("元旦"),
    "spring_festival": gettext_lazy("春节"),
    "lantern": gettext_lazy("元宵节"),
    "qingming": gettext_lazy("清明"),
    "labour": gettext_lazy("劳动节"),
    "dragon_boat": gettext_lazy("端午节"),
    "mid_autumn": gettext_lazy("中秋节"),
    "double_ninth": gettext_lazy("重阳节"),
    "national_day": gettext_lazy("国庆节"),
    "winter_solstice": gettext_lazy("冬至"),
}
_FIXED: Final = {"new_year": (1, 1), "labour": (5, 1), "national_day": (10, 1)}
_MOVING: Final = {
    "spring_festival": "春节",
    "lantern": "元宵",
    "qingming": "清明",
    "dragon_boat": "端午",
    "mid_autumn": "中秋",
    "double_ninth": "重阳",
}


@dataclass(frozen=True)
class OnDays(Trigger):
    """Base of the triggers whose days the calendar gives, the same for every subject."""

    icon: ClassVar[str] = "calendar"
    follows_moves: ClassVar[bool] = True

    @property
    def horizon(self) -> timedelta:
        return TWO_MONTHS

    def days(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        """Days from ``first`` to ``last`` with the names of their occasions."""
        raise NotImplementedError

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        first, last = calendars.local_day(since), calendars.local_day(until)
        days = [(calendars.midnight(day), name) for day, name in self.days(first, last)]
        rows = [value for day in days if since < day[0] <= until for value in day]
        if not rows:
            return NEVER, []
        values = ", ".join(["(%s::timestamptz, %s::text)"] * (len(rows) // 2))
        return (
            f"SELECT f.id AS subject_id, d.anchor, d.occasion FROM facts f CROSS JOIN (VALUES {values})"  # noqa: S608 - placeholders only
            " d (anchor, occasion)"
        ), rows


@dataclass(frozen=True)
class Holiday(OnDays):
    """A holiday or festival by name; those of the moon fall on another day each year."""

    kind: ClassVar[str] = "holiday"
    icon: ClassVar[str] = "confetti"

    name: str

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Holiday":
        trigger = cls(**{"name": "", **only(data, "name")})
        if trigger.name not in HOLIDAY_NAMES:
            raise BadTrigger(
                _("没有“%(name)s”这个节日，可以是 %(known)s。")
                % {"name": trigger.name, "known": "、".join(HOLIDAY_NAMES)}
            )
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        return f"{HOLIDAY_NAMES[self.name]}{delay_words}"

    def days(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        for year in range(first.year, last.year + 1):
            if first <= (day := holiday_in(self.name, year)) <= last:
                yield day, f"{self.name}-{year}"


@dataclass(frozen=True)
class MonthEnd(OnDays):
    """The last day of every month."""

    kind: ClassVar[str] = "month_end"

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "MonthEnd":
        only(data)
        return cls()

    def words(self, subject: Subject, delay_words: str) -> str:
        return _("每月最后一天") + delay_words

    def days(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        for day in _each(first, last):
            if (day + ONE_DAY).day == 1:
                yield day, f"{day:%Y-%m}"


@dataclass(frozen=True)
class Daily(OnDays):
    """Every day, or every day the firm works."""

    kind: ClassVar[str] = "daily"

    working_days: bool = False

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Daily":
        trigger = cls(**only(data, "working_days"))
        if not isinstance(trigger.working_days, bool):
            raise BadTrigger(_("working_days 写 true 或 false。"))
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        return (_("每个工作日") if self.working_days else _("每天")) + delay_words

    def days(self, first: date, last: date) -> Iterator[tuple[date, str]]:
        calendar = calendars.of_firm(first, working_days=(last - first).days)
        for day in _each(first, last):
            if not self.working_days or calendar.day(day).is_working:
                yield day, day.isoformat()


@dataclass(frozen=True)
class Birthday(Trigger):
    """The customer's birthday as she celebrates it: by the sun or by the moon, 29 February and leap months too."""

    kind: ClassVar[str] = "birthday"
    icon: ClassVar[str] = "cake"
    follows_moves: ClassVar[bool] = True

    asked: ClassVar[tuple[str, ...]] = ("birthday_calendar", "birthday_month", "birthday_day")

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Birthday":
        only(data)
        for name in cls.asked:
            subject.fact(name)
        return cls()

    def words(self, subject: Subject, delay_words: str) -> str:
        return _("客户生日") + delay_words

    def facts(self) -> tuple[str, ...]:
        return self.asked

    @property
    def horizon(self) -> timedelta:
        return TWO_MONTHS

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        """Which birthdays each day of the time asked for celebrates; customers are found by those."""
        days = _each(calendars.local_day(since), calendars.local_day(until))
        rows = [
            value
            for day in days
            if since < (midnight := calendars.midnight(day)) <= until
            for birthday in celebrated_on(day)
            for value in (midnight, day.isoformat(), *birthday)
        ]
        if not rows:
            return NEVER, []
        values = ", ".join(["(%s::timestamptz, %s::text, %s::text, %s::int, %s::int)"] * (len(rows) // 5))
        return (
            f"SELECT f.id AS subject_id, d.anchor, d.occasion FROM facts f JOIN (VALUES {values})"  # noqa: S608 - placeholders only
            " d (anchor, occasion, calendar, month, day) ON f.fact_birthday_calendar = d.calendar"
            " AND f.fact_birthday_month = d.month AND f.fact_birthday_day = d.day"
        ), rows


@lru_cache(maxsize=4_000)
def celebrated_on(day: date) -> tuple[tuple[str, int, int], ...]:
    """The birthdays (calendar, month, day) kept on this day: ``core.lunar``'s rules read the other way round.

    29 February is kept on the 28th of ordinary years, a thirtieth on the last of a short lunar month; who was born in
    a leap month celebrates in the ordinary one, so that nobody does in a leap month.
    """
    found = [("solar", day.month, day.day)]
    if (day + ONE_DAY).month == 3 and day.day == 28:
        found.append(("solar", 2, 29))
    there = lunar.to_lunar(day)
    if not there.leap:
        found.append(("lunar", there.month, there.day))
        if there.day == 29 and lunar.month_length(there.year or day.year, there.month) == 29:
            found.append(("lunar", there.month, 30))
    return tuple(found)


def holiday_in(name: str, year: int) -> date:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    return lunar.winter_solstice(year) if name == "winter_solstice" else lunar.festivals(year)[_MOVING[name]]


def _each(first: date, last: date) -> Iterator[date]:
    return (first + offset * ONE_DAY for offset in range((last - first).days + 1))
