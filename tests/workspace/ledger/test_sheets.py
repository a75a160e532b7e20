"""Where the table begins, what each row is, which column holds what."""

import pytest
from openpyxl import Workbook

from tests.workspace.ledger.builder import HEADS, a_row, a_workbook, saved
from workspace.ledger.columns import Field, head_key, match_columns, match_head
from workspace.ledger.reading import Sheet, read_ledger
from workspace.ledger.sheets import RowKind, branch_hint, branch_key, find_table


def table_of(content: bytes):
    return find_table(read_ledger(content, "台账.xlsx")[0])


def test_titles_blanks_subtotals_and_repeated_heads_are_not_data():
    rows = [
        a_row(),
        [],
        ["", "小计", *[""] * 21],
        a_row(客户姓名="邱浩"),
        HEADS,
        ["以上由客服部维护"],
        ["合计", 3],
    ]
    table = table_of(a_workbook({"西安分公司": rows}))

    assert table is not None
    assert [number for number, _row in table.data] == [4, 7]
    assert [(number, kind) for number, kind in table.skipped] == [
        (5, RowKind.BLANK), (6, RowKind.SUBTOTAL), (8, RowKind.HEAD), (9, RowKind.NOTE), (10, RowKind.SUBTOTAL),
    ]  # fmt: skip
    assert (table.title, table.head_row) == ("西安分公司客户台账(2023—2026)", 3)


def test_a_page_of_remarks_is_no_table():
    assert find_table(Sheet("说明", [["本表由客服部维护,黄色为待核实"], ["阶段:在谈→量房"]])) is None
    assert find_table(Sheet("空", [])) is None


def test_heads_of_two_rows_are_joined():
    book = Workbook()
    page = book.active
    page.append(["客户", "", "收款", "", "", "备注"])
    page.append(["姓名", "电话", "首期", "二期", "尾款", ""])
    page.append(["武明萍", "13800138000", 1, 2, 3, "有老人"])
    page.merge_cells("A1:B1")
    page.merge_cells("C1:E1")
    page.merge_cells("F1:F2")
    table = table_of(saved(book))

    assert table is not None
    fields = [column.field for column in match_columns(table.heads)]
    assert fields == [Field.NAME, Field.PHONE, Field.PAID_1, Field.PAID_2, Field.PAID_FINAL, Field.NOTES]
    assert [number for number, _row in table.data] == [3]


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("客户姓名", Field.NAME), ("姓 名", Field.NAME), ("业主", Field.NAME), ("联系电话（手机）", Field.PHONE),
        ("手机号码*", Field.PHONE), ("建筑面积", Field.AREA), ("面积(㎡)", Field.AREA), ("合同金额(元)", Field.AMOUNT),
        ("合同总额", Field.AMOUNT), ("进度", Field.STAGE), ("目前阶段", Field.STAGE), ("监理", Field.SUPERVISOR),
        ("客户电话号码", Field.PHONE), ("设计费", None), ("项目经理电话", None), ("监理签字", None), ("", None), ("水电费", None),
    ],
)  # fmt: skip
def test_heads_are_known_by_many_names(head, field):
    assert match_head(head)[0] is field


def test_a_correction_is_remembered_under_the_head_however_it_is_spaced():
    memory = {head_key("拿房 时间"): "signed_on", head_key("序号"): ""}
    columns = match_columns(["序号", "姓名", "拿房时间"], remembered=memory)

    assert [column.field for column in columns] == [None, Field.NAME, Field.SIGNED_ON]
    assert columns[2].remembered


def test_two_telephone_columns_are_first_and_second_number():
    columns = match_columns(["姓名", "电话", "手机"])

    assert [column.field for column in columns] == [Field.NAME, Field.PHONE, Field.PHONE_2]


def test_a_column_without_a_known_head_is_known_by_its_phones():
    columns = match_columns(["姓名", "怎么找"], [["武", "13800138000"], ["邱", 13900139000.0]])

    assert columns[1].field is Field.PHONE
    assert columns[1].samples == ("13800138000", "13900139000")


@pytest.mark.parametrize(
    ("name", "branch"),
    [("西安分公司", "西安分公司"), ("西安分公司客户台账(2023—2026)", "西安分公司"), ("宝鸡2025", "宝鸡"), ("Sheet1", ""), ("说明", ""),
     ("高新店客户", "高新店")],
)  # fmt: skip
def test_branches_from_sheet_names(name, branch):
    assert branch_hint(name) == branch


def test_branches_compare_without_their_tail():
    assert branch_key("西安分公司") == branch_key("西安") == branch_key(" 西安店")
