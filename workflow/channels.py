"""Channels: who turns a planned touchpoint into work. Filled by the apps that own the work items.

``materialise(ids)`` runs in the planner's transaction, set-based (INSERT … SELECT from ``workflow_touchpoint``), and
is safe to repeat. ``withdraw(ids)`` takes back items nobody has begun, when the occasion moved or went away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Materialise = Callable[[Sequence[UUID]], int]


@dataclass(frozen=True)
class Channel:
    kind: str
    label: Any
    materialise: Materialise
    withdraw: Materialise | None = None


_channels: dict[str, Channel] = {}


def register(
    kind: str, materialise: Materialise, *, label: Any = "", withdraw: Materialise | None = None
) -> None:
    """``register("call", open_calls, label=_("电话回访"), withdraw=cancel_calls)`` from an app's ``facts.py``."""
    if kind in _channels:
        raise ValueError(f"channel {kind} is registered twice")
    _channels[kind] = Channel(kind, label or kind, materialise, withdraw)


def channels() -> dict[str, Channel]:
    return dict(_channels)


def get(kind: str) -> Channel:
    try:
        return _channels[kind]
    except KeyError:
        raise LookupError(f"no channel {kind!r}; known: {', '.join(sorted(_channels))}") from None
