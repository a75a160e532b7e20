"""Numbers people read aloud: JC-2026-0817. A counter row per firm, kind and year."""

from django.db import connection
from django.utils import timezone

from tenancy.models.base import uuid7
from tenancy.scoping import current_firm_id

_TAKE = """
    INSERT INTO tenancy_counter AS c (firm_id, id, kind, year, last) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (firm_id, kind, year) DO UPDATE SET last = c.last + excluded.last
    RETURNING last
"""


def next_number(kind: str, *, prefix: str, width: int = 4) -> str:
    """``next_number("project", prefix="JC")`` → ``JC-2026-0001``. Locks the counter until commit: call it last."""
    return reserve(kind, 1, prefix=prefix, width=width)[0]


def reserve(kind: str, count: int, *, prefix: str, width: int = 4) -> list[str]:
    """A run of numbers for an import; what is not used stays a gap."""
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [current_firm_id(), uuid7(), kind, year, count])
        last = cursor.fetchone()[0]
    return [f"{prefix}-{year}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]
