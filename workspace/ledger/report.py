"""What became of an import: counts that add up, and a workbook of the rows that need a person."""

from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.text import spreadsheet_text
from workspace.models import ImportBatch, ImportRow
from workspace.models.imports import Outcome

COUNTED: Final = {
    Outcome.CREATED: "created",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.DUPLICATE: "duplicates",
    Outcome.REJECTED: "rejected",
}


def counts(batch: ImportBatch) -> dict[str, int]:
    """Rows by outcome; they add up to ``rows``."""
    told = figures(batch)
    return {name: told[name] for name in ("rows", *COUNTED.values())}


def figures(batch: ImportBatch) -> dict[str, int]:
    """The counts, and beside them what was made and how many rows wait for a person: one query."""
    by_outcome = {name: Count("id", filter=Q(outcome=outcome)) for outcome, name in COUNTED.items()}
    told: dict[str, int] = batch.rows.aggregate(
        rows=Count("id"),
        customers_created=Count("id", filter=Q(new__contains="customer")),
        projects_created=Count("id", filter=Q(new__contains="project")),
        needs_person=Count("id", filter=Q(needs_person=True)),
        **by_outcome,
    )
    return told


def details(batch: ImportBatch) -> dict[str, Any]:
    """Everything the shell prints: figures, who waits to be confirmed, why rows need a person."""
    return {
        **figures(batch),
        "members_proposed": [person["name"] for person in batch.people],
        "branches_created": list(batch.branches),
        "sheets": dict(batch.rows.values_list("sheet").annotate(count=Count("id")).order_by("sheet")),
        "reasons": dict(reasons(batch).most_common(30)),
    }


def reasons(batch: ImportBatch) -> Counter[str]:
    """Sentences for a person, with names and numbers taken out, and how many rows each concerns."""
    told: Counter[str] = Counter()
    for sentences in batch.rows.filter(needs_person=True).values_list("sentences", flat=True):
        told.update({_general(sentence) for sentence in sentences})
    return told


def workbook(batch: ImportBatch) -> bytes:
    """Rows that need a person, as they stood in the ledger, with the reasons in front. Every cell is text."""
    content = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        rows = batch.rows.filter(needs_person=True).order_by("position")
        heads = _heads(rows.iterator(chunk_size=500))
        page = book.add_worksheet(_("需要人工处理"))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        page.freeze_panes(1, 0)
        page.set_column(0, 0, 14)
        page.set_column(2, 2, 10)
        page.set_column(3, 3, 60)
        for column, head in enumerate([_("工作表"), _("行号"), _("结果"), _("需要处理"), *heads]):
            page.write_string(0, column, spreadsheet_text(head), bold)
        for line, row in enumerate(rows.iterator(chunk_size=500), start=1):
            _write_row(page, line, row, heads, wrap)
    return content.getvalue()


def _write_row(page: Any, line: int, row: ImportRow, heads: list[str], wrap: Any) -> None:
    originals = row.data.get("originals", {})
    told = "\n".join(row.sentences)
    cells = [row.sheet, str(row.number), str(row.get_outcome_display()), told]
    for column, text in enumerate([*cells, *(originals.get(head, "") for head in heads)]):
        page.write_string(line, column, spreadsheet_text(text), wrap)


def _heads(rows: Iterable[ImportRow]) -> list[str]:
    """Every head of the ledger's sheets, in the order in which they first appear."""
    return list(dict.fromkeys(head for row in rows for head in row.data.get("originals", {})))


def _general(sentence: str) -> str:
    kept, depth = [], 0
    for char in sentence:
        depth += char == "“"
        if not depth or char == "“":
            kept.append(char)
        if char == "”":
            depth -= 1
            kept.append("…”")
    return "".join(kept)
