"""Delays and windows of rules: ``"-1 month"``, ``"3 working_days"``; when a touchpoint begins and ends, and why."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _, ngettext

from workflow.working_time import Calendar, Due, Reason, add_working_hours, working_day_after

UNITS: Final = ("minute", "hour", "working_hour", "day", "working_day", "month")
_SPAN: Final = re.compile(r"([+-]?\d{1,4}) (minute|hour|working_hour|day|working_day|month)s?")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EXACT: Final = frozenset({"minute", "hour", "working_hour"})


class BadSpan(ValueError):
    """A length of time nobody can read."""


@dataclass(frozen=True)
class Span:
    """A signed length in one unit; negative is before."""

    count: int
    unit: str

    @classmethod
    def read(cls, text: str) -> "Span":
        found = _SPAN.fullmatch(text)
        if not found:
            raise BadSpan(
                _('时长“%(text)s”读不懂，请写成 "1 day"、"-1 month"、"3 working_days"。') % {"text": text}
            )
        return cls(int(found[1]), found[2])

    @property
    def is_exact(self) -> bool:
        """Counted from the moment, not from the day."""
        return self.unit in _EXACT

    @property
    def reach(self) -> timedelta:
        """At least this far away on the wall clock, holidays included."""
        days = {"minute": 0, "hour": 0, "working_hour": 1, "day": 1, "working_day": 2, "month": 31}[self.unit]
        hours = {"minute": 1, "hour": 1}.get(self.unit, 0)
        extra = 30 if self.unit.startswith("working") else 1
        return timedelta(days=abs(self.count) * days + extra, hours=abs(self.count) * hours)

    def moment_after(self, moment: datetime, calendar: Calendar) -> Due:
        """For exact units."""
        if self.unit == "working_hour":
            return add_working_hours(moment, timedelta(hours=self.count), calendar)
        length = timedelta(hours=self.count) if self.unit == "hour" else timedelta(minutes=self.count)
        return Due(calendar.local(moment) + length)

    def day_after(self, day: date, calendar: Calendar) -> Due:
        """For units of days. A month from 31 January is 28 February."""
        if self.unit == "working_day":
            return working_day_after(day, self.count, calendar)
        there = add_months(day, self.count) if self.unit == "month" else day + timedelta(days=self.count)
        return Due(calendar.at(there, time.min))

    def words(self) -> str:
        """``前 1 个月`` or ``后 3 个工作日``."""
        if not self.count:
            return _("当天") if not self.is_exact else _("立即")
        return (_("前 %(length)s") if self.count < 0 else _("后 %(length)s")) % {
            "length": self.length_words()
        }

    def length_words(self) -> str:
        count = abs(self.count)
        patterns = {
            "minute": _("%(count)d 分钟"),
            "hour": _("%(count)d 小时"),
            "working_hour": _("%(count)d 个工作小时"),
            "day": ngettext("%(count)d 天", "%(count)d 天", count),
            "working_day": ngettext("%(count)d 个工作日", "%(count)d 个工作日", count),
            "month": ngettext("%(count)d 个月", "%(count)d 个月", count),
        }
        return patterns[self.unit] % {"count": count}


NOW: Final = Span(0, "day")


@dataclass(frozen=True)
class Window:
    """From when until when the work may be done: hours of a day (``until`` of ``days`` later), or ``within`` a span."""

    opens: time = time(9)
    closes: time = time(20)
    days: int = 0
    within: Span | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Window":
        if unknown := set(data) - {"from", "until", "days", "within"}:
            raise BadSpan(_("时间窗不认识“%(name)s”。") % {"name": unknown.pop()})
        return cls(
            opens=read_clock(data.get("from", "09:00")),
            closes=read_clock(data.get("until", "20:00")),
            days=int(data.get("days", 0)),
            within=Span.read(data["within"]) if "within" in data else None,
        )

    def on(self, day: date, calendar: Calendar) -> tuple[datetime, datetime]:
        return calendar.at(day, self.opens), calendar.at(day + timedelta(days=self.days), self.closes)

    def from_moment(self, moment: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
        if self.within is None:
            day = calendar.local(moment).date() + timedelta(days=self.days)
            return moment, max(calendar.at(day, self.closes), moment)
        if self.within.is_exact:
            return moment, self.within.moment_after(moment, calendar).at
        end = self.within.day_after(calendar.local(moment).date(), calendar).on
        return moment, max(calendar.at(end, self.closes), moment)

    def words(self) -> str:
        if self.within is not None:
            return _("%(length)s内") % {"length": self.within.length_words()}
        if self.days:
            return _("%(days)d 天内") % {"days": self.days + 1}
        return _("当天 %(time)s") % {"time": f"{self.closes:%H:%M}"}

    def hours_words(self) -> str:
        """For what leaves by itself: between which hours."""
        return self.words() if self.within is not None else f"{self.opens:%H:%M}–{self.closes:%H:%M}"


def place(
    anchor: datetime, delay: Span, window: Window, calendar: Calendar
) -> tuple[datetime, datetime, tuple[Reason, ...]]:
    """When the work for an anchor may begin and must be done, with the reasons."""
    if delay.is_exact or (window.within is not None and delay == NOW):
        due = delay.moment_after(anchor, calendar) if delay.is_exact else Due(anchor)
        return *window.from_moment(due.at, calendar), due.reasons
    due = delay.day_after(calendar.local(anchor).date(), calendar)
    begins, ends = window.on(due.on, calendar)
    if window.within is not None:
        begins, ends = window.from_moment(begins, calendar)
    return begins, ends, due.reasons


def add_months(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def read_clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise BadSpan(_("时刻“%(text)s”读不懂，请写成 09:00。") % {"text": text})
    return time(int(found[1]), int(found[2]))
