"""Tasks of the screens that span apps."""

from datetime import datetime
from uuid import UUID

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from tenancy.scoping import current_firm_id
from tenancy.tasks import firm_task
from workflow import due
from workspace.ledger.receiving import PATIENCE, QUEUE
from workspace.ledger.work import next_step
from workspace.models import ImportBatch

log = structlog.get_logger("imports")


@firm_task()
def carry_on_import(batch_id: str) -> None:
    """One piece of an import in one transaction; while there is more it rings for the next worker."""
    batch = ImportBatch.objects.filter(pk=batch_id).first()
    if batch is not None and next_step(batch):
        ring(batch.pk)


@shared_task
def sweep_imports() -> None:
    """Take up imports whose worker was killed or whose bell was lost."""
    due.visit(QUEUE, ring_again)


def ring_again(now: datetime) -> None:
    """Batches without a sign of life are rung for; as long as any is at work another look is noted."""
    working = [batch for batch in ImportBatch.objects.at_work() if batch.is_working]
    for batch in working:
        if batch.beat_at is None or now - batch.beat_at >= PATIENCE:
            ring(batch.pk)
    if working:
        due.note(QUEUE, timezone.now() + PATIENCE)


def ring(batch_id: UUID) -> None:
    """After the commit; with the broker down the sweeper comes."""
    firm_id = current_firm_id()

    def call() -> None:
        try:
            carry_on_import.delay(firm_id=firm_id, batch_id=str(batch_id))
        except (OperationalError, OSError) as error:
            log.warning("bell not heard, the sweeper will come", firm=firm_id, error=type(error).__name__)

    transaction.on_commit(call)
