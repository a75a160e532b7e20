"""The folder in which the processes of one server add up what they measured (prometheus_client's multi-process mode).

Call ``begin`` before anything imports prometheus_client: it looks for the folder when it is first imported. The files
of a process that ended are folded into one, or a server that replaces its processes would fill the folder.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
LASTING = ("counter", "histogram")


def begin() -> None:
    os.environ[VARIABLE] = folder = tempfile.mkdtemp(prefix="juan-metrics-")
    atexit.register(_remove, folder, began_by=os.getpid())


def _remove(folder: str, *, began_by: int) -> None:
    """Forked children inherit the exit hook, and must leave the folder to the one that made it."""
    if os.getpid() == began_by:
        shutil.rmtree(folder, ignore_errors=True)


def retire(pid: int) -> None:
    """What a process that ended has counted stays; its gauges go."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - see above

    with _alone(fcntl.LOCK_EX) as folder:
        for kind in LASTING:
            left = folder / f"{kind}_{pid}.db"
            if left.exists():
                _add(left, folder / f"{kind}_retired.db")
                left.unlink()
        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]  # prometheus_client ships half its types


def read() -> bytes:
    """Everything measured so far, in Prometheus' text form; of this process alone where no server called ``begin``."""
    from prometheus_client import REGISTRY, CollectorRegistry, generate_latest  # noqa: PLC0415 - see above
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - see above

    if VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client ships half its types
    with _alone(fcntl.LOCK_SH):
        return generate_latest(registry)


@contextmanager
def _alone(how: int) -> Iterator[Path]:
    """A reader between adding up and removing would count a process twice, and Prometheus see a counter fall back."""
    folder = Path(os.environ[VARIABLE])
    with open(folder / "lock", "a") as lock:
        fcntl.flock(lock, how)
        yield folder


def _add(left: Path, sums: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415 - see above

    total = MmapedDict(str(sums))  # type: ignore[no-untyped-call]
    for key, value, _timestamp, _position in MmapedDict.read_all_values_from_file(str(left)):  # type: ignore[no-untyped-call]
        before, _timestamp = total.read_value(key)  # type: ignore[no-untyped-call]
        total.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    total.close()  # type: ignore[no-untyped-call]
