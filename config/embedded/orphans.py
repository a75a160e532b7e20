"""Linux process ties: servers we started must not outlive us as zombies, and children must not outlive a killed parent."""

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Servers put themselves into the background; in a container whose first process reaps nobody they stay defunct."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(how: int = signal.SIGTERM) -> None:
    """Let this process get a signal when its parent is gone, even by kill -9."""
    _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def reap(pid: int | None) -> None:
    """Collect an adopted server that has ended; while it lives, or is somebody else's child, nothing happens."""
    with suppress(ChildProcessError):
        if pid:
            os.waitpid(pid, os.WNOHANG)


def collect(pid: int | None) -> None:
    """Wait for an adopted server that ``is_gone``: its first thread may be defunct while the others still end."""
    with suppress(ChildProcessError):
        if pid:
            os.waitpid(pid, 0)


def is_gone(pid: int | None) -> bool:
    """Ended, though perhaps defunct until its parent collects it; PostgreSQL itself would think that still runs."""
    reap(pid)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def working_in(folder: Path) -> list[int]:
    """Living processes whose working directory this is, as far as this account may see."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found
