"""Subjects and their facts: what a rule of a playbook may speak of, told by the apps above this one.

An app declares them in ``<app>/facts.py``. The planner, the rule reader and the "why" page know nothing else of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression, Combinable, F

FactType = Literal["bool", "int", "text", "choice", "date", "datetime", "uuid", "json"]
Expression = BaseExpression | Combinable | F

REQUIRED = ("customer_id", "project_id", "branch_id", "title", "phone")


class UnknownName(LookupError):
    """A rule speaks of a subject or fact nobody registered."""


@dataclass(frozen=True)
class Fact:
    """One thing one can ask of a subject.

    ``expression(at)`` gives the ORM expression as it stood at ``at``: for a state read from Step history see
    ``workflow.history.state_at``; most facts ignore the moment. ``choices``: (value, label) pairs for sentences.
    ``personal`` facts never enter a snapshot; what is ``looked_up`` in other rows, only that of a rule that asks it.
    """

    name: str
    label: Any
    type: FactType
    expression: Callable[[datetime], Expression]
    choices: Sequence[tuple[Any, Any]] = ()
    personal: bool = False
    looked_up: bool = False

    def words_for(self, value: Any) -> str:
        return str(dict(self.choices).get(value, value))


@dataclass(frozen=True)
class Subject:
    """A kind of thing rules are about: ``project``, ``appointment``, ``warranty``.

    ``queryset`` is called inside a firm's scope and gives all rows of the firm.
    """

    kind: str
    label: Any
    model_label: str
    queryset: Callable[[], QuerySet]
    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        missing = [name for name in REQUIRED if name not in {fact.name for fact in self.facts}]
        if missing:
            raise ValueError(f"subject {self.kind} lacks the facts {', '.join(missing)}")

    @cached_property
    def by_name(self) -> dict[str, Fact]:
        return {fact.name: fact for fact in self.facts}

    def fact(self, name: str) -> Fact:
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownName(f"{self.kind} has no fact {name!r}; known: {', '.join(self.by_name)}") from None

    def annotated(self, names: Iterable[str], at: datetime) -> QuerySet:
        """The firm's rows with these facts as ``fact_<name>``, as they stood at ``at``."""
        wanted = {f"fact_{name}": self.fact(name).expression(at) for name in dict.fromkeys(names)}
        return self.queryset().annotate(**wanted)


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Called from an app's ``facts.py``; a kind has one home."""
    if subject.kind in _subjects:
        raise ValueError(f"subject {subject.kind} is registered twice")
    _subjects[subject.kind] = subject


def subjects() -> dict[str, Subject]:
    return dict(_subjects)


def get(kind: str) -> Subject:
    try:
        return _subjects[kind]
    except KeyError:
        raise UnknownName(f"no subject {kind!r}; known: {', '.join(sorted(_subjects))}") from None


def resolve(kind: str, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """The objects behind (kind, ids), one query; unknown kinds and vanished rows are left out."""
    subject = _subjects.get(kind)
    return {} if subject is None else dict(subject.queryset().in_bulk(list(ids)))


def facts_of(
    kind: str, ids: Iterable[UUID], names: Iterable[str], at: datetime
) -> dict[UUID, dict[str, Any]]:
    """The named facts of these subjects, one query: ``{id: {"title": …, "phone": …}}``."""
    names = list(names)
    rows = get(kind).annotated(names, at).filter(pk__in=list(ids)).values("pk", *[f"fact_{n}" for n in names])
    return {row["pk"]: {name: row[f"fact_{name}"] for name in names} for row in rows}
