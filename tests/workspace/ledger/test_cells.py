"""What one cell means."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from core.lunar import Birthday
from workspace.ledger import cells
from workspace.ledger.stages import DEFAULT_STAGES, Stage, stages_of


@pytest.mark.parametrize(
    "written",
    [date(2025, 3, 5), datetime(2025, 3, 5, 9),
     45721.0, 45721, "45721", "2025年3月5日", "25.3.5", "2025-03-05", "2025/3/5",
     "2025.03.05", "２０２５年３月５日", "20250305", 20250305.0, "2025-03-05 00:00:00", "’2025-3-5", "2025年3月5号"],
)  # fmt: skip
def test_every_way_of_writing_a_day(written):
    assert cells.read_date(written).value == date(2025, 3, 5)


def test_serials_of_the_1904_calendar_are_four_years_on():
    assert cells.read_date(45721 - 1462, date_1904=True).value == date(2025, 3, 5)


@pytest.mark.parametrize("word", ["", "无", "暂无", "待定", "—", "/", " n/a ", "未定"])
def test_empty_words_are_neither_value_nor_problem(word):
    for reader in (cells.read_date, cells.read_area, cells.read_mode, cells.read_money, cells.read_birthday):
        assert reader(word) == cells.Read()
    assert cells.read_phones(word) == ((), ())


@pytest.mark.parametrize(
    ("written", "said"),
    [("见合同", "请查到后补上"), ("2025年3月", "缺少日"), ("3月5日", "缺少年份"), ("2025-02-30", "不存在"), ("1025-01-01", "年份不对"),
     ("下周", "无法识别"), (12345678901.0, "无法识别")],
)  # fmt: skip
def test_a_day_nobody_can_know_is_a_problem(written, said):
    read = cells.read_date(written)

    assert read.value is None
    assert said in read.problem


@pytest.mark.parametrize(
    ("written", "size", "about"),
    [("约128㎡", "128", True), (128.0, "128", False), ("128平米", "128", False), ("128.5m2", "128.5", False),
     ("128平左右", "128", True), ("大约 128 平方", "128", True), ("128㎡", "128", False)],
)  # fmt: skip
def test_areas(written, size, about):
    area = cells.read_area(written).value

    assert area == cells.Area(Decimal(size).quantize(Decimal("0.01")), about)


@pytest.mark.parametrize("written", ["两室一厅", "3", "99999", "见图纸"])
def test_areas_that_are_none(written):
    assert cells.read_area(written).problem


@pytest.mark.parametrize(
    ("written", "mode"),
    [
        ("半 包", "half"),
        ("全包 ", "full"),
        ("纯设计", "design_only"),
        ("清包", "labour_only"),
        ("半包（含主材）", "half"),
        ("整装", "full"),
    ],
)
def test_modes(written, mode):
    assert cells.read_mode(written).value == mode


@pytest.mark.parametrize(
    ("word", "phase", "node"),
    [("在谈", "consultation", ""), ("已量房", "measurement", ""), ("方案设计中", "design", ""), ("预算", "budget", ""),
     ("已签合同", "contract", ""), ("待交底", "handover", ""), ("水电施工", "inspections", "水电施工"),
     ("水电验收", "inspections", "水电验收"), ("木瓦", "inspections", "木瓦"), ("油漆阶段", "inspections", "油漆阶段"),
     ("安装收尾", "inspections", "安装收尾"), ("已竣工", "completion", ""), ("保修中", "warranty", ""), ("过保", "closed", ""),
     ("流失", "lost", ""), ("停工", "suspended", ""), ("退单", "cancelled", "")],
)  # fmt: skip
def test_stage_words_mean_phases(word, phase, node):
    assert cells.read_stage(word, DEFAULT_STAGES).value == Stage(phase, node)


def test_a_firm_may_give_its_own_meaning_to_a_word():
    stages = stages_of({"已放样": Stage("handover"), "预算": Stage("design")})

    assert cells.read_stage("已放样", stages).value == Stage("handover")
    assert cells.read_stage("预 算", stages).value == Stage("design")


@pytest.mark.parametrize("word", ["", "随便", "见备注"])
def test_without_a_known_stage_a_person_decides(word):
    read = cells.read_stage(word, DEFAULT_STAGES)

    assert read.value is None
    assert read.problem


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1989-09-13", Birthday("solar", 9, 13, 1989, original="1989-09-13")),
        ("1月27日", Birthday("solar", 1, 27, original="1月27日")),
        ("2月29日", Birthday("solar", 2, 29, original="2月29日")),
        ("农历冬月廿三", Birthday("lunar", 11, 23, original="农历冬月廿三")),
        ("农历闰六月十五", Birthday("lunar", 6, 15, leap=True, original="农历闰六月十五")),
        (32764.0, Birthday("solar", 9, 13, 1989, original="32764")),
    ],
)
def test_birthdays(written, read):
    assert cells.read_birthday(written).value == read


@pytest.mark.parametrize("written", ["2月30日", "属龙", "农历十三月初一", "2090-01-01"])
def test_birthdays_that_are_none(written):
    assert cells.read_birthday(written).problem


def test_people_are_names_as_the_firm_says_them():
    assert cells.read_people("孙梦/胡师傅、 林监理（兼）") == ("孙梦", "胡师傅", "林监理")
    assert cells.read_people("待定") == ()


@pytest.mark.parametrize(
    ("word", "code"),
    [("在线咨询", "online"), ("老客户介绍", "referral"), ("到店", "walk_in"), ("路过", "other"), ("", None)],
)
def test_channels(word, code):
    assert cells.read_source(word).value == code


def test_text_stays_text_for_ever():
    assert [cells.read_text(text) for text in ("=1+1", "@王工跟进", "😀很满意", "𠮷先生介绍", 12.0)] == [
        "=1+1", "@王工跟进", "😀很满意", "𠮷先生介绍", "12",
    ]  # fmt: skip


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes()))
def test_no_cell_breaks_a_reader(cell):
    for read in (
        cells.read_date(cell),
        cells.read_area(cell),
        cells.read_money(cell),
        cells.read_birthday(cell),
    ):
        assert read.value is None or not read.problem
    cells.read_phones(cell)
    cells.read_people(cell)
    cells.read_stage(cell, DEFAULT_STAGES)
