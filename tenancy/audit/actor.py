"""Who is acting, through which door: set once at the door, read by the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """``door``: page, api, task, import or shell. ``label`` names what is no member, such as an API client."""

    member_id: UUID | None = None
    label: str = "系统"
    door: str = "task"
    ip: str | None = None
    request_id: str = ""


_SYSTEM = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=_SYSTEM)


def current_actor() -> Actor:
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
