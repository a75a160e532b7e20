"""Empties a worker's database after every test that committed, as the superuser: no other role may."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")
REFERENCE_TABLE = "workflow_calendarday"
"""Thousands of days, the same for every firm: filled again only after a test that touched them."""


class Emptier:
    """Deletes the few rows a test left: a TRUNCATE would make every table and index anew, written or not.

    On a connection of its own: a test that did not ask for the alias `owner` has it locked.
    """

    def __init__(self, dsn: str, database: str, fill_reference_table: Callable[[], None]) -> None:
        self._dsn, self._database = dsn, database
        self._fill = fill_reference_table
        with self._superuser() as cursor:
            self._reference = _state_of_reference(cursor)

    def empty(self) -> None:
        with self._superuser() as cursor:
            tables = _tables(cursor)
            _wait_for_everybody(cursor, tables)
            is_touched = _state_of_reference(cursor) != self._reference
            for table in _written(cursor, tables if is_touched else tables - {REFERENCE_TABLE}):
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            _restart_sequences(cursor)
        if is_touched:
            self._fill()
            with self._superuser() as cursor:
                self._reference = _state_of_reference(cursor)

    @contextmanager
    def _superuser(self) -> Iterator[Cursor]:
        with closing(psycopg2.connect(self._dsn, dbname=self._database)) as own, own, own.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no foreign key is in the way
            yield cursor


def _tables(cursor: Cursor) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name for (name,) in cursor.fetchall()} - set(KEPT_TABLES)


def _wait_for_everybody(cursor: Cursor, tables: set[str]) -> None:
    """A thread or server that the test has left may still be writing."""
    names = sql.SQL(", ").join(map(sql.Identifier, sorted(tables)))
    cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))


def _written(cursor: Cursor, tables: set[str]) -> list[str]:
    """Tables that have ever held a row, also one that was rolled back."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relname = ANY(%s) AND pg_relation_size(oid) > 0",
        [list(tables)],
    )
    return [name for (name,) in cursor.fetchall()]


def _restart_sequences(cursor: Cursor) -> None:
    cursor.execute(
        "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL AND sequencename <> ALL(%s)",
        [[f"{table}_id_seq" for table in KEPT_TABLES]],
    )


def _state_of_reference(cursor: Cursor) -> tuple[Any, ...]:
    """Changes with every row that is written or deleted."""
    table = sql.Identifier(REFERENCE_TABLE)
    cursor.execute(sql.SQL("SELECT count(*), max(xmin::text::bigint) FROM {}").format(table))
    row = cursor.fetchone()
    assert row, REFERENCE_TABLE
    return row
