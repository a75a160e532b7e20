"""What a finished world says about itself, kept in its own database."""

import json
from contextlib import closing
from typing import Any

import psycopg2

from bench.world.place import Place


def read(place: Place) -> dict[str, Any] | None:
    """None while the world is not finished, or not there at all."""
    try:
        with closing(place.connect(as_owner=True)) as server, server.cursor() as cursor:
            cursor.execute("SELECT to_regclass('bench_world')")
            if cursor.fetchone() == (None,):
                return None
            cursor.execute("SELECT told FROM bench_world")
            row = cursor.fetchone()
    except psycopg2.OperationalError:  # the database is not there yet
        return None
    return row[0] if row else None


def write(owner: Any, told: dict[str, Any]) -> None:
    """The last act of making a world; ``owner``: a cursor of whoever owns the tables."""
    owner.execute("CREATE TABLE bench_world (told jsonb NOT NULL)")
    owner.execute("INSERT INTO bench_world VALUES (%s)", [json.dumps(told, ensure_ascii=False)])


def note_schema(place: Place, schema: dict[str, str]) -> None:
    """Newer migrations have been applied to a finished world."""
    with closing(place.connect(as_owner=True)) as server, server, server.cursor() as cursor:
        cursor.execute("UPDATE bench_world SET told = jsonb_set(told, '{schema}', %s)", [json.dumps(schema)])
