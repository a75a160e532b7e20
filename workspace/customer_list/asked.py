"""The query string of the list, read once: which rows, in which order, with which columns."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from crm import search
from crm.models import Customer
from tenancy.models import Member
from workspace.customer_list.columns import COLUMNS, DEFAULT, Column
from workspace.customer_list.filters import BY_KEY, FILTERS, is_sound
from workspace.customer_list.keyset import SORTS, Sort

SIZES = (20, 50, 100)
LONGEST_SEARCH = 60


@dataclass(frozen=True)
class Asked:
    """``filters``: sound values by key, in the order of ``FILTERS``."""

    q: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = "name"
    size: int = SIZES[0]
    cols: tuple[str, ...] = ()
    view: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, given: QueryDict) -> "Asked":
        size = given.get("size", "")
        return cls(
            q=given.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            filters={
                one.key: str(given[one.key]) for one in FILTERS if is_sound(one.key, given.get(one.key, ""))
            },
            sort=given.get("sort", "") if given.get("sort", "") in SORTS else "name",
            size=int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0],
            cols=tuple(key for key in ",".join(given.getlist("cols")).split(",") if key in COLUMNS),
            view=given.get("view", "")[:40],
            after=given.get("after", ""),
            before=given.get("before", ""),
        )

    @classmethod
    def read_text(cls, query: str) -> "Asked":
        return cls.read(QueryDict(query))

    def rows(self, member: Member) -> QuerySet:
        """The customers asked for, in no order yet."""
        rows = Customer.objects.visible_to(member)
        if self.q:
            rows = search.customers(rows, self.q)
        for key, value in self.filters.items():
            rows = BY_KEY[key].cut(rows, value, member)
        return rows

    @property
    def order(self) -> Sort:
        return SORTS[self.sort]

    @property
    def columns(self) -> list[Column]:
        return [COLUMNS[key] for key in (self.cols or DEFAULT)]

    def query(self, **changes: Any) -> str:
        """The query string with these values; empty ones are left out, and the page begins anew."""
        own = {
            "view": self.view,
            "q": self.q,
            **self.filters,
            "sort": self.sort if self.sort != "name" else "",
            "size": self.size if self.size != SIZES[0] else "",
            "cols": ",".join(self.cols),
        }
        return urlencode({key: value for key, value in (own | changes).items() if value not in ("", None)})

    def url(self, **changes: Any) -> str:
        query = self.query(**changes)
        address = reverse("workspace:customers")
        return f"{address}?{query}" if query else address

    def cuts_like(self, other: "Asked") -> bool:
        """Whether both show the same rows."""
        return (self.q, self.filters) == (other.q, other.filters)
