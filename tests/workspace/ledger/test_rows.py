"""A row as a whole: what it says, what contradicts itself, what repeats another row; and the real ledger."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.workspace.ledger.builder import HEADS, a_row
from workspace.ledger.columns import match_columns
from workspace.ledger.duplicates import double_sentence, find_doubles, shared_phones
from workspace.ledger.reading import read_ledger
from workspace.ledger.rows import LedgerRow, read_row, read_rows
from workspace.ledger.sheets import find_table
from workspace.ledger.stages import Stage

TODAY = date(2026, 11, 22)
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "客户台账.xlsx"


def read(number: int = 4, **values) -> LedgerRow:
    return read_row(
        a_row(**values),
        match_columns(HEADS),
        sheet="西安分公司",
        number=number,
        branch="西安分公司",
        today=TODAY,
    )


def test_a_row_tells_of_a_customer_and_her_project():
    row = read(
        联系电话="’13800138000/139 0013 9000", 合同总额="18.6万", 首期款="55800元", 签单日期="25.3.5", 开工日期=45730.0, 目前阶段="水电施工",
        生日="农历冬月廿三", 介绍人="邱浩", 项目经理="胡师傅", 监理="林监理", 备注="=1+1",
    )  # fmt: skip

    assert (row.name, row.estate, row.room, row.mode, row.source) == (
        "武明萍",
        "书香雅苑",
        "10-3-2204",
        "half",
        "phone",
    )
    assert [phone.e164 for phone in row.phones] == ["+8613800138000", "+8613900139000"]
    assert (row.amount_fen, row.paid_fen) == (18_600_000, {"paid_1": 5_580_000})
    assert (row.signed_on, row.started_on) == (date(2025, 3, 5), date(2025, 3, 14))
    assert (row.stage, row.notes, row.referrer) == (Stage("inspections", "水电施工"), "=1+1", "邱浩")
    assert row.people == {"designer": ("孙梦",), "project_manager": ("胡师傅",), "supervisor": ("林监理",)}
    assert (row.problems, row.rejection, row.branch) == ([], "", "西安分公司")
    assert row.originals["合同总额"] == "18.6万"


def test_a_row_survives_being_stored_as_plain_data():
    row = read(生日="农历冬月廿三", 联系电话="029-84231612转12", 竣工日期="2025-01-01", 目前阶段="随便")

    assert LedgerRow.from_data(json.loads(json.dumps(row.as_data()))) == row


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"联系电话": ""}, "没有电话"),
        ({"联系电话": "见合同"}, "没有号码"),
        ({"装修方式": "纯设计", "目前阶段": "木瓦", "合同总额": 1}, "纯设计订单没有“木瓦”"),
        ({"目前阶段": ""}, "没有写目前阶段"),
        ({"目前阶段": "已竣工", "合同总额": 1}, "没有竣工日期"),
        ({"目前阶段": "保修中", "合同总额": 1, "竣工日期": "2027-04-11"}, "竣工日期却还没到"),
        ({"目前阶段": "过保", "合同总额": 1, "竣工日期": "2026-01-01"}, "法定保修期还没过"),
        ({"签单日期": "2025-05-01", "开工日期": "2025-04-01"}, "开工日期早于签单日期"),
        ({"开工日期": "2025-05-01", "竣工日期": "2025-04-01"}, "竣工日期早于开工日期"),
        ({"合同总额": "10万", "首期款": "12万"}, "超过合同金额"),
        ({"首期款": "12万"}, "没有合同金额"),
        ({"目前阶段": "已签合同"}, "没有合同金额"),
        ({"签单日期": "2026-12-24"}, "还没到"),
    ],
)
def test_what_cannot_all_be_true_is_taken_in_and_listed_for_a_person(values, said):
    row = read(**values)

    assert any(said in problem.sentence for problem in row.problems)
    assert not row.rejection
    assert row.needs_a_person


def test_a_row_without_name_or_any_way_to_know_her_is_rejected():
    assert "没有客户姓名" in read(客户姓名=" ").rejection
    assert "无法确认是哪位客户" in read(联系电话="", 小区="", 楼栋房号="").rejection


def test_the_same_home_of_the_same_customer_is_one_and_fills_the_blanks():
    first, second = read(4, 备注=""), read(5, 联系电话="138 0013 8000", 备注="有老人孩子")

    doubles = find_doubles([first, second])

    assert list(doubles) == [1]
    assert first.notes == "有老人孩子"
    assert (
        double_sentence(doubles[1], [first, second]) == "与“西安分公司”第 4 行是同一位客户的同一套房，已合并"
    )


def test_a_second_home_or_another_name_is_no_repetition():
    rows = [read(4), read(5, 楼栋房号="1-1-101"), read(6, 客户姓名="邱浩"), read(7, 联系电话="13900139000")]

    assert find_doubles(rows) == {}
    assert list(shared_phones(rows)) == [2]


def test_differences_between_repetitions_are_named():
    rows = [read(4, 合同总额="10万"), read(5, 合同总额="12万")]

    doubles = find_doubles(rows)

    assert "合同金额不同" in double_sentence(doubles[1], rows)
    assert rows[0].amount_fen == 10_000_000


@pytest.mark.skipif(not REAL.exists(), reason="the example ledger does not lie beside the checkout")
def test_every_row_of_the_real_ledger_is_understood():
    rows = []
    for sheet in read_ledger(REAL.read_bytes(), REAL.name):
        table = find_table(sheet)
        if table:
            about = {"sheet": sheet.name, "branch": table.branch_hint, "today": TODAY}
            rows.extend(read_rows(table.data, match_columns(table.heads), **about))

    assert Counter(row.branch for row in rows) == {"西安分公司": 607, "咸阳分公司": 306, "宝鸡分公司": 307}
    assert not any(row.rejection for row in rows)
    assert len(find_doubles(rows)) == 20
    unread = Counter(
        problem.field for row in rows for problem in row.problems if "无法识别" in problem.sentence
    )
    assert unread == {}
    assert sum(1 for row in rows if len(row.phones) == 2) == 59
    assert sum(row.stage is None for row in rows) == 0
    assert {row.notes for row in rows} >= {"=1+1", "@王工跟进", "😀很满意", "𠮷先生介绍"}
