"""Tables filled bare: without their indexes and foreign keys, which PostgreSQL then builds and checks once for all rows.

What a row alone would have been refused for is refused at the end: unique indexes and exclusions are built over all
rows, and every foreign key is checked by one join. Only a superuser may do this: the tables' owner is held by row
security as everybody else, would see no rows of any firm, and find nothing to complain of.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from aftersales.models import Warranty
from crm.models import ContactPoint, Customer, CustomerTag, Enquiry, FollowUp, Visit
from notifications.models import CallAttempt, CallReason, CallTask, Message, Satisfaction
from projects.models import Appointment, AppointmentPerson, Project
from tenancy.models import AuditEntry, SearchToken
from workflow.models import Step, Touchpoint

READ: Final[tuple[type[models.Model], ...]] = (
    Customer, ContactPoint, Project, Appointment, CallTask, CallAttempt, Touchpoint,
)  # fmt: skip
"""Later chapters read them firm by firm, so they keep their primary keys."""
ONLY_WRITTEN: Final[tuple[type[models.Model], ...]] = (
    Enquiry, FollowUp, Visit, CustomerTag, Step, Warranty, AppointmentPerson, CallReason, Satisfaction, Message,
    SearchToken, AuditEntry,
)  # fmt: skip
HURRIED: Final = (
    "statement_timeout = 0",
    "lock_timeout = 0",
    "maintenance_work_mem = '512MB'",
    "enable_nestloop = off",
)

_CONSTRAINTS: Final = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE (conrelid = ANY(%(all)s::regclass[]) AND contype IN ('f', 'u', 'x'))
        OR (conrelid = ANY(%(only_written)s::regclass[]) AND contype = 'p')
        OR (confrelid = ANY(%(only_written)s::regclass[]) AND contype = 'f')
    ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
_INDEXES: Final = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
    WHERE indrelid = ANY(%(all)s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY 1
"""


@dataclass(frozen=True)
class Removed:
    """Something of the catalogue, and both ways."""

    drop: str
    add: str


@contextmanager
def bare_tables(superuser: Any) -> Iterator[None]:
    """``superuser``: a cursor that commits each statement. Left by an exception, the tables stay bare: drop the database."""
    for setting in HURRIED:
        superuser.execute(f"SET {setting}")
    indexes, constraints = _indexes(superuser), _constraints(superuser)
    for one in (*reversed(constraints), *indexes):
        superuser.execute(one.drop)
    yield
    for one in (*indexes, *constraints):
        superuser.execute(one.add)


def _constraints(superuser: Any) -> list[Removed]:
    """Keys before the foreign keys that lean on them."""
    superuser.execute(_CONSTRAINTS, _tables())
    return [
        Removed(
            f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {told}"
        )
        for table, name, told in superuser.fetchall()
    ]


def _indexes(superuser: Any) -> list[Removed]:
    superuser.execute(_INDEXES, _tables())
    return [Removed(f"DROP INDEX {name}", told) for name, told in superuser.fetchall()]


def _tables() -> dict[str, list[str]]:
    only_written = [model._meta.db_table for model in ONLY_WRITTEN]
    return {"only_written": only_written, "all": [*(model._meta.db_table for model in READ), *only_written]}
