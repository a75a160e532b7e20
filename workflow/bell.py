"""The doorbell: tells a worker after the commit that the outbox has something. Losing it costs seconds, not events."""

from dataclasses import dataclass

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from tenancy.scoping import current_firm_id

log = structlog.get_logger("outbox")
TASK = "workflow.tasks.deliver"


@dataclass(frozen=True)
class Ring:
    """One firm's bell; equal to every other of that firm, so that a transaction rings once."""

    firm_id: int

    def __call__(self) -> None:
        try:
            current_app.send_task(TASK, kwargs={"firm_id": self.firm_id})
        except (OperationalError, OSError) as error:
            log.warning(
                "bell not heard, the sweeper will come", firm=self.firm_id, error=type(error).__name__
            )


def ring_after_commit() -> None:
    ring = Ring(current_firm_id())
    if all(hook != ring for _savepoints, hook, _robust in transaction.get_connection().run_on_commit):
        transaction.on_commit(ring)
