"""Put dated facts on record: what happened, on which day, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from projects import policies
from projects.actions.confirming import unconfirmed
from projects.actions.promises import keep_design_promises
from projects.events import FactRecorded, NodePassed
from projects.models import Project, Statement
from projects.parts import PARTS
from projects.phases import Node, Phase, find_node, nodes_of, place_of
from projects.stated import FACTS, StatedFact
from tenancy.models import Member
from workflow.events import publish


@dataclass(frozen=True)
class Said:
    """On which day a fact happened, as somebody says."""

    on: date
    note: str = ""
    passed_over: dict[str, Any] = field(default_factory=dict)


FUTURE_FACTS = frozenset({"proposal_agreed"})
"""Facts that are agreed ahead: the day is when something will be."""


@transaction.atomic
def record_fact(project: Project, fact: str, *, by: Member, on: date, note: str = "") -> Project:
    """Put a fact on record; where its own paper is not kept here yet, as a statement of whoever answers for it."""
    project = Project.objects.lock(project)
    put_on_record(project, {fact: Said(on, note)}, by=by)
    project.save()
    return project


def put_on_record(project: Project, said: Mapping[str, Said], *, by: Member) -> None:
    """The same for several facts at once, on a project the caller has locked and will save."""
    for fact, what in said.items():
        known = FACTS[fact]
        _refuse_stranger(known, by)
        _refuse_future(known, what.on)
        _refuse_ended(project)
        if known.column:
            setattr(project, known.column, what.on)
        keep_design_promises(project, fact)
    _state(project, {(fact, ""): what for fact, what in said.items() if FACTS[fact].is_statement}, by=by)
    for fact, what in said.items():
        publish(
            FactRecorded(
                project_id=str(project.pk),
                customer_id=str(project.customer_id),
                fact=fact,
                on=what.on.isoformat(),
            )
        )


@transaction.atomic
def pass_node(
    project: Project, node: str, *, by: Member, on: date, note: str = "", waive: str = ""
) -> Project:
    """State that the current node passed its inspection; the site then stands at the next one.

    Every party of the node's matrix should have confirmed; the engineering manager may pass it all the same, with
    ``waive`` as the reason, and it stays to be read.
    """
    known = FACTS["node_passed"]
    _refuse_stranger(known, by)
    _refuse_future(known, on)
    project = Project.objects.lock(project)
    current = _current_node(project, node)
    missing = unconfirmed(project, current)
    _refuse_unconfirmed(missing, waive.strip(), by)
    passed_over = {"missing": missing, "reason": waive.strip()} if missing else {}
    _state(project, {(known.code, current.code): Said(on, note, passed_over)}, by=by)
    nodes = nodes_of(project.node_set)
    project.node = nodes[place_of(nodes, current.code) + 1].code
    project.save()
    publish(
        NodePassed(
            project_id=str(project.pk),
            customer_id=str(project.customer_id),
            node=current.code,
            on=on.isoformat(),
        )
    )
    return project


def _state(project: Project, said: Mapping[tuple[str, str], Said], *, by: Member) -> None:
    """Stated again, a fact is corrected; the trail keeps what was said before."""
    if not said:
        return
    known = {(row.fact, row.node): row for row in Statement.objects.filter(project=project)}
    for (fact, node), what in said.items():
        row = known.get((fact, node)) or Statement(project=project, fact=fact, node=node)
        row.stated_on, row.note, row.by, row.at = what.on, what.note, by, timezone.now()
        row.passed_over = what.passed_over
        row.save()


def _current_node(project: Project, code: str) -> Node:
    if project.phase != Phase.INSPECTIONS:
        raise Refusal(_("项目不在施工验收阶段，不能登记节点验收。"))
    node = find_node(nodes_of(project.node_set), project.node)
    if node is None or node.code != code:
        raise Refusal(_("节点要依次通过，请先登记当前节点。"), code="not_this_node")
    if node.final:
        raise Refusal(_("最后一个节点由业主的竣工验收通过，请推进到竣工。"), code="final_node")
    return node


def _refuse_unconfirmed(missing: list[str], reason: str, by: Member) -> None:
    if not missing:
        return
    if not policies.may_pass_unconfirmed(by):
        raise Refusal(
            _("还没有全部确认到场：%(who)s。请先在三方确认里登记，或由工程部经理写明原因后通过。")
            % {"who": _named(missing)},
            code="unconfirmed",
        )
    if not reason:
        raise Refusal(
            _("还没有全部确认到场：%(who)s。要通过请写明原因。") % {"who": _named(missing)},
            code="unconfirmed",
        )


def _named(parts: list[str]) -> str:
    return "、".join(str(PARTS[part]) for part in parts)


def _refuse_stranger(known: StatedFact, by: Member) -> None:
    if not known.may_state(by):
        raise Refusal(_("“%(fact)s”须由负责的岗位登记。") % {"fact": known.label}, code="not_your_fact")


def _refuse_future(known: StatedFact, on: date) -> None:
    if on > timezone.localdate() and known.code not in FUTURE_FACTS:
        raise Refusal(_("“%(fact)s”的日期不能晚于今天。") % {"fact": known.label}, code="in_the_future")


def _refuse_ended(project: Project) -> None:
    if not project.is_open:
        raise Refusal(
            _("项目已%(phase)s，不能再登记事实。") % {"phase": project.get_phase_display()}, code="ended"
        )
