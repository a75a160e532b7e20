"""How a project looks on a screen: its step bar, its card on the board, its figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from core.ui.formats import ago, area, due, money_short, short_date
from projects import guards
from projects.models import Project
from projects.phases import LANES, ROUTES, STANDING, Phase, node_ahead, nodes_of, place_of
from workflow.models import Step

LAST_QUARTER = 0.75
HINTS = {
    Phase.CONSULTATION: gettext_lazy("跟进 3/5/7/15 天"),
    Phase.MEASUREMENT: gettext_lazy("约定后 3 天内"),
    Phase.DESIGN: gettext_lazy("量房后 3–5 个工作日"),
    Phase.BUDGET: gettext_lazy("7 个工作日定稿"),
    Phase.CONTRACT: gettext_lazy("签约次日进场"),
    Phase.HANDOVER: gettext_lazy("三方到场"),
    Phase.INSPECTIONS: gettext_lazy("水电→木瓦→油漆"),
    Phase.COMPLETION: gettext_lazy("尾款→保修卡"),
    Phase.WARRANTY: gettext_lazy("2 年 / 防水 5 年"),
}


@dataclass(frozen=True)
class StepMark:
    """One phase on the step bar, as ``{% steps %}`` draws it."""

    label: str
    state: str
    note: str = ""
    mark: str = ""


def step_bar(project: Project, steps: Sequence[Step]) -> list[StepMark]:
    """The road of this project: when it came through each phase, and on what conditions."""
    route = ROUTES[project.mode]
    entered = {step.target: step for step in steps}
    stated = {statement.fact for statement in project.statements.all()}
    here = route.index(_standing_at(project)) if _standing_at(project) in route else -1
    return [
        StepMark(
            label=str(Phase(phase).label),
            state="done" if at < here else ("now" if at == here else ""),
            note=_note(project, phase, entered.get(phase)),
            mark=_mark(phase, project, entered.get(phase), stated) if at <= here else "",
        )
        for at, phase in enumerate(route)
    ]


def _standing_at(project: Project) -> str:
    """The phase a standing project stands in for the step bar: the one it left."""
    left = {
        Phase.LOST: project.lost_from,
        Phase.SUSPENDED: project.suspended_from,
        Phase.CANCELLED: project.cancelled_from,
    }
    return left.get(project.phase, project.phase)


def _note(project: Project, phase: str, step: Step | None) -> str:
    if phase == Phase.INSPECTIONS and project.phase == phase and project.node:
        return node_words(project)
    if step is not None:
        return short_date(step.at)
    if phase == Phase.COMPLETION and project.planned_completion_on:
        return _("预计 %(day)s") % {"day": short_date(project.planned_completion_on)}
    return ""


def node_words(project: Project) -> str:
    """水电验收 2 / 7: the node it stands at, and how many are passed."""
    nodes = nodes_of(project.node_set)
    passed = place_of(nodes, project.node)
    return f"{nodes[passed].label} {passed} / {len(nodes)}"


def _mark(phase: str, project: Project, step: Step | None, stated: set[str]) -> str:
    """带条件 where a guard was passed over, 凭声明 where somebody's word stood in for a record."""
    if step is not None and step.kind == Step.Kind.IMPORTED:
        return _("导入")
    if step is not None and any(guard.get("reason") for guard in step.unmet):
        return _("带条件")
    asked = (guard.fact for guard in guards.guards_of(phase, project.mode))
    if any(fact and fact.is_statement and fact.code in stated for fact in asked):
        return _("凭声明")
    return ""


@dataclass(frozen=True)
class NodeMark:
    label: str
    state: str
    note: str = ""
    mark: str = ""


def node_list(project: Project) -> list[NodeMark]:
    """The nodes of the site, downwards; passed ones with the day somebody said so."""
    nodes = nodes_of(project.node_set)
    said = {row.node: row for row in project.statements.all() if row.fact == "node_passed"}
    here = place_of(nodes, project.node) if project.node else -1
    finished = project.phase in (Phase.COMPLETION, Phase.WARRANTY, Phase.CLOSED)
    marks = []
    for at, node in enumerate(nodes):
        row = said.get(node.code)
        day = _node_day(project, node, row.stated_on if row else None)
        state = "done" if finished or at < here else ("now" if at == here else "")
        marks.append(
            NodeMark(str(node.label), state, short_date(day) if day else "", _node_mark(row) if day else "")
        )
    return marks


def _node_mark(row: Any) -> str:
    return _("带条件") if row is not None and row.passed_over else _("凭声明")


def _node_day(project: Project, node: Any, stated_on: date | None) -> date | None:
    if node.handover:
        return project.started_on
    return project.accepted_on if node.final else stated_on


@dataclass(frozen=True)
class Tag:
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """A project on the board. Needs ``promise_due_at``, ``next_visit_at`` and ``limit_at`` (``for_board``)."""

    project: Project
    now: datetime

    @property
    def tone(self) -> str:
        if self.project.is_late:  # type: ignore[attr-defined]
            return "late"
        return "warn" if self._is_in_last_quarter else ""

    @property
    def _is_in_last_quarter(self) -> bool:
        limit = self.project.limit_at  # type: ignore[attr-defined]
        if limit is None or limit <= self.project.phase_entered_at:
            return False
        gone = (self.now - self.project.phase_entered_at) / (limit - self.project.phase_entered_at)
        return gone >= LAST_QUARTER

    @property
    def about(self) -> str:
        return " ".join(part for part in (_area(self.project), self.project.get_mode_display()) if part)

    @property
    def tag(self) -> Tag:
        """The one thing to know: the next promise, the next visit, else how long it has been here."""
        promise = self.project.promise_due_at  # type: ignore[attr-defined]
        visit = self.project.next_visit_at  # type: ignore[attr-defined]
        if promise:
            return Tag(due(promise, self.now), "r" if promise < self.now else "")
        if visit:
            return Tag(ago(visit, self.now), "b")
        if self.project.phase == Phase.INSPECTIONS and self.project.started_on:
            return Tag(self._site_day(self.project.started_on))
        return Tag(
            _("第 %(n)d 天") % {"n": (self.now - self.project.phase_entered_at).days + 1}, self._tone_of_days
        )

    @property
    def _tone_of_days(self) -> str:
        return {"late": "r", "warn": "y"}.get(self.tone, "")

    def _site_day(self, started: date) -> str:
        day = (timezone.localdate(self.now) - started).days + 1
        if not self.project.planned_completion_on:
            return _("施工第 %(n)d 天") % {"n": day}
        whole = (self.project.planned_completion_on - started).days + 1
        return _("第 %(n)d / %(all)d 天") % {"n": day, "all": whole}

    @property
    def extra(self) -> str:
        return (
            node_words(self.project) if self.project.phase == Phase.INSPECTIONS and self.project.node else ""
        )

    @property
    def can_propose(self) -> bool:
        return can_propose(self.project)

    @property
    def keeper(self) -> Any:
        """Who answers for it now: the designer until the contract, then the site's manager."""
        project = self.project
        if project.phase in (Phase.HANDOVER, Phase.INSPECTIONS, Phase.COMPLETION, Phase.WARRANTY):
            return project.project_manager or project.engineering_supervisor or project.designer
        return project.designer or project.adviser


def can_propose(project: Project) -> bool:
    """A node of this site is next to be confirmed by its parties."""
    return node_ahead(project.node_set, project.phase, project.node) is not None


def _area(project: Project) -> str:
    return area(project.area_m2) if project.area_m2 else ""


@dataclass(frozen=True)
class Lane:
    phase: str
    label: str
    hint: str
    number: int
    amount_fen: int | None
    cards: list[Card]

    @property
    def hidden(self) -> int:
        return self.number - len(self.cards)

    @property
    def amount(self) -> str:
        return money_short(self.amount_fen) if self.amount_fen else ""


def lanes(rows: Iterable[Project], totals: dict[str, tuple[int, int | None]], now: datetime) -> list[Lane]:
    by_phase: dict[str, list[Card]] = {phase: [] for phase in LANES}
    for project in rows:
        by_phase[project.phase].append(Card(project, now))
    return [
        Lane(
            phase, str(Phase(phase).label), str(HINTS[phase]), *totals.get(phase, (0, None)), by_phase[phase]
        )
        for phase in LANES
    ]


def state_tag(project: Project) -> Tag:
    """The word beside a project's name."""
    tones = {
        Phase.LOST: "r",
        Phase.SUSPENDED: "y",
        Phase.CANCELLED: "r",
        Phase.WARRANTY: "t",
        Phase.CLOSED: "",
    }
    return Tag(project.get_phase_display(), tones.get(project.phase, "b"))


def is_standing(project: Project) -> bool:
    return project.phase in STANDING
