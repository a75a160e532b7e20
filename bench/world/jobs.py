"""Work of which no part waits for another, one after another or on two processors."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connections

Jobs = Sequence[Callable[[], None]]
AT_ONCE: Final = 2


def one_after_another(jobs: Jobs) -> None:
    for job in jobs:
        job()


def side_by_side(jobs: Jobs) -> None:
    """Each in a thread with connections of its own: what it reads must have been committed, the largest job comes first."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(_alone, job) for job in jobs]:
            done.result()


def _alone(job: Callable[[], None]) -> None:
    try:
        job()
    finally:
        connections.close_all()
