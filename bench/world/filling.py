"""Fill one firm, chapter by chapter."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.db import connection

from bench.world import calls, customers, messages, projects, tokens, trail
from bench.world.filled import Filling
from bench.world.founding import Staff
from bench.world.shape import FirmShape
from tenancy.audit.actor import Actor, acting
from tenancy.scoping import current_firm_id, firm_scope

Chapters = Mapping[str, Callable[[Filling], None]]
BASIS: Final[Chapters] = {"customers": customers.write, "projects": projects.write}
HISTORY: Final[Chapters] = {
    "messages": messages.write,
    "tokens": tokens.write,
    "calls": calls.write,
    "trail": trail.write,
}
"""They read the basis and nothing of each other: each may have a transaction and a processor of its own."""
FOR_MANY_ROWS: Final = (
    "statement_timeout = 0",
    "synchronous_commit = off",
    "enable_nestloop = off",  # tables filled a moment ago have no statistics yet
    "jit = off",
    "work_mem = '256MB'",
)


BENCH: Final = Actor(label="bench", door="shell")


def begin(shape: FirmShape, staff: Staff, *, today: date, seed: int = 1, names: int = 20_000) -> Filling:
    """What the product's own actions write: before the tables are bare, for those look up what is there."""
    filling = Filling(current_firm_id(), shape, staff, today, seed=seed, names=names)
    with acting(BENCH):
        customers.write_estates(filling)
    return filling


def fill(filling: Filling, chapters: Chapters, *, say: Callable[[str], None]) -> None:
    """Rows that a firm of this shape has gathered in six years, in one transaction in the firm's scope."""
    with firm_scope(filling.firm_id), connection.cursor() as cursor, acting(BENCH):
        for setting in FOR_MANY_ROWS:
            cursor.execute(f"SET LOCAL {setting}")
        for name, write in chapters.items():
            say(f"{filling.shape.code} {name}")
            write(filling)
