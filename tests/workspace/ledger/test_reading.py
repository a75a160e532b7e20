"""Files as people upload them, hostile ones too: a sheet of cells or one sentence, never a crash."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st
from openpyxl import Workbook

from tests.workspace.ledger.builder import a_row, a_workbook, saved
from workspace.ledger import archive
from workspace.ledger.archive import BadFile
from workspace.ledger.reading import read_ledger


def zipped(parts: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def changed(workbook: bytes, name: str, change) -> bytes:
    with zipfile.ZipFile(BytesIO(workbook)) as packed:
        return zipped(
            {
                item: change(packed.read(item)) if item == name else packed.read(item)
                for item in packed.namelist()
            }
        )


def test_a_workbook_is_read_sheet_by_sheet_with_its_row_numbers():
    first, second = read_ledger(a_workbook({"西安分公司": [a_row()], "说明": []}), "台账.xlsx")

    assert (first.name, second.name) == ("西安分公司", "说明")
    assert first.rows[3][1] == "武明萍"
    assert first.spans == (((0, 0), (0, 22)),)


def test_columns_and_rows_keep_their_place_when_the_corner_is_empty():
    book = Workbook()
    book.active["C3"] = "姓名"

    assert read_ledger(saved(book), "a.xlsx")[0].rows[2][2] == "姓名"


def test_a_formula_is_its_result_and_text_that_looks_like_one_stays_text():
    book = Workbook()
    book.active.append(["=1+1", "plain"])
    book.active["A1"].data_type = "s"

    assert read_ledger(saved(book), "a.xlsx")[0].rows[0][0] == "=1+1"


def test_dates_come_as_dates_and_hidden_sheets_say_so():
    book = Workbook()
    book.active.append([date(2025, 3, 5)])
    book.create_sheet("旧").sheet_state = "hidden"

    sheets = read_ledger(saved(book), "a.xlsx")

    assert str(sheets[0].rows[0][0])[:10] == "2025-03-05"
    assert [sheet.visible for sheet in sheets] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding_offices_use(encoding, delimiter):
    text = (
        delimiter.join(["姓名", "电话", "备注"])
        + "\n"
        + delimiter.join(["武明萍", "13800138000", "有老人孩子"])
    )

    (sheet,) = read_ledger(text.encode(encoding), "西安.csv")

    assert sheet.name == "西安"
    assert sheet.rows[1] == ["武明萍", "13800138000", "有老人孩子"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "空"),
        (b"hello", "a.xlsx", "损坏"),
        (b"PK\x03\x04broken", "a.xlsx", "损坏"),
        (b"\xd0\xcf\x11\xe0rest", "a.xlsx", "旧版或加密"),
        (b"x", "a.pdf", "只能上传"),
        (b"x", "a.xlsm", "不含宏"),
        (b"\x80\x81\xff\xfe", "a.csv", "编码"),
        (b"a,b\x00c", "a.csv", "不是文本表格"),
        (zipped({"word/document.xml": b"<a/>"}), "a.xlsx", "不是 Excel"),
        (zipped({"xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"}), "a.xlsx", "宏"),
        (zipped({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "a.xlsx", "不安全"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "a.xlsx", "损坏"),
        (zipped({"xl/workbook.xml": b"<a/>"} | {f"x{n}": b"" for n in range(1_001)}), "a.xlsx", "过大"),
    ],
)
def test_what_is_no_ledger_is_refused_with_a_sentence(content, name, said):
    with pytest.raises(BadFile, match=said):
        read_ledger(content, name)


def test_a_zip_bomb_is_refused_before_it_unpacks(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 3_000_000)
    bomb = zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"0" * 4_000_000})

    assert len(bomb) < 10_000
    with pytest.raises(BadFile, match="过大"):
        read_ledger(bomb, "a.xlsx")


def test_a_part_that_lies_about_its_size_is_refused():
    honest = zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"0" * 1_000_000})
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(BadFile):
        read_ledger(lying, "a.xlsx")


@pytest.mark.parametrize("corner", [b"XFD1", b"A1048576"])
def test_one_cell_in_the_last_corner_does_not_reserve_the_whole_sheet(corner):
    content = a_workbook({"西安": [a_row()]})
    far = changed(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="A4"', b'r="' + corner + b'"')
    )

    with pytest.raises(BadFile, match="超过"):
        read_ledger(far, "a.xlsx")


def test_one_long_text_in_many_cells_is_counted_before_it_is_copied(monkeypatch):
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        for row in range(300):
            page.write_string(row, 0, "很长" * 200)
            page.write_string(row, 1, "短")
    exact = 300 * (400 + 1) * 3
    monkeypatch.setattr(archive, "MAX_TEXT", exact * 2)
    assert len(read_ledger(content.getvalue(), "a.xlsx")[0].rows) == 300

    monkeypatch.setattr(archive, "MAX_TEXT", exact // 2)
    with pytest.raises(BadFile, match="过大"):
        read_ledger(content.getvalue(), "a.xlsx")


def test_a_cut_or_scrambled_file_is_refused():
    content = a_workbook({"西安": [a_row()]})
    with pytest.raises(BadFile):
        read_ledger(content[: len(content) // 2], "a.xlsx")
    with pytest.raises(BadFile):
        read_ledger(changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml[:300]), "a.xlsx")


@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.csv"]))
@settings(max_examples=80)
def test_no_bytes_break_the_reader(content, name):
    try:
        read_ledger(content, name)
    except BadFile as refused:
        assert re.search(r"\w", str(refused))  # noqa: PT017 - both outcomes are right


def test_the_calendar_of_1904_is_noticed():
    content = changed(
        a_workbook({"西安": [a_row()]}),
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"'),
    )

    assert read_ledger(content, "a.xlsx")[0].date_1904
