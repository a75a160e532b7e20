"""The firm whose data we may touch, known to Python and to PostgreSQL alike."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

_firm_id: ContextVar[int | None] = ContextVar("firm_id", default=None)


class NoFirmInScope(RuntimeError):
    """A firm's table was queried outside ``firm_scope``: a bug, never an empty list."""


class AnotherFirmInScope(RuntimeError):
    """One transaction is one firm: a second firm was asked for inside the first one's scope."""


def current_firm_id() -> int:
    firm_id = _firm_id.get()
    if firm_id is None:
        raise NoFirmInScope("wrap this code in firm_scope(firm_id)")
    return firm_id


def firm_in_scope() -> int | None:
    """The firm, or None outside every scope: for cache keys and logs, never for queries."""
    return _firm_id.get()


@contextmanager
def firm_scope(firm_id: int, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run a block as one transaction that sees exactly one firm.

    ``SET LOCAL`` ends with the transaction, so a pooled connection can never carry the firm on. Leaving by an
    exception rolls the block back. The Python side ends *before* COMMIT: an ``on_commit`` hook that queries a
    firm's table raises instead of silently seeing nothing. See docs/adr/0002-row-level-security.md.
    """
    outer = _firm_id.get()
    _refuse_another_firm(outer, firm_id)
    is_outermost = not connections[using].in_atomic_block
    with transaction.atomic(using=using):
        token = _firm_id.set(int(firm_id))
        try:
            _tell_postgres(firm_id, using)
            yield
        finally:
            _firm_id.reset(token)
        if not is_outermost and not connections[using].needs_rollback:
            _tell_postgres(outer, using)


@contextmanager
def branch_wall(branch_ids: Collection[UUID], *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Inside a firm's scope, hide every other branch's rows in PostgreSQL as well: the second of two walls.

    Tables made with ``FirmTable(..., branch_wall=True)`` obey it. Give at least one branch.
    """
    current_firm_id()
    ids = ",".join(str(UUID(str(branch_id))) for branch_id in branch_ids)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SET LOCAL app.branch_ids = '{ids}'")
    yield
    if not connections[using].needs_rollback:
        with connections[using].cursor() as cursor:
            cursor.execute("SET LOCAL app.branch_ids = ''")


@contextmanager
def for_its_shape() -> Iterator[None]:
    """Let libraries build a query in a class body to look at its columns. There is no firm 0: run, it finds nothing."""
    token = _firm_id.set(_firm_id.get() or 0)
    try:
        yield
    finally:
        _firm_id.reset(token)


def _refuse_another_firm(outer: int | None, firm_id: int) -> None:
    if outer is not None and outer != int(firm_id) and not getattr(settings, "NESTED_FIRM_SCOPES", False):
        raise AnotherFirmInScope(f"firm {outer} is in scope; commit first, then enter firm {firm_id}")


def _tell_postgres(firm_id: int | None, using: str) -> None:
    """A statement of its own, and never ``set_config()``: a distributed PostgreSQL passes on only SET LOCAL."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL app.firm_id = '%s'" % ("" if firm_id is None else int(firm_id)))
