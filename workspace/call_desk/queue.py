"""What stands in the queue, with the customers' names: a fixed number of queries however long it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Customer
from notifications.models import CallAttempt, CallTask, Lane, Satisfaction
from projects.models import Project
from projects.phases import LANES
from tenancy.models import Member
from tenancy.policies import may_manage

SHOWN = 60
DONE_SHOWN = 3


@dataclass
class Row:
    """One call as a list shows it."""

    task: CallTask
    customer: Customer | None = None
    project: Project | None = None
    score: float | None = None
    now: datetime | None = None
    viewer: Member | None = None

    @property
    def name(self) -> str:
        return self.customer.name if self.customer else self.task.title

    @property
    def place(self) -> str:
        return self.task.title if self.customer else ""

    @property
    def phase(self) -> str:
        return str(self.project.get_phase_display()) if self.project else ""

    @property
    def step(self) -> int:
        """The place of the phase on its road, for the small step bar; 0 leaves the bar out."""
        phases = [str(phase) for phase in LANES]
        return phases.index(self.project.phase) + 1 if self.project and self.project.phase in phases else 0

    @property
    def score_tone(self) -> str:
        if self.score is None:
            return ""
        return "g" if self.score >= 4 else "y" if self.score >= 3 else "r"

    @property
    def lane_tone(self) -> str:
        return {"node": "b", "complaint": "r", "repair": "v", "warranty": "t"}.get(self.task.lane, "")

    @property
    def held_by(self) -> str:
        """Which colleague is on the phone about it, while their lease runs."""
        holder = self.task.lease_by
        return str(holder.name) if holder and self._is_held and not self.is_mine else ""

    @property
    def is_mine(self) -> bool:
        """Whoever looks is on the phone about it."""
        return self._is_held and self.viewer is not None and self.task.lease_by_id == self.viewer.pk

    @property
    def _is_held(self) -> bool:
        return self.now is not None and self.task.is_held(self.now) and self.task.lease_by_id is not None

    @property
    def is_late(self) -> bool:
        return self.now is not None and self.task.due_at < self.now


@dataclass(frozen=True)
class Progress:
    """How far today is: ``done`` of ``total``, and when the rest will be done at this pace."""

    done: int
    waiting: int
    first_at: datetime | None = None
    now: datetime | None = None

    @property
    def total(self) -> int:
        return self.done + self.waiting

    @property
    def finishes_at(self) -> datetime | None:
        """None until there is a pace to speak of."""
        if self.done < 3 or self.first_at is None or self.now is None or not self.waiting:
            return None
        return self.now + (self.now - self.first_at) / self.done * self.waiting

    @classmethod
    def of(cls, member: Member, now: datetime, *, waiting: int) -> Self:
        made = CallAttempt.objects.standing().filter(by=member, at__gte=start_of_day(now))
        ended = made.filter(task__status__in=CallTask.ENDED).aggregate(done=Count("pk"), first_at=Min("at"))
        return cls(waiting=waiting, now=now, **ended)


def start_of_day(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_day(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=23, minute=59, second=59, microsecond=999_999)


def mine(member: Member) -> Any:
    """The open calls this member may be asked to make; a manager's are those of the whole team."""
    visible = CallTask.objects.visible_to(member).open()
    return visible if may_manage(member) else visible.for_member(member)


def mine_today(member: Member, now: datetime) -> Any:
    """Those whose time comes today or has come."""
    return mine(member).filter(not_before__lte=end_of_day(now))


def held(member: Member, now: datetime) -> CallTask | None:
    """What this member is on the phone about right now."""
    return all_held(member, now).order_by("-lease_until").first()


def all_held(member: Member, now: datetime) -> Any:
    return CallTask.objects.filter(status=CallTask.Status.IN_CALL, lease_by=member, lease_until__gt=now)


def rows(tasks: Iterable[CallTask], member: Member, *, with_scores: bool = False) -> list[Row]:
    """Names and phases for a page of calls: at most two queries more, three with the last scores."""
    now, listed = timezone.now(), list(tasks)
    projects: dict[Any, Project] = Project.objects.select_related("customer").in_bulk(
        [t.project_id for t in listed if t.project_id]
    )
    customers: dict[Any, Customer] = {p.customer_id: p.customer for p in projects.values()}
    customers |= _customers_alone(listed, projects)
    scores: dict[Any, float] = last_scores(list(projects), member) if with_scores else {}
    return [
        Row(
            t, customers.get(t.customer_id), projects.get(t.project_id), scores.get(t.project_id), now, member
        )
        for t in listed
    ]


def _customers_alone(listed: Sequence[CallTask], projects: Mapping[UUID, Project]) -> dict[UUID, Customer]:
    """Customers of calls that are about no project."""
    alone = [t.customer_id for t in listed if t.customer_id and t.project_id not in projects]
    return dict(Customer.objects.in_bulk(alone)) if alone else {}


def last_scores(project_ids: Sequence[UUID], member: Member) -> dict[UUID, float]:
    """The newest overall score of each project, as far as this member may read them."""
    found = (
        Satisfaction.objects.visible_to(member)
        .standing()
        .filter(project_id__in=project_ids, aspect="overall")
        .order_by("project_id", "-at")
        .distinct("project_id")
        .values_list("project_id", "score")
    )
    return {project_id: float(score) for project_id, score in found}


@dataclass(frozen=True)
class LaneTab:
    code: str
    label: str
    number: int


def lanes(member: Member, now: datetime) -> list[LaneTab]:
    """How many wait in each lane; empty ones are left out, 全部 stays."""
    grouped = (
        mine_today(member, now).order_by().values("lane").annotate(n=Count("pk")).values_list("lane", "n")
    )
    counted = dict(grouped)
    tabs = [LaneTab(code, str(label), counted[code]) for code, label in Lane.choices if counted.get(code)]
    return [LaneTab("", _("全部"), sum(counted.values())), *tabs]


def list_rows(member: Member, *, lane: str, now: datetime) -> list[Row]:
    """The queue by promise: what is held by others stays visible with their name."""
    waiting = mine_today(member, now).in_lane(lane).select_related("lease_by").by_promise()[:SHOWN]
    return rows(waiting, member, with_scores=True)


def pane(member: Member, *, lane: str, now: datetime) -> tuple[list[Row], list[Row]]:
    """The left pane: the last ones done today, then what waits."""
    done = (
        CallTask.objects.visible_to(member)
        .filter(Q(tries__by=member), tries__undone_at=None, ended_at__gte=start_of_day(now))
        .order_by("-ended_at")
        .distinct()[:DONE_SHOWN]
    )
    waiting = mine_today(member, now).in_lane(lane).select_related("lease_by").by_promise()[:SHOWN]
    ended = list(done)[::-1]
    both = rows([*ended, *waiting], member)
    return both[: len(ended)], both[len(ended) :]
