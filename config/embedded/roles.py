"""The database, its roles and its extensions; safe to repeat, run by the superuser only.

``crm_owner`` owns the database and migrates; ``crm_app`` (web, worker) owns nothing and cannot step
around row security; ``crm_backup`` reads everything and writes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection, cursor as Cursor

OWNER, APP, BACKUP = "crm_owner", "crm_app", "crm_backup"
ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}
EXTENSIONS = ("btree_gist", "pg_trgm", "pg_stat_statements")
ONE_AT_A_TIME = 7_190_311  # advisory lock: two processes may bootstrap the same server at the same moment


def ensure_database(dsn: str, name: str = "crm", *, passwords: dict[str, str] | None = None) -> None:
    """Roles, database, extensions and grants as the product expects them, whatever was there before."""
    with _autocommit(dsn) as server:
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            _ensure_roles(cursor, passwords or {})
            _ensure_exists(cursor, name)
        with _autocommit(dsn, database=name) as database, database.cursor() as cursor:
            _ensure_extensions(cursor)
            _ensure_grants(cursor, name)


@contextmanager
def _autocommit(dsn: str, *, database: str | None = None) -> Iterator[Connection]:
    connection = psycopg2.connect(dsn, **({"dbname": database} if database else {}))
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def _ensure_roles(cursor: Cursor, passwords: dict[str, str]) -> None:
    for role, attributes in ATTRIBUTES.items():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(sql.SQL(f"{verb} ROLE {{}} {attributes}").format(sql.Identifier(role)))
        if password := passwords.get(role):
            change = sql.SQL("ALTER ROLE {} PASSWORD {}")
            cursor.execute(change.format(sql.Identifier(role), sql.Literal(password)))
    cursor.execute(f"GRANT pg_read_all_data TO {BACKUP}")
    cursor.execute(f"ALTER ROLE {BACKUP} SET default_transaction_read_only = on")


def _ensure_exists(cursor: Cursor, name: str) -> None:
    """An existing database keeps its locale; the system check `config.E001` complains where it is not C.UTF-8."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if cursor.fetchone():
        cursor.execute(sql.SQL(f"ALTER DATABASE {{}} OWNER TO {OWNER}").format(sql.Identifier(name)))
        return
    cursor.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.SQL(_locale_clause(cursor))
        )
    )


def _locale_clause(cursor: Cursor) -> str:
    if cursor.connection.server_version < 170_000:
        return "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    return "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"


def _ensure_extensions(cursor: Cursor) -> None:
    for extension in EXTENSIONS:
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


def _ensure_grants(cursor: Cursor, name: str) -> None:
    """Firm tables get their grants from their migration; the default is for the few global and local ones."""
    database = sql.Identifier(name)
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    cursor.execute(sql.SQL(f"GRANT CONNECT ON DATABASE {{}} TO {APP}, {BACKUP}").format(database))
    cursor.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}")
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT"
    cursor.execute(f"{defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}")
    cursor.execute(f"{defaults} USAGE, SELECT ON SEQUENCES TO {APP}")
