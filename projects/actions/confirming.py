"""The three-party confirmation of a node: the supervisor proposes a time once, the parties of its matrix are asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from projects.actions.answers import Word, put_answer
from projects.actions.appointments import Guest, make_appointment
from projects.models import Appointment, AppointmentPerson, Project
from projects.phases import Node, node_ahead
from tenancy.models import Member

OWNER, THIRD_PARTY = "owner", "third_party"
Answer = AppointmentPerson.Answer


@dataclass(frozen=True)
class Party:
    """One that a node's matrix names, and who that is on this site; nobody, where the slot is empty."""

    part: str
    member: Member | None = None
    name: str = ""
    must_confirm: bool = True

    @property
    def shown_name(self) -> str:
        return self.member.name if self.member else self.name


def parties_of(project: Project, node: Node) -> list[Party]:
    """Those who must confirm, in the matrix's order, then the supervisor from outside who is only told."""
    asked = [
        Party(part, name=project.customer.name)
        if part == OWNER
        else Party(part, member=getattr(project, part))
        for part in node.parties
    ]
    if node.third_party:
        asked.append(Party(THIRD_PARTY, name=project.third_party_supervisor, must_confirm=False))
    return asked


@transaction.atomic
def propose_node(
    project: Project, *, by: Member, node: str, starts_at: datetime, ends_at: datetime, place: str = ""
) -> Appointment:
    """Ask everybody of the node's matrix once. The same proposal again is the one that stands; another time is a move."""
    project = Project.objects.lock(project)
    ahead = _the_node(project, node)
    standing = Appointment.objects.standing().filter(project=project, node=node).first()
    if standing is not None:
        return _same_or_refuse(standing, starts_at)
    parties = [party for party in parties_of(project, ahead) if party.shown_name]
    made = make_appointment(
        by=by,
        kind=ahead.visit,
        customer=project.customer,
        branch=project.branch,
        project=project,
        node=ahead.code,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        members=_colleagues(project, parties),
        guests=[Guest(party.name, party.part) for party in parties if party.member is None],
    )
    _proposer_comes(made, by)
    return made


def unconfirmed(project: Project, node: Node) -> list[str]:
    """The parties of the node's matrix that have not confirmed its appointment, by part; all of them without one."""
    rows = Appointment.objects.filter(project=project, node=node.code, state__in=("planned", "held"))
    latest = rows.order_by("-starts_at").prefetch_related("people").first()
    people = list(latest.people.all()) if latest else []
    return [part for part in node.parties if not _has_confirmed(project, part, people)]


def _has_confirmed(project: Project, part: str, people: Iterable[AppointmentPerson]) -> bool:
    """One colleague may fill two slots of a small site: their one word counts for both."""
    return any(stands_for(person, part, project) and person.answer == Answer.CONFIRMED for person in people)


def stands_for(person: AppointmentPerson, part: str, project: Project) -> bool:
    """Whether this person was asked as that party; outsiders fill no slot of the project."""
    filled_by = getattr(project, f"{part}_id", None)
    return person.part == part or (filled_by is not None and person.member_id == filled_by)


def _the_node(project: Project, code: str) -> Node:
    ahead = node_ahead(project.node_set, project.phase, project.node)
    if ahead is None:
        raise Refusal(_("项目不在交底或施工验收阶段，没有要确认的节点。"), code="no_node")
    if ahead.code != code:
        raise Refusal(
            _("节点要依次确认，现在要约的是“%(node)s”。") % {"node": ahead.label}, code="not_this_node"
        )
    return ahead


def _same_or_refuse(standing: Appointment, starts_at: datetime) -> Appointment:
    if standing.starts_at == starts_at:
        return standing
    raise Refusal(_("这个节点已经约好时间，要换时间请改期。"), code="already_planned")


def _colleagues(project: Project, parties: Iterable[Party]) -> list[Member]:
    """The parties of ours, and the supervisor who leads the visit."""
    there = [party.member for party in parties if party.member]
    lead = project.engineering_supervisor
    return list({member.pk: member for member in [*there, *([lead] if lead else [])]}.values())


def _proposer_comes(made: Appointment, by: Member) -> None:
    """Whoever proposes a time need not be asked whether it suits them."""
    for person in made.people.filter(member=by).select_for_update(of=("self",)):
        put_answer(made, person, Word(Answer.CONFIRMED, AppointmentPerson.How.IN_PERSON), by=by)
