import time
from typing import Any

import structlog
from celery.beat import PersistentScheduler
from django.db import DatabaseError, close_old_connections

log = structlog.get_logger("beat")
EVERY = 15.0


class HeartbeatScheduler(PersistentScheduler):
    """Celery's scheduler that also tells `/readyz` it lives, even while no worker answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._last_sign = -EVERY
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self._last_sign >= EVERY:
            self._last_sign = time.monotonic()
            _show_life()
        return float(min(super().tick(*args, **kwargs), EVERY))


def _show_life() -> None:
    """A database that is away for a moment must not take the scheduler with it."""
    from config.models import Heartbeat  # noqa: PLC0415 - apps are not loaded when Celery imports its scheduler

    close_old_connections()
    try:
        Heartbeat.beat("beat")
    except DatabaseError as error:
        log.warning("heartbeat not written", error=type(error).__name__)
