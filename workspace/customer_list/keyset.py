"""Pages by key: the next one begins after the last row of this one, however many rows were added meanwhile."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sort:
    """Rows in the order of ``column`` and then of their id, both the same way round."""

    key: str
    label: Any
    column: str
    descending: bool = False

    def order(self, rows: QuerySet, *, backwards: bool = False) -> QuerySet:
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(f"{sign}{self.column}", f"{sign}pk")

    def beyond(self, rows: QuerySet, mark: "Mark", *, backwards: bool) -> QuerySet:
        """The column is compared once plainly, so that the index is entered at the right place."""
        word = "lt" if self.descending != backwards else "gt"
        further = Q(**{f"{self.column}__{word}": mark.value}) | Q(**{f"pk__{word}": mark.pk})
        return rows.filter(further, **{f"{self.column}__{word}e": mark.value})


@dataclass(frozen=True)
class Mark:
    """The row a page begins beyond."""

    value: Any
    pk: UUID

    @classmethod
    def of(cls, row: Any, sort: Sort) -> "Mark":
        return cls(getattr(row, sort.column), row.pk)

    def written(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return urlsafe_b64encode(json.dumps([value, str(self.pk)]).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, sort: Sort) -> "Mark | None":
        """None for anything that was not written by us."""
        try:
            value, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if "\x00" in value:
                return None
            return cls(datetime.fromisoformat(value) if sort.column.endswith("_at") else str(value), UUID(pk))
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    before: str
    after: str


SORTS = {
    one.key: one
    for one in (
        Sort("name", _("姓名拼音"), "pinyin"),
        Sort("newest", _("最新建档"), "created_at", descending=True),
        Sort("contact", _("最近联系"), "last_contact_at", descending=True),
        Sort("silent", _("最久未联系"), "last_contact_at"),
    )
}


def page(rows: QuerySet, sort: Sort, *, after: str = "", before: str = "", size: int) -> Page:
    """One page and the marks of its neighbours; a mark nobody wrote begins at the first page."""
    back = Mark.read(before, sort) if before else None
    on = Mark.read(after, sort) if after and back is None else None
    if back is not None:
        found = list(sort.order(sort.beyond(rows, back, backwards=True), backwards=True)[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return _page(found, sort, has_before=more, has_after=True)
    if on is not None:
        rows = sort.beyond(rows, on, backwards=False)
    found = list(sort.order(rows)[: size + 1])
    return _page(found[:size], sort, has_before=on is not None, has_after=len(found) > size)


def _page(rows: list[Any], sort: Sort, *, has_before: bool, has_after: bool) -> Page:
    first = Mark.of(rows[0], sort).written() if rows and has_before else ""
    last = Mark.of(rows[-1], sort).written() if rows and has_after else ""
    return Page(rows, first, last)
