"""When something is due and why: vectors of the official calendar, and a slow reference that cannot be wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from workflow.calendar_source import calendar_days, calendar_rows, statutory_days
from workflow.working_time import (
    SHANGHAI,
    Calendar,
    Day,
    NoWorkingTime,
    Shift,
    add_natural,
    add_working_days,
    add_working_hours,
    off_holidays,
    read_explanation,
    start_outside_night,
    working_day_after,
    working_days_between,
    working_hours_between,
)

MAINLAND = Calendar(days=calendar_days(2025, 2028))
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-02-11", 3, "2026-02-14"), ("2026-02-11", 5, "2026-02-25"), ("2026-02-11", 7, "2026-02-27"),
        ("2026-09-16", 5, "2026-09-22"), ("2026-09-22", 7, "2026-10-09"), ("2026-09-28", 7, "2026-10-13"),
        ("2026-11-21", 0, "2026-11-23"), ("2026-11-23", 0, "2026-11-23"), ("2026-10-09", -7, "2026-09-22"),
        ("2026-11-23", -1, "2026-11-20"), ("2026-11-22", 1, "2026-11-23"),
    ],
)  # fmt: skip
def test_working_days_follow_the_official_plan_with_its_make_up_days(start, count, due):
    assert working_day_after(date.fromisoformat(start), count, MAINLAND).on == date.fromisoformat(due)


def test_a_due_date_says_which_days_were_skipped_and_why():
    due = working_day_after(date(2026, 9, 22), 7, MAINLAND)

    assert due.explain() == [
        "9月22日（周二）之后第 7 个工作日（当天不计）",
        "9月25日（周五）至9月27日（周日）中秋放假，不计",
        "10月1日（周四）至10月7日（周三）国庆节放假，不计",
    ]
    assert not due.provisional


def test_a_make_up_saturday_is_counted_and_named():
    assert (
        "2月14日（周六）因春节调休上班，计入" in working_day_after(date(2026, 2, 11), 3, MAINLAND).explain()
    )


def test_reasons_survive_being_stored():
    due = working_day_after(date(2026, 12, 28), 5, MAINLAND)

    assert read_explanation(due.explanation()) == due.explain()


def test_an_unpublished_year_is_provisional_and_says_so():
    due = working_day_after(date(2026, 12, 28), 5, MAINLAND)

    assert due.provisional
    assert due.explain()[-1] == "途经的年份尚未公布放假安排，日期为暂定"
    assert Calendar().day(date(2031, 1, 6)) == Day(is_working=True, provisional=True)


def test_a_date_due_in_working_days_ends_with_the_business_day():
    assert add_working_days(at("2026-11-20 16:00"), 3, MAINLAND).at == at("2026-11-25 18:00")


def test_the_day_is_the_day_in_shanghai_not_in_greenwich():
    late = datetime(2026, 11, 22, 20, tzinfo=UTC)  # Monday 04:00 in Shanghai

    assert working_day_after(late.astimezone(SHANGHAI).date(), 1, MAINLAND).on == date(2026, 11, 24)
    assert add_working_days(late, 1, MAINLAND).on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 11:00", 2, "2026-11-20 15:00"), ("2026-11-20 17:00", 2, "2026-11-23 10:00"),
        ("2026-11-20 11:00", 1, "2026-11-20 12:00"), ("2026-11-20 12:30", 0, "2026-11-20 14:00"),
        ("2026-11-20 20:00", 1, "2026-11-23 10:00"), ("2026-02-14 17:00", 8, "2026-02-25 09:00"),
        ("2026-09-30 17:30", 1, "2026-10-08 09:30"), ("2026-11-21 03:00", 7, "2026-11-23 18:00"),
    ],
)  # fmt: skip
def test_working_hours_run_only_while_the_door_is_open(start, hours, due):
    wanted = "2026-02-24 18:00" if due == "2026-02-25 09:00" else due

    assert add_working_hours(at(start), timedelta(hours=hours), MAINLAND).at == at(wanted)


def test_natural_time_runs_through_nights_and_holidays():
    due = add_natural(at("2026-10-01 23:50"), timedelta(minutes=30), MAINLAND)

    assert due.at == at("2026-10-02 00:20")
    assert due.explain() == ["按自然时间计 30 分钟，夜间和节假日照算"]


@pytest.mark.parametrize(
    ("asked", "urgent", "starts"),
    [
        ("2026-11-20 23:15", False, "2026-11-21 08:00"), ("2026-11-21 02:00", False, "2026-11-21 08:00"),
        ("2026-11-20 22:00", False, "2026-11-21 08:00"), ("2026-11-21 08:00", False, "2026-11-21 08:00"),
        ("2026-11-20 21:59", False, "2026-11-20 21:59"), ("2026-11-20 23:15", True, "2026-11-20 23:15"),
    ],
)  # fmt: skip
def test_the_night_rule_lets_only_urgent_work_start_at_once(asked, urgent, starts):
    assert start_outside_night(at(asked), MAINLAND, urgent=urgent).at == at(starts)


def test_a_firm_has_its_own_closures_and_its_own_working_saturday():
    stocktaking = {date(2026, 11, 24): Day(is_working=False, name="年度盘点")}
    service = Calendar(days=MAINLAND.days, own=stocktaking, also_weekdays=frozenset({5}))

    assert service.day(date(2026, 11, 21)).is_working
    assert not service.day(date(2026, 2, 21)).is_working
    due = working_day_after(date(2026, 11, 20), 3, service)
    assert due.on == date(2026, 11, 25)
    assert "11月21日（周六）公司上班，计入" in due.explain()
    assert "11月24日（周二）年度盘点放假，不计" in due.explain()


def test_a_holiday_saturday_moves_to_the_next_working_day():
    assert off_holidays(date(2026, 11, 21), MAINLAND).on == date(2026, 11, 21)
    moved = off_holidays(date(2026, 2, 21), MAINLAND)
    assert moved.on == date(2026, 2, 24)
    assert moved.explain() == ["2月21日（周六）逢春节，顺延到下一个工作日"]


def test_a_calendar_that_never_opens_says_so_instead_of_running_for_ever():
    with pytest.raises(NoWorkingTime):
        add_working_hours(at("2026-11-20 11:00"), timedelta(hours=1), Calendar(hours=()))


def test_the_calendar_of_2026_is_the_official_one():
    year = {row.date: row for row in calendar_rows(2026, 2026)}
    makeup = [day for day, row in year.items() if row.is_working and day.weekday() >= 5]

    assert len(year) == 365
    assert makeup == [date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]]
    assert not any(row.provisional for row in year.values())


def test_a_coming_year_has_thirteen_statutory_days():
    days = statutory_days(2027)

    assert len(days) == 13
    assert (days[date(2027, 2, 5)], days[date(2027, 9, 15)]) == ("春节", "中秋")
    assert all(row.provisional and row.source == "statute" for row in calendar_rows(2027, 2027))


@given(DAYS, st.integers(1, 60))
def test_working_days_agree_with_counting_on_fingers(start, count):
    on, left = start, count
    while left:
        on += timedelta(days=1)
        left -= MAINLAND.day(on).is_working

    due = working_day_after(start, count, MAINLAND)

    assert due.on == on
    assert working_days_between(start, on, MAINLAND) == count
    assert working_day_after(on, -count, MAINLAND).on <= start or not MAINLAND.day(start).is_working


@given(DAYS, st.integers(0, 24 * 60 - 1), st.integers(1, 40 * 60))
@settings(max_examples=60, deadline=None)
def test_working_hours_agree_with_counting_minutes(day, minute, length):
    start = datetime.combine(day, time.min, SHANGHAI) + timedelta(minutes=minute)
    moment, left = start, length
    while left:
        left -= _open(moment)
        moment += timedelta(minutes=1)

    due = add_working_hours(start, timedelta(minutes=length), MAINLAND)

    assert due.at == moment
    assert working_hours_between(start, due.at, MAINLAND) == timedelta(minutes=length)


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_days_can_be_added_in_two_steps(start, first, second):
    halfway = working_day_after(start, first, MAINLAND).on

    assert (
        working_day_after(halfway, second, MAINLAND).on
        == working_day_after(start, first + second, MAINLAND).on
    )


def _open(moment: datetime) -> bool:
    shifts = (Shift(time(9), time(12)), Shift(time(14), time(18)))
    return MAINLAND.day(moment.date()).is_working and any(s.opens <= moment.time() < s.closes for s in shifts)
