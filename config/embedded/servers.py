import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded import roles
from config.embedded.postgres import EmbeddedPostgres
from config.embedded.redis import EmbeddedRedis
from config.embedded.shared import SharedServer
from config.embedded.state import passable_folder, state_folder


@dataclass(frozen=True)
class Servers:
    """What was started here; None where the environment names a real server instead."""

    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None


@contextmanager
def servers(folder: Path | None = None, *, durable: bool = True) -> Iterator[Servers]:
    """Both servers for as long as the block runs, the database ready for `migrate`."""
    folder = passable_folder(folder or state_folder())
    postgres = None if os.environ.get("DATABASE_URL") else EmbeddedPostgres(folder / "pg", durable=durable)
    redis = None if os.environ.get("REDIS_URL") else EmbeddedRedis(folder / "redis", durable=durable)
    with ExitStack() as leaving:
        for server in (postgres, redis):
            if server:
                leaving.enter_context(_in_use(server))
        if postgres:
            roles.ensure_database(postgres.superuser_dsn)
        yield Servers(postgres, redis)


@contextmanager
def _in_use(server: SharedServer) -> Iterator[None]:
    server.acquire()
    try:
        yield
    finally:
        server.release()
