"""pytest plugin: a throw-away PostgreSQL for this run, unless TEST_DATABASE_URL names a server kept for tests.

All xdist workers share it; the last one out stops it and, without ``--reuse-db``, removes it.
"""

import atexit
import os
import shutil
from urllib.parse import urlsplit

import pytest

from config.embedded import roles
from config.embedded.postgres import EmbeddedPostgres
from config.embedded.state import passable_folder, state_folder_of_tests

REAL_SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "CACHE_URL")


class ThrowAway(EmbeddedPostgres):
    """Leaves nothing behind unless asked to."""

    keep = False

    def shut_down(self) -> None:
        super().shut_down()
        if not self.keep:
            shutil.rmtree(self.data, ignore_errors=True)


class Cluster:
    """The server of this run, and how its superuser reaches it."""

    def __init__(self) -> None:
        for name in REAL_SERVERS:  # a test must not find a real database
            os.environ.pop(name, None)
        self.own: ThrowAway | None = None
        named = os.environ.get("TEST_DATABASE_URL", "")
        self.admin_dsn = self._use(named) if named else self._start()

    def _start(self) -> str:
        self.own = ThrowAway(passable_folder(state_folder_of_tests()) / "pg", durable=False)
        self.own.acquire()
        os.environ["PGHOST_DIR"] = str(self.own.folder)
        return self.own.superuser_dsn

    def _use(self, url: str) -> str:
        """The superuser of a server kept for tests; our roles take over that superuser's password."""
        server = urlsplit(url)
        place = f"{server.hostname}:{server.port or 5432}"
        for name, role in (("DATABASE_URL", roles.APP), ("DATABASE_OWNER_URL", roles.OWNER)):
            os.environ[name] = f"{server.scheme}://{role}:{server.password or ''}@{place}/crm"
        return url

    def passwords(self) -> dict[str, str]:
        password = urlsplit(self.admin_dsn).password if self.own is None else None
        return dict.fromkeys((roles.APP, roles.OWNER), password) if password else {}

    def leave(self) -> None:
        if self.own:
            self.own.release()


CLUSTER = pytest.StashKey[Cluster]()
_running: list[Cluster] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """No option of ours: this is the one hook that runs before pytest-django reads the settings."""
    cluster = Cluster()
    _running.append(cluster)
    atexit.register(cluster.leave)  # also when pytest ends before it is configured


def pytest_configure(config: pytest.Config) -> None:
    """The database plugin comes after pytest-django, whose fixture of the same name it replaces."""
    config.pluginmanager.import_plugin("tests.plugins.database")
    config.pluginmanager.import_plugin("tests.plugins.told")
    config.stash[CLUSTER] = _running[-1]
    if own := config.stash[CLUSTER].own:
        own.keep = bool(config.getoption("reuse_db", False))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[CLUSTER].leave()
