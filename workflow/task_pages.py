"""Pages of tasks by key: the next page starts after the last row of this one, whatever was added meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce

from workflow.models import StaffTask

SIZE: Final = 25
NO_DEADLINE: Final = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Page:
    """``next_key`` is empty on the last page."""

    rows: list[StaffTask]
    next_key: str


def page_of(rows: Any, after: str, *, newest: bool) -> Page:
    """Open tasks by deadline (those without one last), done ones the latest first."""
    moment = F("done_at") if newest else Coalesce("due_at", Value(NO_DEADLINE, output_field=DateTimeField()))
    rows = rows.annotate(key=moment)
    if (start := _read(after)) is not None:
        at, pk = start
        beyond = Q(key__lt=at) | Q(key=at, pk__lt=pk) if newest else Q(key__gt=at) | Q(key=at, pk__gt=pk)
        rows = rows.filter(beyond)
    found = list(rows.order_by(*(("-key", "-pk") if newest else ("key", "pk")))[: SIZE + 1])
    kept = found[:SIZE]
    return Page(kept, f"{kept[-1].key.isoformat()}_{kept[-1].pk}" if len(found) > SIZE else "")


def _read(after: str) -> tuple[datetime, UUID] | None:
    """A key somebody wrote by hand that cannot be read means the first page."""
    try:
        at, pk = after.split("_")
        moment = datetime.fromisoformat(at)
        return (moment, UUID(pk)) if moment.tzinfo else None
    except ValueError:
        return None
