"""Fill one firm, chapter by chapter, in one transaction."""

from collections.abc import Callable
from datetime import date
from typing import Final

from django.db import connection

from bench.world import calls, customers, messages, projects, tokens, trail
from bench.world.filled import Filling
from bench.world.founding import Staff
from bench.world.shape import FirmShape
from tenancy.audit.actor import Actor, acting
from tenancy.scoping import current_firm_id

CHAPTERS: Final[dict[str, Callable[[Filling], None]]] = {
    "customers": customers.write,
    "projects": projects.write,
    "tokens": tokens.write,
    "calls": calls.write,
    "messages": messages.write,
    "trail": trail.write,
}
FOR_MANY_ROWS: Final = (
    "statement_timeout = 0",
    "synchronous_commit = off",
    "enable_nestloop = off",  # tables filled a moment ago have no statistics yet
    "jit = off",
    "work_mem = '256MB'",
)


def fill(
    shape: FirmShape,
    staff: Staff,
    *,
    today: date,
    seed: int = 1,
    names: int = 20_000,
    say: Callable[[str], None] = lambda _chapter: None,
) -> Filling:
    """Everything a firm of this shape has gathered in six years, inside the firm's scope."""
    filling = Filling(current_firm_id(), shape, staff, today, seed=seed, names=names)
    with connection.cursor() as cursor:
        for setting in FOR_MANY_ROWS:
            cursor.execute(f"SET LOCAL {setting}")
    with acting(Actor(label="bench", door="shell")):
        for name, write in CHAPTERS.items():
            say(name)
            write(filling)
    return filling
