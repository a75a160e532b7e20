"""Work that is no request runs in a process of its own: what it cost can then be told from ours."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.measure.browsing import Unanswered


@dataclass(frozen=True)
class Finished:
    """``told``: the last line the child printed, as JSON. ``memory_mb``: the most it held at once."""

    told: dict[str, Any]
    seconds: float
    cpu_seconds: float
    memory_mb: float


def run(command: Sequence[str], env: Mapping[str, str], *, seconds: float, leads: bool = True) -> Finished:
    """Run Python with these arguments. One still at work when time is up is ended.

    ``leads``: with whatever it started; its own children say ``leads=False`` and stay in its group.
    """
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, *command],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
        process_group=0 if leads else None,
    ) as child:
        end = partial(_end, child, leads=leads)
        stop = threading.Timer(seconds, end)
        stop.start()
        try:
            printed = child.stdout.read() if child.stdout else ""
            _pid, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            end()
            raise
        finally:
            stop.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    lasted = time.monotonic() - began
    if child.returncode:
        why = f"not done in {seconds:g} s" if lasted >= seconds else f"exit status {child.returncode}"
        raise Unanswered(f"{command[1]}: {why}")
    return Finished(_last_line(printed), lasted, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _end(child: "subprocess.Popen[str]", *, leads: bool) -> None:
    with suppress(ProcessLookupError):
        if leads:
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _last_line(printed: str) -> dict[str, Any]:
    lines = [line for line in printed.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {}
