"""What must be so before a project enters a phase, said in words a person can act on (domain.md §3).

Each app adds its own guards from its ``guards.py``: ``register(phase, Guard(...), check)``. A check gets the project
as it stands and answers whether the guard is met. *must* is never passed; *should* may be passed by the role it names,
with a reason. A guard with ``fact`` can be met on the spot by putting that fact on record (``projects.stated``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Appointment, Project
from projects.phases import ROUTES, Mode, Phase, find_node, nodes_of
from projects.stated import FACTS, StatedFact
from tenancy.models import Role
from workflow.moves import Guard

Check = Callable[[Project], bool]
Link = Callable[[Project], str]
BUILT = frozenset({"", Mode.FULL, Mode.HALF, Mode.LABOUR_ONLY})
DESIGNED = frozenset({Mode.DESIGN_ONLY})


@dataclass(frozen=True)
class PhaseGuard:
    """A guard at the door of a phase. ``modes``: asked of these only; ``link``: where one can do what it wants."""

    phase: str
    code: str
    sentence: Promise | str
    strength: str
    pass_role: str | None
    check: Check
    fact: StatedFact | None = None
    modes: frozenset[str] = frozenset(ROUTES)
    link: Link | None = None

    def as_guard(self, project: Project) -> Guard:
        """As ``workflow.moves`` knows it, with the address for this project."""
        return Guard(
            code=self.code,
            sentence=str(self.sentence),
            strength=self.strength,  # type: ignore[arg-type]
            pass_role=self.pass_role,
            url=self.link(project) if self.link else "",
        )


_guards: dict[str, list[PhaseGuard]] = {}


def register(
    phase: str,
    guard: Guard,
    check: Check,
    *,
    fact: str = "",
    modes: frozenset[str] = frozenset(ROUTES),
    link: Link | None = None,
) -> None:
    """Ask ``guard`` of every project that is to enter ``phase``; a code stands once at each door."""
    at_door = _guards.setdefault(phase, [])
    if any(known.code == guard.code for known in at_door):
        raise ValueError(f"guard {guard.code} already stands before {phase}")
    at_door.append(
        PhaseGuard(
            phase,
            guard.code,
            guard.sentence,
            guard.strength,
            guard.pass_role,
            check,
            FACTS[fact] if fact else None,
            modes,
            link,
        )
    )


def guards_of(phase: str, mode: str) -> list[PhaseGuard]:
    return [guard for guard in _guards.get(phase, []) if mode in guard.modes]


def registered() -> list[PhaseGuard]:
    return [guard for at_door in _guards.values() for guard in at_door]


def facts_of_other_roads(mode: str) -> set[str]:
    """Facts that only projects of another mode are asked for."""
    asked = {guard.fact.code for guard in registered() if guard.fact and mode in guard.modes}
    return {guard.fact.code for guard in registered() if guard.fact} - asked


@dataclass(frozen=True)
class Asked:
    """One guard and how this project stands to it: a line of the to-do list."""

    guard: PhaseGuard
    met: bool
    stated_on: date | None = None

    @property
    def code(self) -> str:
        return self.guard.code


def ask(project: Project, phase: str) -> list[Asked]:
    """Every guard at the door, with its answer; statements are read once for all of them."""
    stated = {statement.fact: statement.stated_on for statement in project.statements.all()}
    project.stated_facts = set(stated)
    return [
        Asked(guard, guard.check(project), stated.get(guard.fact.code) if guard.fact else None)
        for guard in guards_of(phase, project.mode)
    ]


def unmet(project: Project, phase: str) -> list[PhaseGuard]:
    return [asked.guard for asked in ask(project, phase) if not asked.met]


# --- our own ---------------------------------------------------------------------------------------------


def must(code: str, sentence: Promise) -> Guard:
    return Guard(code=code, sentence=sentence, strength="must")


def should(code: str, sentence: Promise, pass_role: str) -> Guard:
    return Guard(code=code, sentence=sentence, strength="should", pass_role=pass_role)


def on_record(fact: str) -> Check:
    """Stated, or dated on the project (which an import may have done)."""
    known = FACTS[fact]

    def check(project: Project) -> bool:
        trusted = not known.is_statement or project.imported_at is not None
        return fact in project.stated_facts or bool(
            known.column and trusted and getattr(project, known.column)
        )

    return check


def dated(phase: str, guard: Guard, fact: str, **more: Any) -> None:
    register(phase, guard, on_record(fact), fact=fact, **more)


def _edit(project: Project) -> str:
    return reverse("projects:edit", args=[project.number])


def _new_measure(project: Project) -> str:
    return f"{reverse('projects:appointment_new')}?project={project.number}&kind={Appointment.Kind.MEASURE}"


def _measure_page(project: Project) -> str:
    return f"{reverse('projects:project', args=[project.number])}?tab=appointments"


def _people(project: Project) -> str:
    return reverse("projects:people", args=[project.number])


def _has_measure_appointment(project: Project) -> bool:
    return (
        project.measured_on is not None
        or project.appointments.filter(
            kind=Appointment.Kind.MEASURE, state__in=(Appointment.State.PLANNED, Appointment.State.HELD)
        ).exists()
    )


def _all_nodes_passed(project: Project) -> bool:
    """A site stands at its last node only when all before it are passed (``actions.nodes``)."""
    node = find_node(nodes_of(project.node_set), project.node)
    return node is not None and node.final


def _nothing_planned(project: Project) -> bool:
    return not project.appointments.filter(
        state=Appointment.State.PLANNED, starts_at__gte=timezone.now()
    ).exists()


register(
    Phase.MEASUREMENT,
    must("designer_named", _("请先为项目指定设计师。")),
    lambda project: project.designer_id is not None,
    link=_people,
)
dated(Phase.MEASUREMENT, must("designer_accepted", _("业主还没有接受推荐的设计师。")), "designer_accepted")
register(
    Phase.MEASUREMENT,
    must("mode_chosen", _("请先选定装修方式。")),
    lambda project: bool(project.mode),
    link=_edit,
)
register(
    Phase.MEASUREMENT,
    must("measure_planned", _("还没有约量房时间。")),
    _has_measure_appointment,
    link=_new_measure,
)
register(
    Phase.DESIGN,
    must("measured", _("量房还没有完成，请在量房预约里登记完成。")),
    lambda project: project.measured_on is not None,
    link=_measure_page,
)
dated(Phase.DESIGN, must("proposal_agreed", _("还没有与业主约定看方案的日期。")), "proposal_agreed")
dated(Phase.BUDGET, must("draft_accepted", _("业主还没有认可设计预案。")), "draft_accepted")
dated(Phase.BUDGET, must("final_confirmed", _("业主还没有确认定稿图纸。")), "final_confirmed")
dated(Phase.CONTRACT, must("budget_confirmed", _("预算还没有经业主确认。")), "budget_confirmed")
dated(
    Phase.CONTRACT,
    should("released", _("图纸与预算还没有通过审核、由工程部经理放行。"), Role.ENGINEERING_MANAGER),
    "released",
)
dated(
    Phase.CONTRACT, must("drawings_and_brands", _("业主还没有确认施工图与主材品牌。")), "drawings_and_brands"
)
dated(Phase.CONTRACT, must("clauses_explained", _("还没有逐条解释合同条款。")), "clauses_explained")
dated(Phase.CONTRACT, must("signed", _("合同还没有双方签字。")), "signed")
dated(Phase.HANDOVER, should("first_paid", _("首期款还没有到账。"), Role.BRANCH_MANAGER), "first_paid")
dated(Phase.INSPECTIONS, must("handover_signed", _("三方还没有在交底单上签字。")), "handover_signed")
register(
    Phase.COMPLETION,
    must("nodes_passed", _("还有节点没有通过验收。")),
    _all_nodes_passed,
    modes=BUILT,
    link=lambda project: f"{reverse('projects:project', args=[project.number])}?tab=nodes",
)
dated(
    Phase.COMPLETION, must("internal_accepted", _("内部预验还没有通过。")), "internal_accepted", modes=BUILT
)
dated(
    Phase.COMPLETION,
    must("rectified", _("重点整改没有全部完成，或其余整改缺少标准、日期、业主签字。")),
    "rectified",
    modes=BUILT,
)
dated(Phase.COMPLETION, must("owner_accepted", _("业主还没有签署竣工验收。")), "owner_accepted", modes=BUILT)
dated(
    Phase.COMPLETION,
    must("drawings_delivered", _("图纸还没有交付并经业主确认。")),
    "drawings_delivered",
    modes=DESIGNED,
)
dated(
    Phase.COMPLETION,
    should("design_paid", _("设计费还没有付清。"), Role.BRANCH_MANAGER),
    "design_paid",
    modes=DESIGNED,
)
dated(Phase.WARRANTY, should("final_paid", _("尾款还没有到账。"), Role.BRANCH_MANAGER), "final_paid")
dated(Phase.WARRANTY, must("card_signed", _("保修卡还没有发放并由业主签收。")), "card_signed")
register(
    Phase.CLOSED,
    must("nothing_planned", _("还有没有了结的预约。")),
    _nothing_planned,
    link=_measure_page,
)
