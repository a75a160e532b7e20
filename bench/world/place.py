"""Where a world lives: a cluster of its own in the state folder, or the server that the environment names."""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import connection as Connection

from config.embedded import roles, servers
from config.embedded.postgres import SUPERUSER
from config.embedded.state import kept_secret, passable_folder, state_folder_of_bench

PREFIX: Final = "bench"
NOT_OURS: Final = "The database is called “{}”; worlds are only written to one whose name starts with bench."
_leaving = ExitStack()
_running: dict[Path, str] = {}


class NotABench(Exception):
    """One sentence for the person at the terminal."""


@dataclass(frozen=True)
class Place:
    """``socket_folder`` is empty when the environment names a real server."""

    database: str
    folder: Path
    socket_folder: str
    redis_url: str
    app_url: str
    owner_url: str

    @property
    def is_embedded(self) -> bool:
        return bool(self.socket_folder)

    def environment(self) -> dict[str, str]:
        """What a process needs to run the product on this world."""
        named = {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": self.app_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "PGHOST_DIR": self.socket_folder,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": kept_secret(self.folder),
            "PUBLIC_URL": "http://127.0.0.1",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
        }
        return {**os.environ, **named}

    def connect(self, *, as_owner: bool = False) -> Connection:
        """A bare connection, beside Django's."""
        if self.is_embedded:
            user = roles.OWNER if as_owner else roles.APP
            return psycopg2.connect(host=self.socket_folder, port=5432, user=user, dbname=self.database)
        return psycopg2.connect(self.owner_url if as_owner else self.app_url)

    @property
    def data_folder(self) -> Path | None:
        return Path(self.socket_folder) / "data" if self.is_embedded else None

    @property
    def superuser(self) -> str:
        return superuser_dsn(self.socket_folder, "postgres")

    def connect_as_superuser(self) -> Connection:
        """Of the embedded cluster only; every statement commits by itself."""
        server = psycopg2.connect(self.superuser)
        server.autocommit = True
        return server

    def refuse_inhabited(self) -> None:
        if self._has_firms():
            raise NotABench(
                f"“{self.database}” holds another world: drop it and make it anew with ensure_database."
            )

    def _has_firms(self) -> bool:
        with closing(self.connect(as_owner=True)) as server, server.cursor() as cursor:
            cursor.execute("SELECT to_regclass('tenancy_firm')")
            if cursor.fetchone() == (None,):
                return False
            cursor.execute("SELECT EXISTS (SELECT FROM tenancy_firm)")
            return cursor.fetchone() == (True,)


def superuser_dsn(socket_folder: str, database: str) -> str:
    return f"host={socket_folder} port=5432 user={SUPERUSER} dbname={database}"


def refuse_strange_name(database: str) -> str:
    """Nothing in this package writes to a database that could be somebody's own."""
    if not database.startswith(PREFIX):
        raise NotABench(NOT_OURS.format(database))
    return database


def find(world: str) -> Place:
    """The place of a world. The embedded servers then run for as long as this process does."""
    folder = passable_folder(state_folder_of_bench())
    if os.environ.get("DATABASE_URL"):
        return _named(folder)
    redis_url = _start(folder)
    database = refuse_strange_name(f"{PREFIX}_{world}")
    return Place(
        database=database,
        folder=folder,
        socket_folder=str(folder / "pg"),
        redis_url=redis_url,
        app_url=f"postgres://{roles.APP}@/{database}",
        owner_url=f"postgres://{roles.OWNER}@/{database}",
    )


@contextmanager
def one_at_a_time(place: Place) -> Iterator[None]:
    """Two processes that want the same world: the second waits and finds it made."""
    with open(place.folder / f"{place.database}.lock", "a+") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _named(folder: Path) -> Place:
    app_url, owner_url = os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL", "")
    if not owner_url:
        raise NotABench("DATABASE_OWNER_URL is missing: the owner makes the tables and their statistics.")
    names = {urlsplit(url).path.strip("/") for url in (app_url, owner_url)}
    if len(names) != 1:
        raise NotABench("DATABASE_URL and DATABASE_OWNER_URL name two databases.")
    database = refuse_strange_name(names.pop())
    return Place(database, folder, "", _start(folder), app_url, owner_url)


def _start(folder: Path) -> str:
    """The address of Redis; PostgreSQL is found by its socket."""
    if folder not in _running:
        if not _running:
            atexit.register(_leaving.close)
        started = _leaving.enter_context(servers(folder))
        _running[folder] = started.redis.url(0) if started.redis else os.environ["REDIS_URL"]
    return _running[folder]
