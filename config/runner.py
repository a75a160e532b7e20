"""Web, worker and beat as children of one terminal, their lines merged and prefixed."""

import os
import shlex
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from honcho import manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from config.embedded.orphans import die_with_parent

KILL_WAIT = 30  # longer than Celery's soft shutdown, which lets a running task finish
READY = "Listening at"
STOPPED_BY_HAND = {130, 143}
BESIDE_PYTHON = Path(sys.executable).parent


def run(*, host: str, port: int, beat_schedule: Path, when_ready: Callable[[], None]) -> int:
    """Run until somebody stops it or a child gives up; 0 when it was stopped by hand."""
    manager.KILL_WAIT = KILL_WAIT
    children = manager.Manager(printer=AnnouncingPrinter(when_ready))
    children._process_ctor = TiedProcess  # noqa: SLF001 - honcho's own seam for another kind of process
    for name, command, extra in _commands(host, port, beat_schedule):
        children.add_process(name, f"exec {command}", env=os.environ | {"PYTHONUNBUFFERED": "1"} | extra)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
    children.loop()
    return 0 if children.returncode in STOPPED_BY_HAND else children.returncode or 1


def _commands(host: str, port: int, beat_schedule: Path) -> list[tuple[str, str, dict[str, str]]]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    gunicorn, celery = (shlex.quote(str(BESIDE_PYTHON / name)) for name in ("gunicorn", "celery"))
    worker = "worker --concurrency 2 --loglevel INFO --without-gossip --without-mingle"
    schedule = shlex.quote(str(beat_schedule))
    patient = {"REMAP_SIGTERM": "SIGQUIT", "DATABASE_STATEMENT_TIMEOUT_MS": "240000"}
    return [
        ("web", f"{gunicorn} -c python:config.gunicorn config.wsgi", {"WEB_BIND": address}),
        ("worker", f"{celery} --quiet -A config.worker {worker}", patient),
        ("beat", f"{celery} --quiet -A config beat --loglevel INFO --pidfile= -s {schedule}", {}),
    ]


class TiedProcess(Process):
    """If `up` is killed, honcho's helper dies with it, and the real child is then asked to stop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = _tied_child

    def run(self, *args: Any, **kwargs: Any) -> None:
        die_with_parent(signal.SIGKILL)
        super().run(*args, **kwargs)


def _tied_child(*args: Any, **kwargs: Any) -> Popen:
    return Popen(*args, preexec_fn=die_with_parent, **kwargs)


class AnnouncingPrinter(Printer):
    """Prints the address once pages are really served, below the noise of starting."""

    def __init__(self, when_ready: Callable[[], None]) -> None:
        super().__init__(sys.stdout)
        self._when_ready: Callable[[], None] | None = when_ready

    def write(self, message: Message) -> None:
        """Ctrl-C may come in the midst of a line; saying so then is a re-entrant call, which must not stop the stopping."""
        with suppress(RuntimeError):
            super().write(message)
        if self._when_ready and message.name == "web" and READY.encode() in _as_bytes(message.data):
            announce, self._when_ready = self._when_ready, None
            announce()


def _as_bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode()
