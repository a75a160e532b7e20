"""The lunar calendar: how it is written, and when a day that does not exist every year is celebrated."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from core.lunar import (
    BadLunarDate,
    Birthday,
    LunarDate,
    festivals,
    looks_lunar,
    month_length,
    next_lunar,
    next_solar,
    parse_lunar,
    to_lunar,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("农历冬月廿三", LunarDate(11, 23)), ("腊月初八", LunarDate(12, 8)), ("农历正月初一", LunarDate(1, 1)),
        ("农历七月二十", LunarDate(7, 20)), ("农历十月三十", LunarDate(10, 30)), ("十二月初三", LunarDate(12, 3)),
        ("闰六月十五", LunarDate(6, 15, leap=True)), ("农历1985年冬月廿三", LunarDate(11, 23, year=1985)),
        ("一九八五年八月十五", LunarDate(8, 15, year=1985)), ("阴历10月12日", LunarDate(10, 12)),
        ("农历 八月 十五", LunarDate(8, 15)), ("农历2.15", LunarDate(2, 15)), ("农历十一月初十", LunarDate(11, 10)),
    ],
)  # fmt: skip
def test_lunar_dates_are_read(written, read):
    assert parse_lunar(written) == read
    assert parse_lunar(str(read)) == read


@pytest.mark.parametrize(
    "written",
    [
        "农历",
        "农历冬月",
        "农历冬月三十一",
        "农历十三月初一",
        "农历1985年闰三月初一",
        "生日快乐",
        "",
    ],
)
def test_what_does_not_exist_is_refused(written):
    with pytest.raises(BadLunarDate):
        parse_lunar(written)


def test_a_solar_date_is_not_taken_for_a_lunar_one():
    assert not any(map(looks_lunar, ["8月15日", "1985-10-02", "10月20日", "2025年12月3日"]))
    assert all(map(looks_lunar, ["农历8月15日", "腊月廿三", "八月十五", "正月初一"]))


def test_day_thirty_of_a_short_month_is_kept_on_the_twenty_ninth():
    assert month_length(2026, 12) == 29
    assert next_lunar(LunarDate(12, 30), date(2026, 12, 1)) == date(2027, 2, 5)


def test_a_leap_month_birthday_is_kept_in_the_ordinary_month_unless_asked_otherwise():
    born = LunarDate(5, 6, leap=True)

    assert next_lunar(born, date(2028, 1, 1)) == date(2028, 5, 29)
    assert next_lunar(born, date(2028, 1, 1), keep_leap_month=True) == date(2028, 6, 28)
    assert next_lunar(born, date(2029, 1, 1), keep_leap_month=True) == next_lunar(born, date(2029, 1, 1))


def test_a_leap_day_is_kept_on_28_february():
    assert next_solar(2, 29, date(2027, 1, 1)) == date(2027, 2, 28)
    assert next_solar(2, 29, date(2028, 2, 1)) == date(2028, 2, 29)


def test_today_counts():
    assert Birthday("solar", 11, 22).next_on(date(2026, 11, 22)) == date(2026, 11, 22)
    assert Birthday("solar", 11, 21, 1980).next_on(date(2026, 11, 22)) == date(2027, 11, 21)


def test_a_birthday_says_itself():
    assert str(Birthday("lunar", 11, 23)) == "农历冬月廿三"
    assert str(Birthday("solar", 2, 5)) == "2月5日"
    assert str(Birthday("solar", 2, 5, 1980)) == "1980年2月5日"


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, "02-05 02-06 02-20 04-05 06-09 08-08 09-15 10-08"),
        (2028, "01-25 01-26 02-09 04-04 05-28 08-26 10-03 10-26"),
        (2029, "02-12 02-13 02-27 04-04 06-16 08-16 09-22 10-16"),
    ],
)
def test_festivals(year, days):
    found = festivals(year)
    names = ["除夕", "春节", "元宵", "清明", "端午", "七夕", "中秋", "重阳"]

    assert " ".join(f"{found[name]:%m-%d}" for name in names) == days


@given(
    st.integers(1, 12),
    st.integers(1, 30),
    st.booleans(),
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
)
def test_the_next_celebration_is_within_thirteen_months_and_on_that_lunar_day(month, day, leap, today):
    when = next_lunar(LunarDate(month, day, leap), today)

    assert today <= when <= today + timedelta(days=400)
    lunar = to_lunar(when)
    assert (lunar.month, lunar.leap) == (month, False)
    assert lunar.day in {day, 29}
