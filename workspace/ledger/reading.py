"""Sheets of cells out of an uploaded .xlsx or .csv; refuses everything else with a sentence."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Final

import python_calamine
from django.utils.translation import gettext as _

from workspace.ledger.archive import MAX_COLUMNS, MAX_ROWS, BadFile, inspect

MAX_FILE: Final = 20 * 1024 * 1024
MAX_SHEETS: Final = 60
MAX_CELL: Final = 4_000
_HEAD_ROWS: Final = 30
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

Cell = str | int | float | bool | date | datetime | time | timedelta
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as it stands in the file; ``rows[0]`` is row 1. ``spans`` are merged cells near the top."""

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    spans: tuple[Span, ...] = ()
    date_1904: bool = False


def read_ledger(content: bytes, filename: str) -> list[Sheet]:
    """Every sheet of the file, cells typed as the file types them; formulas appear as their last result."""
    if not content:
        raise BadFile(_("文件是空的，请检查后重新上传"))
    if len(content) > MAX_FILE:
        raise BadFile(_("文件超过 %(size)d MB，请拆成几个文件后上传") % {"size": MAX_FILE // 1024 // 1024})
    suffix = PurePath(filename).suffix.casefold()
    if content.startswith(_OLD_EXCEL):
        raise BadFile(_("这是旧版或加密的 Excel 文件，请去掉密码并另存为 .xlsx 后上传"))
    if suffix == ".xlsx":
        return _read_xlsx(content)
    if suffix in {".csv", ".txt"}:
        return [_read_csv(content, PurePath(filename).stem)]
    if suffix in {".xlsm", ".xlsb", ".xls"}:
        raise BadFile(_("请在 Excel 里另存为 .xlsx（不含宏）后上传"))
    raise BadFile(_("只能上传 .xlsx 或 .csv 文件"))


def _read_xlsx(content: bytes) -> list[Sheet]:
    archive = inspect(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        described = [
            meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        _check_number_of_sheets(len(described))
        return [_sheet(book, meta, date_1904=archive.date_1904) for meta in described]
    except BadFile:
        raise
    except BaseException as error:
        if not _is_readers_fault(error):
            raise
        raise BadFile(_("文件已损坏或不是 Excel 文件，请重新另存为 .xlsx 后上传")) from error


def _check_number_of_sheets(count: int) -> None:
    if count > MAX_SHEETS:
        raise BadFile(_("工作表太多，请只保留台账所在的工作表"))


def _is_readers_fault(error: BaseException) -> bool:
    """The reader is Rust: on some broken files it panics, and a panic is no ordinary ``Exception``."""
    known = isinstance(error, python_calamine.CalamineError | OSError | ValueError)
    return known or type(error).__name__ == "PanicException"


def _sheet(
    book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, *, date_1904: bool
) -> Sheet:
    table = book.get_sheet_by_name(meta.name)
    visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
    spans = tuple(span for span in table.merged_cell_ranges or () if span[0][0] < _HEAD_ROWS)
    rows = [_cut(row) for row in table.to_python(skip_empty_area=False)] if table.height else []
    return Sheet(meta.name, rows, visible, spans, date_1904)


def _cut(row: list[Cell]) -> list[Cell]:
    return [cell[:MAX_CELL] if isinstance(cell, str) else cell for cell in row]


def _read_csv(content: bytes, name: str) -> Sheet:
    text = _decoded(content)
    if "\x00" in text:
        raise BadFile(_("这不是文本表格，请上传 .xlsx 或 .csv 文件"))
    try:
        rows = [_csv_row(row) for row in csv.reader(StringIO(text), delimiter=_delimiter(text))]
    except csv.Error as error:
        raise BadFile(_("CSV 文件无法读取，请另存为 .xlsx 后上传")) from error
    if len(rows) > MAX_ROWS:
        raise BadFile(_("工作表超过 %(rows)d 行，请拆成几个文件后上传") % {"rows": MAX_ROWS})
    return Sheet(name, rows)


def _csv_row(row: list[str]) -> list[Cell]:
    if len(row) > MAX_COLUMNS:
        raise BadFile(_("工作表超过 %(columns)d 列，请删去多余的列后上传") % {"columns": MAX_COLUMNS})
    return [cell[:MAX_CELL] for cell in row]


def _decoded(content: bytes) -> str:
    """UTF-8 where it is valid, else the mainland's GB18030; what is neither is refused."""
    if content.startswith(_UTF16):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(_("文字编码无法识别，请另存为 UTF-8 的 CSV 或 .xlsx 后上传"))


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon is most frequent in the first lines."""
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=head.count)
