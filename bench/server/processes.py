"""Who runs, read from /proc."""

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Direct children of every thread of a process; none once it has ended."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, listed.read_text().split())
    return sorted(found)


def postgres_of(data: Path) -> list[int]:
    """The postmaster of a data folder and its backends."""
    try:
        postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return []
    return [postmaster, *children_of(postmaster)]
