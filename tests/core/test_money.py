"""Money: what people write becomes fen exactly, and reads back as they say it."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from core.money import (
    BadMoney,
    format_fen,
    format_wan,
    parse_fen,
    percent_of,
    round_half_up,
    spell_fen,
    split_fen,
    yuan_decimal,
)


@pytest.mark.parametrize(
    "written",
    ["18.6万", "¥186,000", "￥186,000.00", "186000元", "186,000", 186000, 186000.0, Decimal(186000), "18万6千",
     "人民币186000元整", " 18.6 万 ", "１８.６万元", "0.00186亿", "约18.6万", "RMB 186000", "186k"],
)  # fmt: skip
def test_every_way_of_writing_a_sum_is_the_same_fen(written):
    assert parse_fen(written) == 18_600_000


@pytest.mark.parametrize(
    "written",
    ["", "面议", "1,23", "18.6.1万", "6千18万", "万", True, float("nan"), "-5", 10**20],
)
def test_what_cannot_be_read_with_certainty_is_refused(written):
    with pytest.raises(BadMoney):
        parse_fen(written)


def test_a_deduction_may_be_negative_where_that_is_asked_for():
    assert parse_fen("-1,200元", negative=True) == -120_000


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("2.4", 2)],
)
def test_halves_go_up(amount, rounded):
    assert round_half_up(Decimal(amount)) == rounded


@pytest.mark.parametrize(
    ("fen", "shown", "said"),
    [(18_600_000, "¥186,000", "18.6万"), (18_600_050, "¥186,000.50", "18.6万"), (0, "¥0", "¥0"),
     (-500, "-¥5", "-¥5"), (None, "", ""), (765_000, "¥7,650", "¥7,650"), (100_000_000, "¥1,000,000", "100万")],
)  # fmt: skip
def test_amounts_are_shown_as_people_write_them(fen, shown, said):
    assert (format_fen(fen), format_wan(fen)) == (shown, said)


@pytest.mark.parametrize(
    ("fen", "spelled"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (11, "壹角壹分"), (100_001, "壹仟元零壹分"),
        (18_600_000, "壹拾捌万陆仟元整"), (10_050_000, "壹拾万零伍佰元整"), (100_000_100, "壹佰万零壹元整"),
        (123_456_789_012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"), (10_001_000_000, "壹亿零壹万元整"),
        (1_010_101, "壹万零壹佰零壹元零壹分"), (-100, "负壹元整"),
    ],
)  # fmt: skip
def test_capital_numerals(fen, spelled):
    assert spell_fen(fen) == spelled


@given(st.integers(0, 10**12), st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_parts_always_add_up(fen, weights):
    assert sum(split_fen(fen, weights)) == fen


@given(st.integers(0, 10**13))
def test_what_is_shown_reads_back(fen):
    assert parse_fen(format_fen(fen)) == fen
    assert parse_fen(yuan_decimal(fen)) == fen


def test_a_percentage_is_rounded_to_the_fen():
    assert percent_of(101, 50) == 51


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    with suppress(BadMoney):
        assert parse_fen(text) >= 0
