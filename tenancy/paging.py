"""Pages by key: stable while rows are added, never a COUNT. Plain lists of names, and lists with the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

SIZE = 25


@dataclass(frozen=True)
class Page:
    """``prev_url`` leads to the first page: backwards one goes with the browser."""

    rows: list[Any]
    prev_url: str
    next_url: str


def by_name(rows: QuerySet, request: HttpRequest, *, size: int = SIZE) -> Page:
    """In the order of ``name``; the key of the last row is in ``after``."""
    name, pk = _split(request.GET.get("after", ""))
    if pk:
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    found = list(rows.order_by("name", "pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _page(request, found[:size], f"{last.pk}|{last.name}" if last else "", is_first=pk is None)


def newest_first(rows: QuerySet, request: HttpRequest, *, size: int = SIZE) -> Page:
    """In the order of ``-at``."""
    at, pk = _split(request.GET.get("after", ""))
    moment = _moment(at)
    if pk and moment:
        rows = rows.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=pk))
    found = list(rows.order_by("-at", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return _page(
        request, found[:size], f"{last.pk}|{last.at.isoformat()}" if last else "", is_first=pk is None
    )


def _split(after: str) -> tuple[str, UUID | None]:
    """A key somebody wrote by hand is the first page."""
    text, _bar, rest = after.partition("|")
    try:
        return rest.replace("\x00", ""), UUID(text)
    except ValueError:
        return "", None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _page(request: HttpRequest, rows: list[Any], after: str, *, is_first: bool) -> Page:
    return Page(rows, "" if is_first else _url(request, ""), _url(request, after) if after else "")


def _url(request: HttpRequest, after: str) -> str:
    query: QueryDict = request.GET.copy()
    query.pop("after", None)
    if after:
        query["after"] = after
    return f"{request.path}?{query.urlencode()}" if query else request.path
