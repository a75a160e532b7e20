"""The cluster writes carelessly while a world is made, and carefully again while it is measured."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from bench.world.place import Place

CARELESS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
}


@contextmanager
def careless(place: Place) -> Iterator[None]:
    """A crash of the machine meanwhile may cost the cluster of the bench. A real server is left as it is."""
    if not place.is_embedded:
        yield
        return
    _alter(place, [f"SET {name} = '{value}'" for name, value in CARELESS.items()])
    try:
        yield
    finally:
        _alter(place, [f"RESET {name}" for name in CARELESS])
        os.sync()  # what was written without fsync


def _alter(place: Place, changes: list[str]) -> None:
    with closing(place.connect_as_superuser()) as server, server.cursor() as cursor:
        for change in changes:
            cursor.execute(f"ALTER SYSTEM {change}")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("CHECKPOINT")
