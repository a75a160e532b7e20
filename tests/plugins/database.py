"""pytest plugin: one migrated template database, copied for every worker.

pytest-django would build only the aliases the collected tests name, and a mirrored alias can end at the real
database. So both aliases are pointed here at one database whose name begins with ``test_``; only the owner made it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connections
from django.test import TransactionTestCase
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from pytest_django import DjangoDbBlocker

from config.embedded import roles
from tests.plugins.cluster import CLUSTER, Cluster
from tests.plugins.emptying import Emptier

ALIASES = ("default", "owner")
ONE_AT_A_TIME = 7_190_312
SHAPES_THE_SCHEMA = ("*/migrations/*.py", "*/operations.py", "*/reference*.py", "**/seed_reference.py")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Takes the place of pytest-django's fixture of this name."""
    name = connections["owner"].creation._get_test_db_name()
    with django_db_blocker.unblock():
        _provide(request.config.stash[CLUSTER], name, keep=django_db_keepdb, rebuild=django_db_createdb)
        _point_at(name)
    emptier = Emptier(request.config.stash[CLUSTER].admin_dsn, name, _fill_with_reference_data)
    TransactionTestCase._fixture_teardown = lambda case: emptier.empty()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _provide(cluster: Cluster, name: str, *, keep: bool, rebuild: bool) -> None:
    """A fresh copy of the template; with ``--reuse-db`` the last one, as long as the schema is still the same."""
    with closing(psycopg2.connect(cluster.admin_dsn)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            template = _ensure_template(cursor, cluster, rebuild=rebuild)
            if keep and not rebuild and _remark(cursor, name) == template:
                return
            _drop(cursor, name)
            cursor.execute(_about("CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template, roles.OWNER))
            _set_remark(cursor, name, template)


def _ensure_template(cursor: Cursor, cluster: Cluster, *, rebuild: bool) -> str:
    template = f"test_template_{_fingerprint()}"
    if rebuild or _remark(cursor, template) != "ready":
        _drop(cursor, template)
        roles.ensure_database(cluster.admin_dsn, template, passwords=cluster.passwords())
        _point_at(template)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        _fill_with_reference_data()
        connections.close_all()
        _set_remark(cursor, template, "ready")
    return template


def _fill_with_reference_data() -> None:
    if "seed_reference" in get_commands():
        call_command("seed_reference", verbosity=0)


def _point_at(name: str) -> None:
    assert name.startswith("test_"), name
    for alias in ALIASES:
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _fingerprint() -> str:
    """Changes with anything that shapes an empty database."""
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    own = {path for pattern in SHAPES_THE_SCHEMA for path in root.glob(pattern)} | {Path(roles.__file__)}
    for path in sorted(own):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _drop(cursor: Cursor, name: str) -> None:
    cursor.execute(_about("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _remark(cursor: Cursor, name: str) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    row = cursor.fetchone()
    return row[0] if row else None


def _set_remark(cursor: Cursor, name: str, remark: str) -> None:
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(remark)))


def _about(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
