"""The product under test: gunicorn as in production, on a free port of this machine, before one world."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.server.processes import children_of, postgres_of
from bench.world import World
from bench.world.shape import ROOT

PATIENCE: Final = 60.0


class DidNotStart(Exception):
    """The last lines of its log."""


@dataclass
class Server:
    """``web_pids``: gunicorn's own process first, then its workers. ``stop`` may be called twice."""

    address: str
    process: subprocess.Popen[bytes]
    world: World

    def web_pids(self) -> list[int]:
        return [self.process.pid, *children_of(self.process.pid)]

    def database_pids(self) -> list[int]:
        """PostgreSQL's processes where we started them; a real server's are not ours to measure."""
        data = self.world.place.data_folder
        return postgres_of(data) if data else []

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def serve(world: World, *, workers: int = 1) -> Iterator[Server]:
    """Answering when the block begins, gone when it ends. The log lies beside the world."""
    port = _free_port()
    _collect_static(world)
    log = world.place.folder / "web.log"
    with open(log, "wb") as out:
        server = Server(f"http://127.0.0.1:{port}", _gunicorn(world, port, workers, out), world)
        try:
            _wait_for(server, log)
            yield server
        finally:
            server.stop()


def _gunicorn(world: World, port: int, workers: int, out: object) -> subprocess.Popen[bytes]:
    """A worker is not replaced after so many requests as in production: its successor would answer cold."""
    told = {
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": str(workers),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:config.gunicorn",
        "--max-requests",
        "0",
        "bench.wsgi",
    ]
    return subprocess.Popen(command, cwd=ROOT, env=world.env | told, stdout=out, stderr=out)  # type: ignore[call-overload]  # noqa: S603 - our own module


def _collect_static(world: World) -> None:
    command = [sys.executable, "-m", "bench.server.static"]
    subprocess.run(command, check=True, cwd=ROOT, env=world.env)  # noqa: S603 - our own module


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(server.address):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(log.read_text(errors="replace")[-2000:])
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 - a server of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
