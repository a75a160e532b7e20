"""What becomes of each row: the one judgement that the rehearsal shows and the import carries out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.phone import Phone, mask_phone
from crm.actions.importing import ImportedCustomer
from crm.models import Customer
from projects.actions.importing import ImportedProject
from projects.models import Project
from projects.phases import Node, Phase
from tenancy.models.base import uuid7
from workspace.ledger import values
from workspace.ledger.directory import Directory
from workspace.ledger.duplicates import place_key
from workspace.ledger.known import SAME_PHONE, Known, KnownCustomer, KnownProject
from workspace.ledger.nodes import node_code
from workspace.ledger.rows import SLOTS, LedgerRow
from workspace.models.imports import Outcome


@dataclass
class Decision:
    """One row's fate. ``lines``: what happens; ``sentences``: what a person must look at."""

    row: LedgerRow
    outcome: str = Outcome.UNCHANGED
    lines: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    customer_id: UUID | None = None
    project_id: UUID | None = None
    new_customer: ImportedCustomer | None = None
    new_project: ImportedProject | None = None
    customer: Customer | None = None
    customer_changes: dict[str, Any] = field(default_factory=dict)
    new_phones: list[Phone] = field(default_factory=list)
    project: Project | None = None
    project_changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Circumstances:
    """What holds for the whole import. ``branch_ids``: the branches its uploader answers for; none means all."""

    now: datetime
    note: str = ""
    branch_ids: Sequence[str] = ()
    node_set: str = "seven"
    nodes: tuple[Node, ...] = ()


class Judge:
    """Decides rows in the order of the file; what one row brings is known to the next."""

    def __init__(self, directory: Directory, known: Known, circumstances: Circumstances) -> None:
        self.directory = directory
        self.known = known
        self.about = circumstances

    def decide(self, row: LedgerRow) -> Decision:
        decision = Decision(row, sentences=[problem.sentence for problem in row.problems])
        rejection = row.rejection or self._foreign_branch(row)
        if rejection:
            decision.outcome = Outcome.REJECTED
            decision.sentences.insert(0, rejection)
            return decision
        customer = self._customer(row, decision)
        self._project(row, customer, decision)
        self._doubtful_people(row, decision)
        if decision.outcome == Outcome.DUPLICATE:
            return decision
        if decision.new_customer or decision.new_project:
            decision.outcome = Outcome.CREATED
        elif decision.customer_changes or decision.project_changes or decision.new_phones:
            decision.outcome = Outcome.UPDATED
        return decision

    # --- the customer ------------------------------------------------------------------------------------

    def _customer(self, row: LedgerRow, decision: Decision) -> KnownCustomer:
        match = self.known.match(row)
        for why, other in match.sentences:
            decision.sentences.append(_alike(why, other))
        customer = match.customer or self._new_customer(row, decision)
        decision.customer_id = customer.id
        if match.customer:
            self._add_phones(row, customer, decision)
        if customer.record is not None and not customer.in_run:
            self._compare_customer(row, customer, customer.record, decision)
        return customer

    def _new_customer(self, row: LedgerRow, decision: Decision) -> KnownCustomer:
        said = values.customer_values(row, self.directory)
        birthday = {name for name in said if name.startswith("birthday_")}
        facts = {
            name: value for name, value in said.items() if name not in {"branch_id", "adviser_id", *birthday}
        }
        decision.new_customer = ImportedCustomer(
            id=uuid7(),
            name=row.name[:60],
            branch_id=said.get("branch_id") or self.directory.only_branch(),
            adviser_id=said.get("adviser_id"),
            phones=row.phones,
            wechat=row.wechat,
            birthday=row.birthday,
            since=values.latest_contact(row, self.about.now),
            facts=facts,
        )
        decision.lines.append(_("新建客户"))
        numbers = {phone.e164 for phone in row.phones}
        new = decision.new_customer
        customer = KnownCustomer(new.id, row.name, place_key(row), numbers, branch_id=new.branch_id)
        self.known.add(customer)
        return customer

    def _add_phones(self, row: LedgerRow, customer: KnownCustomer, decision: Decision) -> None:
        decision.new_phones = [phone for phone in row.phones if phone.e164 not in customer.phones]
        for phone in decision.new_phones:
            customer.phones.add(phone.e164)
            decision.lines.append(_("增加电话 %(phone)s") % {"phone": mask_phone(phone.e164)})

    def _compare_customer(
        self, row: LedgerRow, customer: KnownCustomer, record: Customer, decision: Decision
    ) -> None:
        """A second home says nothing about the first: its address and remarks are the project's."""
        said = values.customer_values(row, self.directory)
        if place_key(row) and place_key(row) != customer.place:
            said = {name: value for name, value in said.items() if name not in _OF_ONE_HOME}
        project = customer.project_for(row)
        base = project.base if project is not None and project.base is not None else customer.base
        found = values.differences(record, said, self._before(base, values.customer_values))
        decision.customer, decision.customer_changes = record, found.changes
        self._tell(Customer, record, found, decision)

    # --- the project -------------------------------------------------------------------------------------

    def _project(self, row: LedgerRow, customer: KnownCustomer, decision: Decision) -> None:
        known = customer.project_for(row)
        if known is None:
            self._new_project(row, customer, decision)
            return
        decision.project_id = known.id
        if known.record is not None and not known.in_run:
            self._compare_project(row, known, known.record, decision)
        else:
            decision.outcome = Outcome.DUPLICATE
            decision.sentences.append(_("与前面一行是同一位客户的同一个项目，没有再建"))

    def _new_project(self, row: LedgerRow, customer: KnownCustomer, decision: Decision) -> None:
        if row.stage is None:
            return
        branch_id = self.directory.branch(row.branch) or self.directory.only_branch()
        if branch_id is None:
            decision.sentences.append(_("没有写分公司，只建了客户；请选择分公司后再建项目"))
            return
        project_id = uuid7()
        decision.project_id = project_id
        decision.new_project = self._imported(row, customer.id, branch_id, project_id)
        decision.lines.append(_("新建项目：%(phase)s") % {"phase": _phase_words(row)})
        customer.projects.append(KnownProject(project_id, place_key(row), row.contract_number))

    def _imported(
        self, row: LedgerRow, customer_id: UUID, branch_id: UUID, project_id: UUID
    ) -> ImportedProject:
        assert row.stage is not None
        said = values.project_values(row, self.directory)
        started = bool(row.started_on)
        if row.stage.phase == Phase.SUSPENDED:
            said["suspended_from"] = Phase.INSPECTIONS if started else Phase.CONTRACT
        if row.stage.phase == Phase.CANCELLED:
            said["cancelled_from"] = Phase.INSPECTIONS if started else Phase.CONTRACT
        opened = values.first_heard(row, self.about.now)
        return ImportedProject(
            customer_id=customer_id,
            branch_id=branch_id,
            phase=row.stage.phase,
            node=node_code(row.stage.node, self.about.node_set, self.about.nodes),
            at=values.phase_since(row, self.about.now),
            note=self.about.note,
            estate_name=row.estate,
            fields={"id": project_id, "opened_on": opened.date(), **said, **self._remarks(row, customer_id)},
        )

    def _remarks(self, row: LedgerRow, customer_id: UUID) -> dict[str, str]:
        """Remarks about a second home stand on its project; about the first they stand on the customer."""
        others = [one for one in self.known.named(row.name) if one.id == customer_id and one.projects]
        return {"note": row.notes[:2000]} if others and row.notes else {}

    def _compare_project(
        self, row: LedgerRow, known: KnownProject, project: Project, decision: Decision
    ) -> None:
        said = values.project_values(row, self.directory)
        before = self._before(known.base, values.project_values)
        found = values.differences(project, said, before)
        decision.project, decision.project_changes = project, found.changes
        self._tell(Project, project, found, decision)
        decision.sentences.extend(_moved_on(row, known, project))

    # --- telling -----------------------------------------------------------------------------------------

    def _before(self, base: LedgerRow | None, read: Any) -> dict[str, Any] | None:
        return None if base is None else read(base, self.directory, creating=False)

    def _tell(self, model: Any, record: Any, found: values.Difference, decision: Decision) -> None:
        if not found.changes and not found.disputed:
            return
        names = {**self.directory.estate_names, **{pk: p.name for pk, p in self.directory.people.items()}}
        names |= {pk: branch.name for pk, branch in self.directory.branches.items()}
        told: set[str] = set()
        for name, value in found.changes.items():
            label = values.label_of(model, name)
            if label in told or (name.startswith("birthday_") and name != "birthday_original"):
                continue
            told.add(label)
            old = values.shown(model, name, getattr(record, name), names)
            new = values.shown(model, name, value, names)
            decision.lines.append(
                _("%(label)s：%(old)s → %(new)s") % {"label": label, "old": old, "new": new}
            )
        for name in found.disputed:
            label = values.label_of(model, name)
            sentence = _("“%(label)s”与系统里的不同，没有改动，请核对")
            decision.sentences.append(sentence % {"label": label})

    def _doubtful_people(self, row: LedgerRow, decision: Decision) -> None:
        for slot in SLOTS:
            for place, name in enumerate(row.people.get(slot.value, ())):
                if place:
                    decision.sentences.append(_("一格里写了几个人，“%(name)s”没有填入") % {"name": name})
                elif self.directory.is_ambiguous(name) and self._nobody(name, slot.value, row):
                    decision.sentences.append(_("有几位同名的“%(name)s”，请在项目页选择") % {"name": name})

    def _nobody(self, name: str, slot: str, row: LedgerRow) -> bool:
        branch_id = self.directory.branch(row.branch, creating=False)
        return self.directory.member(name, slot, branch_id, creating=False) is None

    def _foreign_branch(self, row: LedgerRow) -> str:
        """Whoever answers for some branches brings in rows of those only."""
        if not self.about.branch_ids:
            return ""
        branch_id = self.directory.branch(row.branch, creating=False)
        if branch_id is not None and str(branch_id) in self.about.branch_ids:
            return ""
        return _("“%(branch)s”不在您负责的分公司之内") % {"branch": row.branch or "—"}


_OF_ONE_HOME: Final = frozenset({"estate_id", "building", "unit", "room", "address", "style", "notes"})


def _phase_words(row: LedgerRow) -> str:
    assert row.stage is not None
    phase = Phase(row.stage.phase).label
    return f"{phase}（{row.stage.node}）" if row.stage.node else str(phase)


def _alike(why: str, other: KnownCustomer) -> str:
    if why == SAME_PHONE:
        return _("电话与客户“%(name)s”相同，姓名不同，请核对是不是一家人") % {"name": other.name}
    return _("已有同名同房号的客户“%(name)s”，电话不同，请核对后合并") % {"name": other.name}


def _moved_on(row: LedgerRow, known: KnownProject, project: Project) -> list[str]:
    """The ledger's stage is where a project *was* taken in; from then on people move it, with their reasons."""
    if row.stage is None or row.stage.phase == project.phase:
        return []
    if known.base is not None and known.base.stage == row.stage:
        return []
    words = {"ledger": row.stage_text, "phase": project.get_phase_display()}
    return [_("台账写“%(ledger)s”，系统里是“%(phase)s”，没有改动，请在项目页推进") % words]
