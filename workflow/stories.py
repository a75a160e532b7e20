"""Made subjects and the lives they lead, so that rules can be tried before anybody is touched by them.

The apps above tell here how one of their subjects is made and what usually happens to it. Stories are only played
inside ``workflow.simulator``, in a transaction that is rolled back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from tenancy.models import Branch, Member, Role
from workflow.models import OutboxEvent, Step
from workflow.moves import record_origin
from workflow.people import ROLE_OF

Maker = Callable[["Stage", dict[str, Any], datetime], Any]


@dataclass
class Stage:
    """What has been made so far: ids by subject kind, people by slot, and what happened since the last look."""

    branch: Branch
    people: dict[str, Member] = field(default_factory=dict)
    subjects: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    fresh: set[tuple[str, str]] = field(default_factory=set)
    rows: dict[str, Any] = field(default_factory=dict)
    """Rows a story wants to find again, under names of its own."""

    def enter(self, kind: str, row: Any, *, state_field: str = "", at: datetime | None = None) -> Any:
        """A new subject; one with states gets the step that says since when it stands there."""
        if state_field:
            record_origin([row], by=None, state_field=state_field, at=at)
            self.fresh.add(("entered", getattr(row, state_field)))
        self.subjects[kind].append(row.pk)
        return row

    def step(self, kind: str, subject_id: UUID, source: str, target: str, at: datetime) -> None:
        """It went from one state to another, as its recorded steps tell."""
        Step.objects.create(subject_kind=kind, subject_id=subject_id, source=source, target=target, at=at)
        self.fresh |= {("entered", target), ("left", source)}

    def event(self, name: str, kind: str, subject_id: UUID, at: datetime) -> None:
        """It was published: written where rules look, delivered to nobody."""
        OutboxEvent.objects.create(name=name, payload={}, subject_kind=kind, subject_id=subject_id, at=at)
        self.fresh.add(("event", name))

    def change(self, row: Any, **values: Any) -> None:
        """Write columns as they became; states too, past their guards, because nothing of it stays."""
        QuerySet.update(type(row).objects.filter(pk=row.pk), **values)


SLOTS: Final = (
    "designer", "adviser", "project_manager", "foreman", "engineering_supervisor", "inspector", "received_by", "assignee",
)  # fmt: skip
"""The people a made subject may need."""


def stage_of(branch: Branch) -> Stage:
    """A branch of the firm in scope with colleagues of its own in every slot that somebody can fill."""
    holders = {
        slot: Member.objects.holding(ROLE_OF.get(slot, Role.CS_AGENT), branch_id=branch.pk) for slot in SLOTS
    }
    found = {slot: rows.order_by("pk").first() for slot, rows in holders.items()}
    return Stage(branch, {slot: member for slot, member in found.items() if member is not None})


@dataclass(frozen=True)
class Beat:
    """One thing that happens in a story."""

    at: datetime
    title: str
    act: Callable[[Stage], None]


@dataclass(frozen=True)
class Story:
    """``tell(signed_on)`` gives the beats in order and the day on which we stop looking."""

    key: str
    title: Any
    tell: Callable[[date], tuple[list[Beat], datetime]]


_makers: dict[str, Maker] = {}
_stories: dict[str, Story] = {}


def maker(*kinds: str) -> Callable[[Maker], Maker]:
    """``@maker("project") def make_project(stage, facts, at)``: saves one of that kind, with these facts as far as it
    can, and enters it on the stage."""

    def register(make: Maker) -> Maker:
        for kind in kinds:
            _makers[kind] = make
        return make

    return register


def register(story: Story) -> None:
    _stories[story.key] = story


def maker_of(kind: str) -> Maker | None:
    return _makers.get(kind)


def stories() -> dict[str, Story]:
    return dict(_stories)


def kinds() -> Iterable[str]:
    """Subject kinds that can be made."""
    return _makers.keys()
