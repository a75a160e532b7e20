"""What was measured: a table for people, one line of JSON for machines, Markdown for docs/performance.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from bench.results import Result, number

GAP = "  "
WHOLE = {"statements", "more_statements", "rows", "rows_a_second"}


@dataclass(frozen=True)
class Column:
    head: str
    figure: str


COLUMNS = (
    Column("× floor", "ratio"),
    Column("best", "ratio_best"),
    Column("× own", "own_ratio"),
    Column("p50 ms", "p50_ms"),
    Column("p95 ms", "p95_ms"),
    Column("floor ms", "floor_ms"),
    Column("SQL", "statements"),
    Column("SQL ms", "sql_ms"),
    Column("KB sent", "sent_kb"),
    Column("KB raw", "raw_kb"),
    Column("web CPU ms", "web_ms"),
    Column("db CPU ms", "database_ms"),
    Column("MB", "memory_mb"),
)
OF_JOBS = (
    Column("× floor", "ratio"),
    Column("best", "ratio_best"),
    Column("× again", "again_ratio"),
    Column("ours s", "ours_s"),
    Column("floor s", "floor_s"),
    Column("rows", "rows"),
    Column("rows/s", "rows_a_second"),
    Column("CPU s", "cpu_s"),
    Column("MB", "memory_mb"),
)
OF_GROWTH = (
    Column("big ÷ small", "growth"),
    Column("p95 ÷ p95", "growth_p95"),
    Column("small ms", "small_ms"),
    Column("big ms", "p50_ms"),
    Column("big p95 ms", "p95_ms"),
    Column("SQL", "statements"),
    Column("more SQL", "more_statements"),
)


KINDS = (COLUMNS, OF_JOBS, OF_GROWTH)


def table(results: Sequence[Result], *, heading: str = "") -> str:
    """A grid for each kind of work; empty columns are left out. Every goal stands below, one a line."""
    grids = [
        _grid(some, columns)
        for columns in KINDS
        if (some := [one for one in results if kind(one) is columns])
    ]
    parts = [heading, *grids, goals(results)]
    return "\n\n".join(part for part in parts if part)


def by_kind(results: Sequence[Result]) -> list[tuple[tuple[Column, ...], list[Result]]]:
    sorted_ = [(columns, [result for result in results if kind(result) is columns]) for columns in KINDS]
    return [(columns, some) for columns, some in sorted_ if some]


def kind(result: Result) -> tuple[Column, ...]:
    """What its figures are told in."""
    if "growth" in result.figures:
        return OF_GROWTH
    return OF_JOBS if "ours_s" in result.figures else COLUMNS


def goals(results: Sequence[Result]) -> str:
    """Every goal with its mark, and what was skipped or broke down in its place."""
    width = max((len(result.english) for result in results), default=0)
    return "\n".join(
        f"{result.english:<{width}}{GAP}{words}" for result in results for words in _words(result)
    )


def json_line(results: Sequence[Result], about: Mapping[str, Any]) -> str:
    """One line; ``about`` says which world on which machine."""
    return json.dumps({**about, "results": [_as_data(result) for result in results]}, ensure_ascii=False)


def markdown(results: Sequence[Result], *, heading: str = "") -> str:
    """For the page of results: a table for each kind of work, a row a question, its goals in the last column."""
    tables = [_rows(some, columns) for columns, some in by_kind(results)]
    return "\n\n".join([*([heading] if heading else []), *tables])


def _rows(results: Sequence[Result], columns: Sequence[Column]) -> str:
    filled = _filled(results, columns)
    heads = ["question", *(column.head for column in filled), "goals"]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for result in results:
        cells = [result.english, *_cells(result, filled), " · ".join(_words(result))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _words(result: Result) -> list[str]:
    if result.skipped:
        return [f"– skipped: {result.skipped}"]
    if result.failed:
        return [f"✗ broke down: {result.failed}"]
    told = [check.words for check in result.checks] or ["no goal"]
    return [*told, *([f"({result.note})"] if result.note else [])]


def _as_data(result: Result) -> dict[str, Any]:
    checks = [
        {
            "figure": check.goal.figure,
            "most": check.goal.most,
            "stretch": check.goal.stretch,
            "value": check.value,
            "met": check.is_met,
        }
        for check in result.checks
    ]
    told = {"name": result.name, "label": result.label, "english": result.english}
    why = {"skipped": result.skipped, "failed": result.failed, "note": result.note}
    figures = {name: round(value, 3) for name, value in result.figures.items()}
    return {**told, "figures": figures, "goals": checks, **{name: text for name, text in why.items() if text}}


def _grid(results: Sequence[Result], columns: Sequence[Column]) -> str:
    """Names to the left, figures to the right."""
    shown = [result for result in results if result.figures]
    if not shown:
        return ""
    filled = _filled(shown, columns)
    rows = [["", *(column.head for column in filled)]]
    rows += [[result.english, *_cells(result, filled)] for result in shown]
    widths = [max(map(_width, cells)) for cells in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = row
    padded = [name + " " * (widths[0] - _width(name))]
    padded += [" " * (width - _width(cell)) + cell for cell, width in zip(figures, widths[1:], strict=True)]
    return GAP.join(padded).rstrip()


def _filled(results: Sequence[Result], columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if any(column.figure in result.figures for result in results)]


def _cells(result: Result, columns: Sequence[Column]) -> list[str]:
    return [_figure(result, column.figure) for column in columns]


def _figure(result: Result, name: str) -> str:
    value = result.figures.get(name)
    if value is None:
        return "–"
    return f"{value:.0f}" if name in WHOLE else number(value)


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
