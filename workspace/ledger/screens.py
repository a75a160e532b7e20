"""What the import's pages show, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from crm.models import Customer
from projects.models import Project
from projects.phases import Phase
from tenancy.models import Member
from workspace.ledger.columns import LABELS, Column, Field
from workspace.ledger.layout import SheetLayout
from workspace.ledger.report import COUNTED
from workspace.models import ImportBatch, ImportRow
from workspace.models.imports import Outcome

PAGE: Final = 50
TONES: Final = {
    Outcome.CREATED: "g",
    Outcome.UPDATED: "b",
    Outcome.UNCHANGED: "o",
    Outcome.DUPLICATE: "v",
    Outcome.REJECTED: "r",
}
STEPS: Final = (gettext_lazy("上传"), gettext_lazy("核对"), gettext_lazy("预演"), gettext_lazy("导入"))
_REACHED: Final = {
    "layout": 1,
    "failed": 1,
    "rehearsing": 2,
    "rehearsed": 2,
    "applying": 3,
    "applied": 4,
    "stopped": 3,
}
PERSON: Final = "person"


@dataclass(frozen=True)
class ColumnChoice:
    """One column with its select: ``options`` are (value, label, chosen)."""

    column: Column
    options: list[tuple[str, Any, bool]]

    @property
    def name(self) -> str:
        return f"c{self.column.index}"


@dataclass(frozen=True)
class SheetCard:
    """One sheet as it is corrected on the page."""

    place: int
    layout: SheetLayout
    choices: list[ColumnChoice]
    is_open: bool
    error: str = ""


@dataclass(frozen=True)
class RowLine:
    row: ImportRow
    tone: str
    url: str


@dataclass(frozen=True)
class RowPage:
    """A page of rows with the links around it."""

    lines: list[RowLine]
    prev_url: str
    next_url: str


def steps(batch: ImportBatch) -> list[dict[str, Any]]:
    reached = _REACHED[batch.state]
    return [
        {"label": label, "state": "done" if place < reached else "now" if place == reached else ""}
        for place, label in enumerate(STEPS)
    ]


def sheet_cards(
    layouts: Sequence[SheetLayout], *, posted: Mapping[int, Mapping[int, str]] | None = None, error: str = ""
) -> list[SheetCard]:
    """``posted``: what somebody chose on one sheet and was refused; it stays as it was chosen."""
    return [
        SheetCard(
            place,
            layout,
            [_choice(column, (posted or {}).get(place, {})) for column in layout.columns],
            is_open=place in (posted or {}) or bool(layout.taken and (layout.missing or layout.unsure)),
            error=error if place in (posted or {}) else "",
        )
        for place, layout in enumerate(layouts)
    ]


def word_choices(words: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each stage word with the phases one may choose."""
    return [
        {
            "word": entry["word"],
            "rows": entry["rows"],
            "node": entry["stage"].node if entry["stage"] and entry["stage"].node != entry["word"] else "",
            "options": [
                (value, label, bool(entry["stage"] and entry["stage"].phase == value))
                for value, label in Phase.choices
            ],
        }
        for entry in words
    ]


def outcome_tabs(batch: ImportBatch, counted: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    """One tab for every outcome, and one for the rows that need a person."""
    url = reverse("workspace:import_rows", args=[batch.pk])
    tabs: list[tuple[str, Any, int]] = [("", _("全部"), counted["rows"])]
    tabs += [(outcome.value, outcome.label, counted[COUNTED[outcome]]) for outcome in Outcome]
    tabs += [(PERSON, _("需要人工"), counted["needs_person"])]
    return [
        {
            "url": f"{url}?{urlencode({'show': key})}" if key else url,
            "label": label,
            "number": number,
            "on": key == chosen,
        }
        for key, label, number in tabs
    ]


def row_page(
    batch: ImportBatch, member: Member, *, show: str, after: int | None, before: int | None
) -> RowPage:
    """Fifty rows in the order of the file."""
    found = _shown(batch, show)
    if before is not None:
        rows = list(found.filter(position__lt=before).order_by("-position")[: PAGE + 1])
        more_before, rows = len(rows) > PAGE, list(reversed(rows[:PAGE]))
        more_after = True
    else:
        rows = list(
            found.filter(position__gt=-1 if after is None else after).order_by("position")[: PAGE + 1]
        )
        more_after, rows = len(rows) > PAGE, rows[:PAGE]
        more_before = after is not None
    return RowPage(
        _lines(rows, member),
        _link(batch, show, before=rows[0].position) if rows and more_before else "",
        _link(batch, show, after=rows[-1].position) if rows and more_after else "",
    )


def _shown(batch: ImportBatch, show: str) -> QuerySet[ImportRow]:
    rows: QuerySet[ImportRow] = batch.rows.all()
    if show == PERSON:
        return rows.filter(needs_person=True)
    return rows.filter(outcome=show) if show in Outcome.values else rows


def _lines(rows: Sequence[ImportRow], member: Member) -> list[RowLine]:
    """Rows with the page of what they became, where this member may see it."""
    projects = Project.objects.visible_to(member).filter(
        pk__in=[row.project_id for row in rows if row.project_id]
    )
    numbers = dict(projects.values_list("pk", "number"))
    customers = Customer.objects.visible_to(member).filter(
        pk__in=[row.customer_id for row in rows if row.customer_id]
    )
    seen = set(customers.values_list("pk", flat=True))
    return [
        RowLine(row, TONES.get(Outcome(row.outcome), "") if row.outcome else "", _url(row, numbers, seen))
        for row in rows
    ]


def _url(row: ImportRow, numbers: Mapping[UUID, str], seen: set[UUID]) -> str:
    if row.project_id is not None and row.project_id in numbers:
        return reverse("projects:project", args=[numbers[row.project_id]])
    return reverse("workspace:customer", args=[row.customer_id]) if row.customer_id in seen else ""


def _link(batch: ImportBatch, show: str, **place: int) -> str:
    query = {**({"show": show} if show else {}), **place}
    return f"{reverse('workspace:import_rows', args=[batch.pk])}?{urlencode(query)}"


def _choice(column: Column, posted: Mapping[int, str]) -> ColumnChoice:
    chosen = posted.get(column.index, column.field.value if column.field else "")
    return ColumnChoice(column, [(name.value, LABELS[name], name.value == chosen) for name in Field])
