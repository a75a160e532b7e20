"""Where the table begins and what each row is: titles, heads of one or two rows, blanks, subtotals, data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.text import squeeze
from workspace.ledger.columns import Field, cell_text, head_key, match_head
from workspace.ledger.reading import Cell, Sheet, Span

SEARCHED: Final = 30
_FEWEST_HEADS: Final = 3
_SUM_WORDS: Final = re.compile(r"^(?:本页|本月|本年|本店|分公司|全部)?(?:小计|合计|总计|共计|累计|汇总|平均)")
_BRANCH_TAIL: Final = re.compile(
    r"(?:\d{4}(?:年|-|—)?(?:\d{4})?年?)?(?:客户)?(?:台账|档案|登记表|明细表?|汇总表?|信息表?|资料|名单|表)?(?:[(].*[)])?$"
)
_NO_BRANCH: Final = re.compile(r"^(?:sheet|工作表|table|表)\d*$")


class RowKind(StrEnum):
    DATA = "data"
    BLANK = "blank"
    SUBTOTAL = "subtotal"
    HEAD = "head"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet understood: its heads, and every data row with its row number in the file."""

    sheet: Sheet
    title: str
    head_row: int
    heads: tuple[str, ...]
    data: tuple[tuple[int, list[Cell]], ...]
    skipped: tuple[tuple[int, RowKind], ...]

    @property
    def branch_hint(self) -> str:
        return branch_hint(self.sheet.name) or branch_hint(self.title)


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet, or None when no row looks like heads (a page of remarks)."""
    head = _head_row(sheet)
    if head is None:
        return None
    deep = _head_depth(sheet, head)
    heads = _heads(sheet, head, deep)
    name_column = next((i for i, text in enumerate(heads) if match_head(text)[0] is Field.NAME), None)
    data: list[tuple[int, list[Cell]]] = []
    skipped: list[tuple[int, RowKind]] = []
    for number, row in enumerate(sheet.rows[head + deep :], start=head + deep + 1):
        kind = row_kind(row, heads, name_column)
        if kind is RowKind.DATA:
            data.append((number, row))
        else:
            skipped.append((number, kind))
    return Table(sheet, _title(sheet, head), head + 1, heads, tuple(data), tuple(skipped))


def row_kind(row: Sequence[Cell], heads: Sequence[str], name_column: int | None) -> RowKind:
    """Blank, subtotal, repeated head, a remark across the sheet, or data."""
    texts = [cell_text(cell) for cell in row]
    filled = [index for index, text in enumerate(texts) if text]
    if not filled:
        return RowKind.BLANK
    if any(
        _SUM_WORDS.match(squeeze(texts[index])) for index in filled if index < _label_columns(name_column)
    ):
        return RowKind.SUBTOTAL
    same = sum(
        bool(text) and head_key(text) == head_key(head) for text, head in zip(texts, heads, strict=False)
    )
    if same >= max(2, len(filled) // 2):
        return RowKind.HEAD
    if len(filled) == 1 and filled[0] != name_column and not texts[filled[0]].isdigit():
        return RowKind.NOTE
    return RowKind.DATA


def branch_hint(name: str) -> str:
    """The branch a sheet or title speaks of: ``西安分公司客户台账(2023—2026)`` → 西安分公司; empty when of none."""
    bare = squeeze(name)
    found = re.match(r"^(.{1,20}?(?:分公司|门店|旗舰店|店))", bare)
    if found:
        return found.group(1)
    rest = _BRANCH_TAIL.sub("", bare)
    return "" if _NO_BRANCH.match(bare) or len(rest) < 2 or rest in {"说明", "客户", "全部", "总表"} else rest


def branch_key(name: str) -> str:
    """What branch names are compared by: 西安分公司, 西安 and 西安店 are one."""
    return re.sub(r"(?:分公司|公司|门店|旗舰店|店)$", "", squeeze(name))


def _label_columns(name_column: int | None) -> int:
    """Sum words stand in front of the figures: up to the name column and a little after it."""
    return (name_column or 0) + 3


def _head_row(sheet: Sheet) -> int | None:
    scores = [(_score(row), -index) for index, row in enumerate(sheet.rows[:SEARCHED])]
    best, index = max(scores, default=(0, 0))
    if best < _FEWEST_HEADS:
        return None
    return -index - 1 if _has_upper_heads(sheet, -index) else -index


def _has_upper_heads(sheet: Sheet, head: int) -> bool:
    """Whether the row above groups these heads (客户 | 收款 | 备注) rather than being a title over all of them."""
    if head == 0 or sum(bool(cell_text(cell)) for cell in sheet.rows[head - 1]) < 2:
        return False
    return any(first[0] == head - 1 and last != first for first, last in sheet.spans)


def _score(row: Sequence[Cell]) -> int:
    """How many different fields the row's texts name; a row without name and phone is no head."""
    fields = {match_head(cell)[0] for cell in row if isinstance(cell, str) and 0 < len(cell) <= 20}
    fields.discard(None)
    return len(fields) if fields & {Field.NAME, Field.PHONE} else 0


def _head_depth(sheet: Sheet, head: int) -> int:
    """Two when the row below continues the heads: only short texts, under merged or empty cells."""
    below = sheet.rows[head + 1] if head + 1 < len(sheet.rows) else []
    if not any(first[0] == head and last != first for first, last in sheet.spans):
        return 1
    texts = [cell_text(cell) for cell in below if cell_text(cell)]
    named = sum(match_head(text)[0] is not None for text in texts)
    only_words = all(isinstance(cell, str) and len(cell) <= 20 for cell in below)
    return 2 if texts and only_words and named * 2 >= len(texts) else 1


def _heads(sheet: Sheet, head: int, deep: int) -> tuple[str, ...]:
    width = max((len(row) for row in sheet.rows), default=0)
    upper = _spread([cell_text(cell) for cell in sheet.rows[head]], head, sheet.spans, width)
    if deep == 1:
        return tuple(upper)
    lower = [cell_text(cell) for cell in sheet.rows[head + 1]] + [""] * width
    return tuple(_joined(above, below) for above, below in zip(upper, lower, strict=False))


def _spread(texts: list[str], head: int, spans: Sequence[Span], width: int) -> list[str]:
    """A head merged over several columns stands over each of them."""
    spread = texts + [""] * (width - len(texts))
    for (top, left), (_bottom, right) in spans:
        if top == head:
            for column in range(left, min(right + 1, width)):
                spread[column] = spread[left]
    return spread


def _joined(above: str, below: str) -> str:
    """The lower head when it says enough by itself, else both: 收款 + 首期 → 首期; 联系 + 人 → 联系人."""
    if not below or not above:
        return below or above
    return below if match_head(below)[0] is not None else above + below


def _title(sheet: Sheet, head: int) -> str:
    texts = (cell_text(cell) for row in sheet.rows[:head] for cell in row)
    return next((text for text in texts if text), "")
