"""Small workbooks as firms keep them: title rows, disorder, subtotals."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

HEADS = [
    "序号", "客户姓名", "联系电话", "小区", "楼栋房号", "面积(㎡)", "装修方式", "客户来源", "介绍人", "设计师", "项目经理", "监理",
    "签单日期", "合同总额", "首期款", "二期款", "三期款", "尾款", "开工日期", "目前阶段", "竣工日期", "生日", "备注",
]  # fmt: skip


def a_row(**values: Any) -> list[Any]:
    """A complete row; name what differs by its head: ``a_row(客户姓名="武明萍", 目前阶段="在谈")``."""
    usual = {
        "序号": 1, "客户姓名": "武明萍", "联系电话": "13800138000", "小区": "书香雅苑", "楼栋房号": "10-3-2204",
        "面积(㎡)": 116, "装修方式": "半包", "客户来源": "电话", "设计师": "孙梦", "目前阶段": "在谈",
    }  # fmt: skip
    return [{**usual, **values}.get(head, "") for head in HEADS]


def a_workbook(sheets: dict[str, Sequence[Sequence[Any]]], *, heads: Sequence[str] = HEADS) -> bytes:
    """An .xlsx with title rows above the heads on every sheet, as bytes."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.append([f"{name}客户台账(2023—2026)"])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
        page.append(["制表:客服部", "", "", "", "更新:2026年11月20日"])
        page.append(list(heads))
        for row in rows:
            page.append(list(row))
        _keep_text(page)
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _keep_text(page: Any) -> None:
    """Text that begins with ``=`` stays text, as a cell typed as text holds it."""
    for row in page.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"
