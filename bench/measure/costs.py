"""What processes cost, as the kernel counts it."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Pids = Callable[[], Iterable[int]]
PROC = Path("/proc")
_FIRST_TIME = 11
"""``utime stime cutime cstime`` stand at fields 14–17 of ``stat``: counted behind the name, which may hold blanks."""


def cpu_ms(pids: Iterable[int], *, proc: Path = PROC) -> float:
    """User and system time of these processes and of children they have already buried.

    A process that is gone counts nothing here: its time is with the parent, which should be among ``pids``.
    """
    tick = 1000 / os.sysconf("SC_CLK_TCK")
    return sum(sum(_times(pid, proc)) for pid in pids) * tick


def memory_mb(pids: Iterable[int], *, proc: Path = PROC) -> float:
    """Resident memory of the largest of these processes."""
    return max((_resident_kb(pid, proc) for pid in pids), default=0) / 1024


def _times(pid: int, proc: Path) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        _name, _, rest = (proc / str(pid) / "stat").read_text().rpartition(")")
        return [int(number) for number in rest.split()[_FIRST_TIME : _FIRST_TIME + 4]]
    return []


def _resident_kb(pid: int, proc: Path) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in (proc / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


@dataclass
class Bill:
    """CPU milliseconds booked to each contestant."""

    web: dict[str, float] = field(default_factory=dict)
    database: dict[str, float] = field(default_factory=dict)


class Meter:
    """Books the CPU of web and database processes to whoever is asking meanwhile."""

    def __init__(self, web_pids: Pids, database_pids: Pids) -> None:
        self._pids = {"web": web_pids, "database": database_pids}
        self.bill = Bill()

    @contextmanager
    def watch(self, name: str) -> Iterator[None]:
        before = self._read()
        yield
        for side, spent in self._read().items():
            booked: dict[str, float] = getattr(self.bill, side)
            booked[name] = booked.get(name, 0.0) + max(spent - before[side], 0.0)

    def _read(self) -> dict[str, float]:
        return {side: cpu_ms(pids()) for side, pids in self._pids.items()}
