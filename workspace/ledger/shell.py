"""A whole import in one call, for the shell, the demo firm and tests: the same acts as the pages."""

from typing import Any

from django.db import transaction

from tenancy.audit.actor import Actor, acting
from tenancy.models import Member
from tenancy.scoping import firm_scope
from workspace.ledger.receiving import ask_to_rehearse, ask_to_take_in, receive_ledger
from workspace.ledger.report import details
from workspace.ledger.work import next_step
from workspace.models import ImportBatch


def take_in(
    firm_id: int, content: bytes, filename: str, *, dry_run: bool = False, by: Member | None = None
) -> dict[str, Any]:
    """Read, rehearse and take in a ledger; returns counts and details. A dry run leaves nothing behind.

    Stands outside every scope: each piece is a transaction of its own, so that a killed run keeps what it did.
    """
    with acting(Actor(member_id=by.pk if by else None, label=by.name if by else "导入", door="import")):
        if dry_run:
            return _rehearse_only(firm_id, content, filename, by)
        with firm_scope(firm_id):
            batch = ask_to_rehearse(receive_ledger(content, filename, by=by), by=by)
        carry_on(firm_id, batch)
        with firm_scope(firm_id):
            batch = ask_to_take_in(batch, by=by)
        carry_on(firm_id, batch)
        with firm_scope(firm_id):
            return summary(batch)


def carry_on(firm_id: int, batch: ImportBatch) -> None:
    """Piece after piece until nothing is left."""
    more = True
    while more:
        with firm_scope(firm_id):
            more = next_step(batch)


def summary(batch: ImportBatch) -> dict[str, Any]:
    batch = ImportBatch.objects.get(pk=batch.pk)
    told = {"batch": str(batch.pk), "state": batch.state, "failure": batch.failure}
    return {**details(batch), **told}


def _rehearse_only(firm_id: int, content: bytes, filename: str, by: Member | None) -> dict[str, Any]:
    with firm_scope(firm_id):
        batch = ask_to_rehearse(receive_ledger(content, filename, by=by), by=by)
        while next_step(batch):
            pass
        told = summary(batch)
        transaction.set_rollback(True)
    return told
