"""The empty database of a world: migrated once for each state of the migrations, kept as a template, and copied."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import Any

from psycopg2 import sql

from bench.world.place import PREFIX, Place, refuse_strange_name
from bench.world.shape import ROOT, SHAPES_A_SCHEMA, digest_of
from config.embedded import roles

READY = "ready"


def make_empty(place: Place) -> None:
    """A fresh database with every table; one of a real server is never dropped, only refused when somebody is in it."""
    if not place.is_embedded:
        place.refuse_inhabited()
        migrate(place)
        return
    refuse_strange_name(place.database)
    with closing(place.connect_as_superuser()) as server, server.cursor() as cursor:
        template = _template(cursor, place)
        _drop(cursor, place.database)
        _execute(cursor, f"CREATE DATABASE {{}} TEMPLATE {{}} OWNER {roles.OWNER}", place.database, template)
    roles.ensure_database(place.superuser, place.database)


def _template(cursor: Any, place: Place) -> str:
    """Migrations take most of a minute. A template without its remark was left half done."""
    name = f"{PREFIX}_template_{digest_of(SHAPES_A_SCHEMA)[:12]}"
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s",
        [f"{PREFIX}\\_template\\_%"],
    )
    found = dict(cursor.fetchall())
    if found.get(name) == READY:
        return name
    for outdated in found:
        _drop(cursor, outdated)
    roles.ensure_database(place.superuser, name)
    migrate(replace(place, database=name, app_url=f"postgres://{roles.APP}@/{name}",
                     owner_url=f"postgres://{roles.OWNER}@/{name}"))  # fmt: skip
    _execute(cursor, f"COMMENT ON DATABASE {{}} IS '{READY}'", name)
    return name


def migrate(place: Place) -> None:
    command = [sys.executable, "-m", "django", "migrate", "--database=owner", "--no-input", "-v0"]
    subprocess.run(command, check=True, cwd=ROOT, env=place.environment())  # noqa: S603 - a fixed command


def _drop(cursor: Any, database: str) -> None:
    _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", refuse_strange_name(database))


def _execute(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
