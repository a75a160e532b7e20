"""Bare tables are filled quickly and end as if they had never been bare."""

import re
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from bench.world.bare import ONLY_WRITTEN, READ, bare_tables
from tests.plugins.database import CLUSTER

CATALOGUE = """
    SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated, condeferrable, condeferred
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisunique, indisprimary
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
"""
ORPHAN = """
    INSERT INTO tenancy_searchtoken (firm_id, id, kind, subject_id, field, token)
    VALUES (%s, gen_random_uuid(), 'customer', %s, 'name', '王')
"""
CASTS = re.compile(r"::(text|character varying)(\[\])?|[() ]")
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def superuser(request, db):
    """On the same database and taken back: changes of tables are a part of the transaction."""
    dsn = request.config.stash[CLUSTER].admin_dsn
    with (
        closing(psycopg2.connect(dsn, dbname=connection.settings_dict["NAME"])) as server,
        server.cursor() as cursor,
    ):
        yield cursor
        server.rollback()


def catalogue(cursor):
    """Each definition without its casts and brackets: PostgreSQL, told ``a::text[]`` again, says it of each item."""
    cursor.execute(CATALOGUE)
    return {(table, name, CASTS.sub("", told), *kind) for table, name, told, *kind in cursor.fetchall()}


def test_indexes_and_keys_are_away_for_a_while_and_then_as_the_migrations_made_them(superuser):
    migrated = catalogue(superuser)
    with bare_tables(superuser):
        bare = catalogue(superuser)
    filled = {model._meta.db_table for model in (*READ, *ONLY_WRITTEN)}
    assert {table for table, *_told in migrated - bare} >= filled
    assert not [
        name for _table, name, told, *_kind in bare if told.startswith("FOREIGNKEY") and _table in filled
    ]
    assert catalogue(superuser) == migrated


def test_a_row_of_no_firm_is_refused_in_the_end(superuser):
    with pytest.raises(psycopg2.errors.ForeignKeyViolation), bare_tables(superuser):
        superuser.execute(ORPHAN, [0, NOBODY])


def test_so_is_a_row_that_is_there_twice(superuser, db):
    superuser.execute(
        "INSERT INTO tenancy_firm (code, name, state, created_at) VALUES ('bare', 'bare', 'active', now()) RETURNING id"
    )
    (firm_id,) = superuser.fetchone()
    with pytest.raises(psycopg2.errors.UniqueViolation), bare_tables(superuser):
        for _time in range(2):
            superuser.execute(ORPHAN, [firm_id, NOBODY])
