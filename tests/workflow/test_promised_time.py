"""A deadline as a pure function, against a slow reference that walks the calendar in half hours and in days."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings, strategies as st

from workflow.calendar_source import calendar_days
from workflow.promised_time import Pause, due_at
from workflow.working_time import OFFICE_HOURS, SHANGHAI, Calendar

CALENDAR = Calendar(days=calendar_days(2026, 2027), also_weekdays=frozenset({5}))
TICK = timedelta(minutes=30)
FIRST = datetime(2026, 9, 1, tzinfo=SHANGHAI)

moments = st.integers(0, 48 * 60).map(lambda ticks: FIRST + ticks * TICK)
pauses = st.lists(moments, max_size=6, unique=True).map(
    lambda ends: [(a, b) for a, b in list(pairwise(sorted(ends)))[::2]]
)


def is_open(moment: datetime) -> bool:
    """Whether the half hour that begins at ``moment`` is working time."""
    inside = any(shift.opens <= moment.time() < shift.closes for shift in OFFICE_HOURS)
    return inside and CALENDAR.day(moment.date()).is_working


def slowly(kind: str, ticks: int, start: datetime, breaks: list[Pause]) -> datetime:
    """Walk on half hour by half hour, counting those that count."""
    now, left = start, ticks
    while left:
        paused = any(began <= now < ended for began, ended in breaks)
        left -= not paused and (kind == "natural" or is_open(now))
        now += TICK
    return now


def after(start: datetime, breaks: list[Pause]) -> list[Pause]:
    return [pause for pause in breaks if pause[0] >= start]


@settings(max_examples=150, deadline=None)
@given(start=moments, ticks=st.integers(1, 120), breaks=pauses)
def test_natural_time_agrees_with_a_walk_of_half_hours(
    start: datetime, ticks: int, breaks: list[Pause]
) -> None:
    breaks = after(start, breaks)

    found = due_at("natural", ticks * TICK, start, breaks, CALENDAR)

    assert found.at == slowly("natural", ticks, start, breaks)


@settings(max_examples=150, deadline=None)
@given(start=moments, ticks=st.integers(1, 60), breaks=pauses)
def test_working_hours_agree_with_a_walk_of_half_hours(
    start: datetime, ticks: int, breaks: list[Pause]
) -> None:
    breaks = after(start, breaks)

    found = due_at("working_hours", ticks * TICK, start, breaks, CALENDAR)

    assert found.at == slowly("working_hours", ticks, start, breaks)


def days_slowly(count: int, start: datetime, breaks: list[Pause]) -> date:
    """Day by day: a working day counts unless it lies inside a pause or is the day a pause ended on."""
    day, left = start.date(), count
    held = breaks_before_due(count, start, breaks)
    while left:
        day += timedelta(days=1)
        frozen = any(began.date() < day <= ended.date() for began, ended in held)
        left -= CALENDAR.day(day).is_working and not frozen
    return day


def breaks_before_due(count: int, start: datetime, breaks: list[Pause]) -> list[Pause]:
    held: list[Pause] = []
    for pause in breaks:
        if due_at("working_days", count, start, held, CALENDAR).at > pause[0]:
            held.append(pause)
    return held


@settings(max_examples=150, deadline=None)
@given(start=moments, count=st.integers(1, 12), breaks=pauses)
def test_working_days_agree_with_a_walk_of_days(start: datetime, count: int, breaks: list[Pause]) -> None:
    breaks = after(start, breaks)
    found = due_at("working_days", count, start, breaks, CALENDAR)
    expected = days_slowly(count, start, breaks)
    last_end = max((ended for _began, ended in breaks_before_due(count, start, breaks)), default=start)

    assert CALENDAR.day(found.on).is_working
    if last_end.date() < expected:
        assert found.on == expected
    else:  # paused on the very last day: due on the first working day that is left
        assert found.at > last_end
        assert not any(
            CALENDAR.day(last_end.date() + timedelta(days=n)).is_working
            for n in range(1, (found.on - last_end.date()).days)
        )


@settings(max_examples=100, deadline=None)
@given(
    start=moments, ticks=st.integers(1, 60), breaks=pauses, kind=st.sampled_from(["natural", "working_hours"])
)
def test_a_pause_of_no_length_changes_nothing(
    start: datetime, ticks: int, breaks: list[Pause], kind: str
) -> None:
    nothing = [(began, began) for began, _ended in after(start, breaks)]

    paused, straight = (due_at(kind, ticks * TICK, start, held, CALENDAR) for held in (nothing, []))

    assert paused.at == straight.at


@settings(max_examples=100, deadline=None)
@given(
    start=moments, ticks=st.integers(1, 60), breaks=pauses, kind=st.sampled_from(["natural", "working_hours"])
)
def test_a_deadline_never_comes_earlier_for_a_pause(
    start: datetime, ticks: int, breaks: list[Pause], kind: str
) -> None:
    held = due_at(kind, ticks * TICK, start, after(start, breaks), CALENDAR)

    assert held.at >= due_at(kind, ticks * TICK, start, [], CALENDAR).at
