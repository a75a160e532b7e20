"""When a rule's work is to be done, worked out from its data alone: slowly, day by day, and apart from the planner.

``manage.py playbook coverage`` compares the planner's touchpoints with this; the two share no code but the calendar
itself, so that a mistake in one shows.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from workflow.rulebook import RuleSpec
from workflow.working_time import Calendar

ONE_DAY: Final = timedelta(days=1)
ONE_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Expected:
    due_from: datetime
    due_at: datetime


def of(spec: RuleSpec, anchor: datetime, calendar: Calendar) -> Expected:
    """For an occasion whose anchor is this moment."""
    count, unit = _length(spec.delay)
    local = anchor.astimezone(calendar.zone)
    if spec.trigger["kind"] == "weekly":
        return _hours(spec, _round_day(spec, local.date(), calendar), calendar)
    if unit in ("minute", "hour", "working_hour"):
        return _from_moment(spec, _later(local, count, unit, calendar), calendar)
    if "within" in spec.window and count == 0:
        return _from_moment(spec, local, calendar)
    day = _day_later(local.date(), count, unit, calendar)
    if "within" in spec.window:
        return _from_moment(spec, calendar.at(day, _clock(spec, "from", "09:00")), calendar)
    return _hours(spec, day, calendar)


def _round_day(spec: RuleSpec, day: date, calendar: Calendar) -> date:
    """A round that falls on a holiday is held on the next day somebody works, unless the rule keeps it."""
    holds = spec.trigger.get("holiday", "next_working_day") == "keep"
    if holds or calendar.day(day).is_working or not calendar.day(day).name:
        return day
    while not calendar.day(day).is_working:
        day += ONE_DAY
    return day


def _hours(spec: RuleSpec, day: date, calendar: Calendar) -> Expected:
    last = day + timedelta(days=int(spec.window.get("days", 0)))
    return Expected(
        calendar.at(day, _clock(spec, "from", "09:00")), calendar.at(last, _clock(spec, "until", "20:00"))
    )


def _from_moment(spec: RuleSpec, moment: datetime, calendar: Calendar) -> Expected:
    closes = _clock(spec, "until", "20:00")
    if "within" not in spec.window:
        last = moment.date() + timedelta(days=int(spec.window.get("days", 0)))
        return Expected(moment, max(calendar.at(last, closes), moment))
    count, unit = _length(spec.window["within"])
    if unit in ("minute", "hour", "working_hour"):
        return Expected(moment, _later(moment, count, unit, calendar))
    day = _day_later(moment.date(), count, unit, calendar)
    return Expected(moment, max(calendar.at(day, closes), moment))


def _day_later(day: date, count: int, unit: str, calendar: Calendar) -> date:
    if unit == "day":
        return day + timedelta(days=count)
    if unit == "month":
        nth = day.year * 12 + day.month - 1 + count
        year, month = nth // 12, nth % 12 + 1
        return date(year, month, min(day.day, months.monthrange(year, month)[1]))
    step, left = (ONE_DAY if count >= 0 else -ONE_DAY), abs(count)
    while left or (count == 0 and not calendar.day(day).is_working):
        day += step
        left -= bool(left and calendar.day(day).is_working)
    return day


def _later(moment: datetime, count: int, unit: str, calendar: Calendar) -> datetime:
    if unit != "working_hour":
        return moment + timedelta(**{f"{unit}s": count})
    left = count * 60
    while left:
        left -= _is_open(moment, calendar)
        moment += ONE_MINUTE
    return moment


def _is_open(moment: datetime, calendar: Calendar) -> bool:
    clock = moment.time()
    return calendar.day(moment.date()).is_working and any(
        shift.opens <= clock < shift.closes for shift in calendar.hours
    )


def _length(text: str) -> tuple[int, str]:
    count, unit = text.split()
    return int(count), unit.removesuffix("s")


def _clock(spec: RuleSpec, name: str, otherwise: str) -> time:
    return time.fromisoformat(spec.window.get(name, otherwise))
