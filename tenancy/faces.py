"""Faces: how an app shows its things on pages of other apps without being imported by them.

An app declares its faces in ``<app>/faces.py`` and ``AppConfig.ready`` imports it. Screens ask the registry; each
face answers a whole set of subjects with one query, and only with what the member may see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tenancy.models import Member


@dataclass(frozen=True)
class Happening:
    """One line of a timeline. ``tone``: ok, warn, bad, info or "" ; ``kind`` is what the filter chips choose by."""

    at: datetime
    kind: str
    icon: str
    title: str
    detail: str = ""
    quote: str = ""
    by: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class NextStep:
    """Something promised or due. ``clock`` is ``due_at`` when a promise runs."""

    title: str
    url: str
    who: str = ""
    due_at: datetime | None = None
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of somebody else's page: ``context(subject, member)`` → template context; None leaves it out."""

    subject_kind: str
    slug: str
    title: Any
    template: str
    context: Callable[[Any, Member], dict[str, Any] | None]
    order: int = 50
    place: str = "tab"


@dataclass(frozen=True)
class Found:
    """One search result."""

    kind: str
    icon: str
    title: str
    detail: str
    url: str


Timeline = Callable[[Sequence[UUID], Member, datetime | None, int], Iterable[Happening]]
NextSteps = Callable[[Sequence[UUID], Member], Iterable[NextStep]]
Search = Callable[[str, Member, int], Iterable[Found]]


@dataclass
class _Faces:
    panels: list[Panel] = field(default_factory=list)
    timelines: dict[str, list[Timeline]] = field(default_factory=dict)
    next_steps: dict[str, list[NextSteps]] = field(default_factory=dict)
    searches: list[tuple[int, Search]] = field(default_factory=list)


registry = _Faces()


def panel(*panels: Panel) -> None:
    registry.panels.extend(panels)


def timeline(subject_kind: str) -> Callable[[Timeline], Timeline]:
    """``@timeline("customer") def calls(ids, member, before, limit)``: happenings of these subjects, newest first."""

    def register(function: Timeline) -> Timeline:
        registry.timelines.setdefault(subject_kind, []).append(function)
        return function

    return register


def next_steps(subject_kind: str) -> Callable[[NextSteps], NextSteps]:
    def register(function: NextSteps) -> NextSteps:
        registry.next_steps.setdefault(subject_kind, []).append(function)
        return function

    return register


def search(order: int = 50) -> Callable[[Search], Search]:
    """``@search(10) def customers(text, member, limit)``: what Ctrl K finds."""

    def register(function: Search) -> Search:
        registry.searches.append((order, function))
        registry.searches.sort(key=lambda pair: pair[0])
        return function

    return register


def panels_of(subject_kind: str, place: str = "tab") -> list[Panel]:
    found = [p for p in registry.panels if p.subject_kind == subject_kind and p.place == place]
    return sorted(found, key=lambda p: p.order)


def happenings(
    subject_kind: str, ids: Sequence[UUID], member: Member, *, before: datetime | None = None, limit: int = 30
) -> list[Happening]:
    """The newest ``limit`` happenings of these subjects from every face, newest first; one query a face."""
    found = [h for face in registry.timelines.get(subject_kind, []) for h in face(ids, member, before, limit)]
    return sorted(found, key=lambda h: h.at, reverse=True)[:limit]


def steps_due(subject_kind: str, ids: Sequence[UUID], member: Member) -> list[NextStep]:
    found = [s for face in registry.next_steps.get(subject_kind, []) for s in face(ids, member)]
    return sorted(found, key=lambda s: (s.due_at is None, s.due_at))


def found(text: str, member: Member, *, limit: int = 6) -> list[Found]:
    return [hit for _order, face in registry.searches for hit in face(text, member, limit)]
