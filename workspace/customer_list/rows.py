"""The lines of the list. Drawn here, like ``core.ui.pieces``: fifty lines of ten cells are five hundred small templates,
and those took longer than everything else on the page together.
"""

from collections.abc import Callable, Sequence
from functools import partial

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import formats, pieces
from workspace.customer_list.columns import Column, Row

Cell = Callable[[Row], tuple[str, object]]
"""The classes of one ``<td>`` and what stands in it."""
NOBODY = "00000000-0000-0000-0000-000000000000"
NONE = SafeString(f'<span class="muted">{formats.NOTHING}</span>')
EMPTY = "m-hide"  # on a phone, where a line is a card, an empty cell is left out


def drawn(rows: Sequence[Row], columns: Sequence[Column], *, pick: bool) -> SafeString:
    """``pick``: with the box that ticks the line, for those who may change many customers at once."""
    cells = [(str(column.label), CELLS[column.key]) for column in columns]
    line = partial(_line, cells=cells, words=_Words(pick=pick))
    return format_html_join("", "{}", ((line(row),) for row in rows))


class _Words:
    """What every line says alike, looked up once."""

    def __init__(self, *, pick: bool) -> None:
        self.pick = pick
        self.choose, self.preview = _("选择%(name)s"), _("预览%(name)s")
        self.page = reverse("workspace:customer", args=[NOBODY])
        self.peek = reverse("workspace:customer_peek", args=[NOBODY])
        self.eye = pieces.icon("eye")


def _line(row: Row, cells: Sequence[tuple[str, Cell]], words: _Words) -> SafeString:
    customer, pk = row.customer, str(row.pk)
    return format_html(
        '<tr data-row>{}<td><a class="two" href="{}" data-main><span class="strong">{}</span><small>{}</small></a></td>'
        '{}<td class="r m-hide"><button class="btn btn--ghost btn--s btn--icon" type="button" data-peek hx-get="{}"'
        ' hx-target="#layer" aria-label="{}">{}</button></td></tr>',
        _box(customer.name, pk, words) if words.pick else "",
        words.page.replace(NOBODY, pk),
        customer.name,
        customer.get_source_display(),
        SafeString("".join(_cell(label, *draw(row)) for label, draw in cells)),
        words.peek.replace(NOBODY, pk),
        words.preview % {"name": customer.name},
        words.eye,
    )


def _box(name: str, pk: str, words: _Words) -> SafeString:
    return format_html(
        '<td class="m-hide"><input type="checkbox" name="pick" value="{}" data-pick aria-label="{}"></td>',
        pk,
        words.choose % {"name": name},
    )


def _cell(label: str, classes: str, content: object) -> str:
    opened = (
        f'<td data-label="{escape(label)}" class="{classes}">'
        if classes
        else f'<td data-label="{escape(label)}">'
    )
    return f"{opened}{_html(content)}</td>"


def _html(content: object) -> str:
    return content if isinstance(content, SafeString) else escape(content)


# --- cells ------------------------------------------------------------------------------------------------


def _phone(row: Row) -> tuple[str, object]:
    return "nw num", row.phone or formats.NOTHING


def _house(row: Row) -> tuple[str, object]:
    work = format_html("<small>{}</small>", row.work) if row.work else ""
    return "", format_html('<span class="two"><span>{}</span>{}</span>', row.house or formats.NOTHING, work)


def _stage(row: Row) -> tuple[str, object]:
    if row.project is None:
        return "", format_html('<span class="muted">{}</span>', _("未立项"))
    stage = row.stage
    steps = pieces.ministeps(row.step, row.steps, stage) if row.step else ""
    more = " · " + _("共 %(n)s 个项目") % {"n": row.project_count} if row.project_count > 1 else ""
    return "", format_html('<span class="two">{}<small>{}{}</small></span>', steps, stage, more)


def _people(row: Row) -> tuple[str, object]:
    people = [name or formats.NOTHING for name in row.people]
    if not people:
        return EMPTY, NONE
    return "", format_html('<span class="nw">{} <span class="muted">/</span> {}</span>', *people)


def _amount(row: Row) -> tuple[str, object]:
    fen = row.project.contract_fen if row.project else None
    shown = formats.money(fen) if row.project else NONE
    return ("r num" if fen else f"r num {EMPTY}"), shown


def _rating(row: Row) -> tuple[str, object]:
    if row.rating is None:
        return EMPTY, NONE
    return "", pieces.tag(f"{row.rating:.1f}", "r" if row.rating < 3 else "y" if row.rating < 4 else "g")


def _next(row: Row) -> tuple[str, object]:
    return ("nw", pieces.when(row.next_call)) if row.next_call else (f"nw {EMPTY}", NONE)


def _tags(row: Row) -> tuple[str, object]:
    return "", format_html_join(" ", "{}", ((pieces.tag(tag.name, tag.tone),) for tag in row.tags)) or NONE


def _adviser(row: Row) -> tuple[str, object]:
    return "", row.customer.adviser.name if row.customer.adviser else formats.NOTHING


def _branch(row: Row) -> tuple[str, object]:
    return "", row.customer.branch.name if row.customer.branch else formats.NOTHING


CELLS: dict[str, Cell] = {
    "phone": _phone,
    "house": _house,
    "stage": _stage,
    "people": _people,
    "amount": _amount,
    "rating": _rating,
    "next": _next,
    "adviser": _adviser,
    "branch": _branch,
    "tags": _tags,
    "importance": lambda row: ("", row.customer.get_importance_display()),
    "created": lambda row: ("nw", formats.short_date(row.customer.created_at)),
    "contact": lambda row: ("nw", pieces.when(row.customer.last_contact_at)),
}
