"""A line on the trail for a part of the customers, as a form would have left it."""

from typing import Final

from bench.world.filled import Filling
from bench.world.sql import chance, insert, key_of
from tenancy.models import AuditEntry

PART: Final = 0.2


def write(filling: Filling) -> None:
    columns = {
        "id": key_of("c.id", "'trail'"),
        "at": "c.created_at",
        "actor_id": "c.created_by_id",
        "actor_label": "'客服'",
        "door": "'page'",
        "verb": "'created'",
        "subject_kind": "'crm.customer'",
        "subject_id": "c.id",
        "root_kind": "'crm.customer'",
        "root_id": "c.id",
    }
    source = f"crm_customer c WHERE c.firm_id = %(firm)s AND {chance('c.id', 'trail')} < {PART}"
    filling.run(insert(AuditEntry, columns, source))
