"""When something is due, in natural time, working hours or working days, and *why* on that date.

Pure functions over a calendar given as a mapping; nothing here reads the database or the clock. The planner
may resolve many dates at once with the same :class:`Calendar`. Every result carries its reasons as data, so
that they can be stored with a deadline and read later in any language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from core.errors import Refusal

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
_FURTHEST: Final = 4_000
WEEKDAYS: Final = (
    pgettext_lazy("weekday", "一"), pgettext_lazy("weekday", "二"), pgettext_lazy("weekday", "三"),
    pgettext_lazy("weekday", "四"), pgettext_lazy("weekday", "五"), pgettext_lazy("weekday", "六"),
    pgettext_lazy("weekday", "日"),
)  # fmt: skip
_SENTENCES: Final = {
    "working_hours": gettext_lazy("按工作时间计 %(length)s"),
    "natural": gettext_lazy("按自然时间计 %(length)s，夜间和节假日照算"),
    "weekend": gettext_lazy("%(days)s周末，不计"),
    "holiday": gettext_lazy("%(days)s%(name)s放假，不计"),
    "moved": gettext_lazy("%(days)s逢%(name)s，顺延到下一个工作日"),
    "urgent_at_night": gettext_lazy("夜间报修，属紧急情况，立即起算"),
    "after_night": gettext_lazy("夜间提出，从早上 %(time)s 起算"),
    "provisional": gettext_lazy("途经的年份尚未公布放假安排，日期为暂定"),
}


class NoWorkingTime(Refusal):
    """The calendar never opens again: closures without end, or no hours at all."""


@dataclass(frozen=True, slots=True)
class Day:
    """What the calendar says of one date. ``name`` is the holiday it belongs to, for make-up days too."""

    is_working: bool
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of working time inside one day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Night:
    """When nobody is asked to start anything that is not urgent."""

    begins: time = time(22)
    ends: time = time(8)


NIGHT: Final = Night()
OFFICE_HOURS: Final = (Shift(time(9), time(12)), Shift(time(14), time(18)))


@dataclass(frozen=True)
class Calendar:
    """The mainland calendar with one firm's own days over it.

    ``own`` are the firm's closures and extra working days. ``also_weekdays`` are weekdays it works although
    they are weekend (5 is Saturday, for customer service); a public holiday on them stays a holiday.
    """

    days: Mapping[date, Day] = field(default_factory=dict)
    own: Mapping[date, Day] = field(default_factory=dict)
    also_weekdays: frozenset[int] = frozenset()
    hours: tuple[Shift, ...] = OFFICE_HOURS
    zone: ZoneInfo = SHANGHAI

    def day(self, on: date) -> Day:
        """A date outside the table is Monday to Friday, and provisional."""
        if on in self.own:
            return self.own[on]
        day = self.days.get(on) or Day(on.weekday() < SATURDAY, provisional=True)
        if not day.is_working and not day.name and on.weekday() in self.also_weekdays:
            return Day(is_working=True, provisional=day.provisional)
        return day

    def is_holiday(self, on: date) -> bool:
        """A named day off, not an ordinary weekend."""
        day = self.day(on)
        return not day.is_working and bool(day.name)

    @cached_property
    def closing_time(self) -> time:
        return max(shift.closes for shift in self.hours)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def at(self, on: date, clock: time) -> datetime:
        return datetime.combine(on, clock, self.zone)


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the answer to "why this date?"; ``code`` picks the sentence, the rest fills it."""

    code: str
    first: date | None = None
    last: date | None = None
    name: str = ""
    amount: str = ""

    def __str__(self) -> str:
        return _sentence(self)

    def as_data(self) -> dict[str, str]:
        data = {"code": self.code, "name": self.name, "amount": self.amount}
        data |= {"first": self.first.isoformat()} if self.first else {}
        data |= {"last": self.last.isoformat()} if self.last else {}
        return {key: value for key, value in data.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Reason":
        days = {key: date.fromisoformat(data[key]) for key in ("first", "last") if data.get(key)}
        return cls(data["code"], name=data.get("name", ""), amount=data.get("amount", ""), **days)


@dataclass(frozen=True, slots=True)
class Due:
    """A moment with the reasons for it; ``provisional`` when a year without a published plan was crossed."""

    at: datetime
    reasons: tuple[Reason, ...] = ()
    provisional: bool = False

    @property
    def on(self) -> date:
        """The local date (``at`` is in the calendar's zone)."""
        return self.at.date()

    def explain(self) -> list[str]:
        lines = [str(reason) for reason in self.reasons]
        return [*lines, str(Reason("provisional"))] if self.provisional else lines

    def explanation(self) -> list[dict[str, str]]:
        """The reasons as they are stored; read them back with ``read_explanation``."""
        reasons = [*self.reasons, Reason("provisional")] if self.provisional else list(self.reasons)
        return [reason.as_data() for reason in reasons]


def read_explanation(stored: list[dict[str, str]]) -> list[str]:
    """Sentences, in the reader's language, from what ``Due.explanation`` stored."""
    return [str(Reason.from_data(data)) for data in stored]


def add_natural(moment: datetime, length: timedelta, calendar: Calendar) -> Due:
    """Time as the wall clock counts it: nights, weekends and holidays included."""
    at = calendar.local(moment) + length
    return Due(calendar.local(at), (Reason("natural", amount=_length_code(length)),))


def add_working_days(moment: datetime, count: int, calendar: Calendar) -> Due:
    """The end of business on the ``count``-th working day after the day of ``moment``."""
    on = working_day_after(calendar.local(moment).date(), count, calendar)
    return Due(calendar.at(on.on, calendar.closing_time), on.reasons, on.provisional)


def working_day_after(start: date, count: int, calendar: Calendar) -> Due:
    """The ``count``-th working day after ``start`` (before it when negative); ``start`` itself never counts.

    Zero asks for the first working day on or after ``start``. The answer is that day at midnight.
    """
    step = ONE_DAY if count >= 0 else -ONE_DAY
    left, on = abs(count), start
    passed: list[date] = []
    while left or (count == 0 and not calendar.day(on).is_working):
        on = on + step if left or passed or count == 0 else on
        passed.append(on)
        left -= left > 0 and calendar.day(on).is_working
        _not_for_ever(len(passed))
    seen = passed if count else [start, *passed]
    reasons = (Reason("working_days", first=start, amount=str(count)), *_why(sorted(seen), calendar))
    return Due(calendar.at(on, time.min), reasons, _any_provisional(seen, calendar))


def add_working_hours(moment: datetime, length: timedelta, calendar: Calendar) -> Due:
    """``length`` of open time after ``moment``; what is asked outside hours starts when the door opens."""
    start = calendar.local(moment)
    left, seen = length, [start.date()]
    for opens, closes in _open_time(start, calendar, seen):
        if left <= closes - opens:
            reasons = (Reason("working_hours", amount=_length_code(length)), *_why(seen, calendar))
            return Due(opens + left, reasons, _any_provisional(seen, calendar))
        left -= closes - opens
    raise AssertionError(
        "open time never ends by itself"
    )  # pragma: no cover - _open_time never ends by itself


def working_hours_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much open time lies between two moments; what a paused or late clock really used."""
    total, first, last = timedelta(), calendar.local(start), calendar.local(end)
    on = first.date()
    while on <= last.date():
        if calendar.day(on).is_working:
            total += sum(
                (_overlap(shift, on, first, last, calendar) for shift in calendar.hours), timedelta()
            )
        on += ONE_DAY
    return total


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` up to and including ``end``."""
    span = range(1, (end - start).days + 1)
    return sum(calendar.day(start + offset * ONE_DAY).is_working for offset in span)


def start_outside_night(moment: datetime, calendar: Calendar, *, urgent: bool, night: Night = NIGHT) -> Due:
    """When a promise made in the night starts to run: at once when urgent, else when the night ends."""
    local = calendar.local(moment)
    if not _in_night(local.time(), night):
        return Due(local)
    if urgent:
        return Due(local, (Reason("urgent_at_night"),))
    morning = local.date() + (
        ONE_DAY if night.begins > night.ends and local.time() >= night.begins else timedelta()
    )
    return Due(calendar.at(morning, night.ends), (Reason("after_night", amount=f"{night.ends:%H:%M}"),))


def off_holidays(on: date, calendar: Calendar) -> Due:
    """The day itself, or the next working day when it is a public holiday or a closure (the Saturday rule)."""
    if not calendar.is_holiday(on):
        return Due(calendar.at(on, time.min))
    moved = working_day_after(on, 0, calendar)
    return Due(moved.at, (Reason("moved", first=on, name=calendar.day(on).name),), moved.provisional)


def _open_time(start: datetime, calendar: Calendar, seen: list[date]) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of open time from a moment on; every date looked at is noted in ``seen``."""
    on = start.date()
    if not calendar.hours:
        raise NoWorkingTime(_("没有设置工作时间"))
    while True:
        for shift in (
            sorted(calendar.hours, key=lambda shift: shift.opens) if calendar.day(on).is_working else ()
        ):
            opens, closes = max(calendar.at(on, shift.opens), start), calendar.at(on, shift.closes)
            if opens < closes:
                yield opens, closes
        on += ONE_DAY
        seen.append(on)
        _not_for_ever(len(seen))


def _overlap(shift: Shift, on: date, first: datetime, last: datetime, calendar: Calendar) -> timedelta:
    opens, closes = max(calendar.at(on, shift.opens), first), min(calendar.at(on, shift.closes), last)
    return max(closes - opens, timedelta())


def _in_night(clock: time, night: Night) -> bool:
    if night.begins <= night.ends:
        return night.begins <= clock < night.ends
    return clock >= night.begins or clock < night.ends


def _not_for_ever(days: int) -> None:
    if days > _FURTHEST:
        raise NoWorkingTime(_("日历里找不到工作日，请检查公司放假安排"))


def _any_provisional(days: list[date], calendar: Calendar) -> bool:
    return any(calendar.day(on).provisional for on in days)


def _why(days: list[date], calendar: Calendar) -> Iterator[Reason]:
    """Runs of skipped days with their names, and make-up days that were counted, in order."""
    run: list[date] = []
    for on in days:
        day = calendar.day(on)
        if run and (day.is_working or day.name != calendar.day(run[0]).name):
            yield _skipped(run, calendar)
            run = []
        if not day.is_working:
            run.append(on)
        elif on.weekday() >= SATURDAY:
            yield Reason("makeup", first=on, name=day.name)
    if run:
        yield _skipped(run, calendar)


def _skipped(run: list[date], calendar: Calendar) -> Reason:
    name = calendar.day(run[0]).name
    return Reason("holiday" if name else "weekend", run[0], run[-1], name)


def _length_code(length: timedelta) -> str:
    """A length as stored: whole minutes, with an ``m``."""
    return f"{round(length.total_seconds() / 60)}m"


def _length_words(code: str) -> str:
    minutes = int(code.removesuffix("m"))
    if minutes and minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(count)d 天", "%(count)d 天", days) % {"count": days}
    if minutes and minutes % 60 == 0:
        return _("%(count)d 小时") % {"count": minutes // 60}
    return _("%(count)d 分钟") % {"count": minutes}


def _sentence(reason: Reason) -> str:
    span = _span(reason.first, reason.last)
    if reason.code == "working_days":
        return _working_days(span, int(reason.amount))
    if reason.code == "makeup":
        return _makeup(span, reason.name)
    length = _length_words(reason.amount) if reason.amount.endswith("m") else ""
    sentence = _SENTENCES.get(reason.code, reason.code)
    return str(sentence) % {"days": span, "name": reason.name, "length": length, "time": reason.amount}


def _working_days(start: str, count: int) -> str:
    if count == 0:
        return _("从%(day)s起的第一个工作日") % {"day": start}
    if count < 0:
        return _("%(day)s之前第 %(count)d 个工作日（当天不计）") % {"day": start, "count": -count}
    return _("%(day)s之后第 %(count)d 个工作日（当天不计）") % {"day": start, "count": count}


def _makeup(span: str, name: str) -> str:
    if name:
        return _("%(days)s因%(name)s调休上班，计入") % {"days": span, "name": name}
    return _("%(days)s公司上班，计入") % {"days": span}


def _span(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    start = _("%(month)d月%(day)d日（周%(weekday)s）") % _parts(first)
    if last is None or last == first:
        return start
    return _("%(start)s至%(end)s") % {
        "start": start,
        "end": _("%(month)d月%(day)d日（周%(weekday)s）") % _parts(last),
    }


def _parts(day: date) -> dict[str, object]:
    return {"month": day.month, "day": day.day, "weekday": WEEKDAYS[day.weekday()]}
