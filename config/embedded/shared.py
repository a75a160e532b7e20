"""A server that several processes use at once and the last of them stops."""

import fcntl
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from config.embedded.errors import EmbeddedError
from config.embedded.orphans import adopt_orphans, collect, is_gone, reap
from config.embedded.state import private_folder, server_account

PLAIN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class SharedServer(ABC):
    """Every user holds a shared lock on ``users.lock``.

    The kernel drops the locks of killed processes, so the count of users cannot go stale. ``start.lock``
    serialises starting and stopping; whoever can take ``users.lock`` alone was the last.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.account = server_account()
        self.folder = folder
        self._users: IO[str] | None = None

    @property
    @abstractmethod
    def socket_path(self) -> Path: ...

    @property
    @abstractmethod
    def pid_file(self) -> Path: ...

    @abstractmethod
    def launch(self) -> None:
        """Start the server in the background; it need not answer yet."""

    @abstractmethod
    def shut_down(self) -> None:
        """Ask the server to stop, keeping what it was told to keep."""

    def acquire(self) -> None:
        """Become a user of the server, starting it when nobody has."""
        private_folder(self.folder, account=self.account)
        users = open(self.folder / "users.lock", "a+")  # noqa: SIM115 - held open for as long as we use the server
        with self._gate():
            fcntl.flock(users, fcntl.LOCK_SH)
            if not self.answers():
                adopt_orphans()
                reap(self._pid())
                self.launch()
                self._wait_until(self.answers, "did not start")
        self._users = users

    def release(self) -> None:
        """Leave; the last one out stops the server and returns only once it is gone."""
        if self._users is None:
            return
        users, self._users = self._users, None
        with self._gate(), users:
            if _alone(users):
                self._stop()

    def _stop(self) -> None:
        pid = self._pid()
        if self.answers():
            self.shut_down()
            self._wait_until(lambda: is_gone(pid), "did not stop")
            collect(pid)
        reap(pid)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket_path))
            except OSError:
                return False
        return True

    def _pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def run(self, *command: str | Path) -> None:
        """Run one command as the server's account; its output is shown only when it fails."""
        done = subprocess.run(  # noqa: S603 - our own binaries, no shell
            [str(part) for part in command],
            check=False,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self._as_account(),
        )
        if done.returncode:
            raise EmbeddedError(
                f"{self.name} failed at {Path(command[0]).name}: {done.stdout.strip()[-2000:]}"
            )

    def can_execute(self, binary: Path) -> bool:
        probe = ["test", "-x", str(binary)]
        return subprocess.run(probe, check=False, cwd="/", **self._as_account()).returncode == 0  # noqa: S603 - a fixed command

    def _as_account(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    @contextmanager
    def _gate(self) -> Iterator[None]:
        with open(self.folder / "start.lock", "a+") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _wait_until(self, wanted: Callable[[], bool], failure: str) -> None:
        deadline = time.monotonic() + 30
        while not wanted():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} {failure} within 30 seconds; its log is in {self.folder}.")
            time.sleep(0.02)


def _alone(users: IO[str]) -> bool:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
