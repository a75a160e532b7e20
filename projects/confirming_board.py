"""How the confirmations of the coming days look: one row for each node, its parties as chips with where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import policies
from projects.actions.confirming import THIRD_PARTY, stands_for
from projects.models import Appointment, AppointmentPerson
from projects.parts import PARTS
from projects.phases import Node, find_node, nodes_of
from tenancy.models import Member

DAYS = 7
MOST_ROWS = 200
Answer = AppointmentPerson.Answer
TONES: dict[str, str] = {Answer.ASKED: "", Answer.TOLD: "b", Answer.CONFIRMED: "g", Answer.DECLINED: "r"}


@dataclass(frozen=True)
class Chip:
    """One party of a node: who, and where they stand. Without a person the slot is empty on this site."""

    part: str
    name: str = ""
    answer: str = ""
    note: str = ""
    url: str = ""
    must_confirm: bool = True

    @property
    def label(self) -> str:
        return str(PARTS.get(self.part, self.part))

    @property
    def word(self) -> str:
        return str(Answer(self.answer).label) if self.answer else _("未指定")

    @property
    def tone(self) -> str:
        return TONES[self.answer] if self.answer else "y"


@dataclass(frozen=True)
class Row:
    appointment: Appointment
    node: str
    chips: list[Chip]

    @property
    def is_confirmed(self) -> bool:
        return all(chip.answer == Answer.CONFIRMED for chip in self.chips if chip.must_confirm)

    @property
    def has_conflict(self) -> bool:
        return any(chip.answer == Answer.DECLINED for chip in self.chips)


def coming(member: Member, now: datetime) -> Any:
    """Node appointments from today on for a week, as far as the member sees them."""
    today = timezone.localdate(now)
    first = timezone.make_aware(datetime.combine(today, time.min))
    rows = Appointment.objects.visible_to(member).standing().exclude(node="")
    return rows.filter(starts_at__gte=first, starts_at__lt=first + timedelta(days=DAYS + 1))


def where_somebody_is(rows: Any, answer: str) -> Any:
    """Those of which at least one person stands there; the proposer's own word is not looked for."""
    people = AppointmentPerson.objects.filter(appointment_id=OuterRef("pk"), answer=answer)
    return rows.filter(Exists(people.exclude(part="engineering_supervisor")))


def drawn(found: Any, member: Member) -> list[tuple[date, list[Row]]]:
    """By day, in order: a fixed number of statements however many rows."""
    rows = found.for_calendar().select_related("project__engineering_supervisor", "project__customer")
    ready = [row_of(one, member) for one in rows.order_by("starts_at", "pk")[:MOST_ROWS]]
    by_day = groupby(ready, key=lambda row: timezone.localdate(row.appointment.starts_at))
    return [(day, list(rows)) for day, rows in by_day]


def row_of(appointment: Appointment, member: Member) -> Row:
    node = node_of(appointment)
    label = str(node.label) if node else appointment.node
    may = policies.may_answer_for(appointment, member)
    return Row(appointment, label, list(_chips(appointment, node, may=may)))


def node_of(appointment: Appointment) -> Node | None:
    project = appointment.project
    return find_node(nodes_of(project.node_set), appointment.node) if project else None


def _chips(appointment: Appointment, node: Node | None, *, may: bool) -> Iterable[Chip]:
    project, people = appointment.project, list(appointment.people.all())
    if project is None or node is None:
        return
    for part in [*node.parties, *([THIRD_PARTY] if node.third_party else [])]:
        person = next((one for one in people if stands_for(one, part, project)), None)
        yield _chip(part, person, may=may)


def _chip(part: str, person: AppointmentPerson | None, *, may: bool) -> Chip:
    must = part != THIRD_PARTY
    if person is None:
        return Chip(part, must_confirm=must)
    url = reverse("projects:party", args=[person.appointment_id, person.pk]) if may else ""
    return Chip(part, person.shown_name, person.answer, person.reason, url, must)
