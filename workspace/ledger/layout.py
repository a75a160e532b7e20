"""How a file was understood: which sheets are taken in, for which branch, and what each column holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from workspace.ledger.columns import Column, Field, cell_text, match_columns
from workspace.ledger.reading import Sheet
from workspace.ledger.rows import LedgerRow, Words, read_rows
from workspace.ledger.sheets import find_table

WANTED = (Field.NAME, Field.PHONE)
"""Without these two columns nobody in a sheet can be known again."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet as it will be read. ``why_not`` is the reason it was left out at first."""

    name: str
    rows: int = 0
    head_row: int = 0
    taken: bool = True
    why_not: str = ""
    branch: str = ""
    columns: tuple[Column, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def unsure(self) -> list[Column]:
        """Columns that hold something and mean nothing to us yet."""
        return [
            column
            for column in self.columns
            if column.field is None and column.samples and not column.remembered
        ]

    @property
    def missing(self) -> list[Field]:
        given = {column.field for column in self.columns}
        return [name for name in WANTED if name not in given]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "SheetLayout":
        columns = tuple(_column(column) for column in data.get("columns", ()))
        return cls(**{**data, "columns": columns})


def propose_layout(sheets: Sequence[Sheet], remembered: Mapping[str, str]) -> list[SheetLayout]:
    """Our reading of every sheet; pages without a table and hidden sheets are left out, with the reason."""
    return [_propose(sheet, remembered) for sheet in sheets]


def with_corrections(layout: SheetLayout, fields: Mapping[int, str]) -> SheetLayout:
    """The layout with columns as a person says they are. A field said twice goes to the last column named."""
    said = {index: Field(name) if name else None for index, name in fields.items()}
    taken = {name for name in said.values() if name}
    columns = tuple(
        replace(column, field=said[column.index], confidence=100)
        if column.index in said
        else replace(column, field=None)
        if column.field in taken
        else column
        for column in layout.columns
    )
    return replace(layout, columns=columns)


def with_words(layout: SheetLayout, sheet: Sheet) -> SheetLayout:
    """The layout with the stage words its sheet uses, and how often."""
    column = next((column for column in layout.columns if column.field is Field.STAGE), None)
    table = find_table(sheet)
    if column is None or table is None:
        return replace(layout, words={})
    cells = (row[column.index] for _number, row in table.data if column.index < len(row))
    return replace(layout, words=dict(Counter(text for cell in cells if (text := cell_text(cell))[:30])))


def rows_of(
    sheets: Sequence[Sheet], layouts: Sequence[SheetLayout], *, today: date, words: Words
) -> list[LedgerRow]:
    """Every data row of the sheets taken in, in the order of the file."""
    rows: list[LedgerRow] = []
    for sheet, layout in zip(sheets, layouts, strict=True):
        table = find_table(sheet) if layout.taken else None
        if table is None:
            continue
        rows.extend(
            read_rows(
                table.data,
                layout.columns,
                sheet=sheet.name,
                branch=layout.branch,
                today=today,
                words=words,
                date_1904=sheet.date_1904,
            )
        )
    return rows


def _propose(sheet: Sheet, remembered: Mapping[str, str]) -> SheetLayout:
    table = find_table(sheet)
    if table is None:
        return SheetLayout(sheet.name, taken=False, why_not=_("没有找到表头，按说明页处理"))
    columns = match_columns(table.heads, [row for _number, row in table.data], remembered)
    skipped: dict[str, int] = {}
    for _number, kind in table.skipped:
        skipped[kind.value] = skipped.get(kind.value, 0) + 1
    layout = SheetLayout(
        sheet.name,
        rows=len(table.data),
        head_row=table.head_row,
        branch=table.branch_hint,
        columns=tuple(column for column in columns if column.head or column.samples),
        skipped=skipped,
    )
    return with_words(replace(layout, **_doubt(sheet, layout)), sheet)


def _doubt(sheet: Sheet, layout: SheetLayout) -> dict[str, Any]:
    if not sheet.visible:
        return {"taken": False, "why_not": _("工作表是隐藏的")}
    if not layout.rows:
        return {"taken": False, "why_not": _("没有数据行")}
    return {}


def _column(data: Mapping[str, Any]) -> Column:
    name = data.get("field")
    return Column(
        **{**data, "field": Field(name) if name else None, "samples": tuple(data.get("samples", ()))}
    )
