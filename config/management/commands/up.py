import os
import signal
import socket
from argparse import ArgumentParser
from contextlib import closing
from typing import Any, Never

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connections

from config import runner
from config.embedded import servers
from config.embedded.errors import EmbeddedError
from config.embedded.state import passable_folder, state_folder
from config.storage import collect_if_changed

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - only when the person at the terminal asks for it


class Command(BaseCommand):
    """The whole product in one terminal; see bin/up."""

    help = "Start the database, the broker, web, worker and beat; Ctrl-C stops everything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--host", default="127.0.0.1", help="where to listen; 0.0.0.0 for every interface"
        )
        parser.add_argument("--empty", action="store_true", help="start without the demo firm")

    def handle(self, *, port: int, host: str, empty: bool, **_: Any) -> None:
        _refuse_taken_port(host, port)
        for asked in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, _leave)
        _name_the_address(host, port)
        try:
            with servers():
                self._prepare(empty=empty)
                status = self._serve(host, port, demo=not empty)
        except EmbeddedError as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            status = 130
        self.stdout.write("Everything is stopped.")
        raise SystemExit(status)

    def _prepare(self, *, empty: bool) -> None:
        """Each step may be repeated: after the first start they find nothing to do."""
        # A page's statement timeout is not meant for a whole firm.
        connections["default"].settings_dict["OPTIONS"] = {}
        self._step("migrations", "migrate", database="owner", interactive=False)
        self._step("reference data", "seed_reference")
        if not empty:
            self._step("demo firm", "seed_demo")
        if not settings.DEBUG:
            self.stdout.write("… static files")
            collect_if_changed()
        connections.close_all()  # children must not inherit an open connection

    def _step(self, title: str, command: str, **options: Any) -> None:
        if command not in get_commands():
            return
        self.stdout.write(f"… {title}")
        self.stdout.flush()
        call_command(command, verbosity=0, **options)

    def _serve(self, host: str, port: int, *, demo: bool) -> int:
        schedule = passable_folder(state_folder()) / "beat.db"
        return runner.run(
            host=host, port=port, beat_schedule=schedule, when_ready=lambda: self._announce(port, demo=demo)
        )

    def _announce(self, port: int, *, demo: bool) -> None:
        self.stdout.write(f"\n  居安 CRM: {os.environ['PUBLIC_URL']}/   (Ctrl-C stops everything)\n")
        if demo and "seed_demo" in get_commands():
            call_command("seed_demo", "--accounts", stdout=self.stdout)
            connections.close_all()
        self.stdout.flush()


def _refuse_taken_port(host: str, port: int) -> None:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, proto)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        raise CommandError(
            f"Cannot listen on {host}:{port} ({problem.strerror}); choose another one with --port or --host."
        ) from problem


def _name_the_address(host: str, port: int) -> None:
    """The children read these; what the person has set wins."""
    shown = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    os.environ.setdefault("PUBLIC_URL", f"http://{shown}:{port}")
    if host not in {"127.0.0.1", "::1", "localhost"}:
        os.environ.setdefault("ALLOWED_HOSTS", "*")


def _leave(signum: int, _frame: object) -> Never:
    """During the preparations: unwind, so that the servers are stopped too."""
    raise KeyboardInterrupt
