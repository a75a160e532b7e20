"""Make appointments, move them, hear who comes, and say what came of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.ui.formats import clock, day_name
from projects import policies
from projects.actions.party_calls import close_party_calls
from projects.actions.promises import promise_draft
from projects.events import AppointmentCancelled, AppointmentHeld, AppointmentMade, AppointmentMoved
from projects.models import Appointment, AppointmentPerson, Project
from tenancy.models import Branch, Member
from workflow.events import publish
from workflow.moves import move, record_origin

OWNER = "owner"
NOBODY_TOLD: dict[str, Any] = {
    "answer": AppointmentPerson.Answer.ASKED,
    "answered_at": None,
    "told_at": None,
    "told_by": None,
    "how": "",
    "reason": "",
    "wished_at": None,
}
"""Where everybody stands with a new time."""


@dataclass(frozen=True)
class Guest:
    """Somebody from outside who is asked to come."""

    name: str
    part: str = OWNER


@transaction.atomic
def make_appointment(  # noqa: PLR0913 - what, for whom, when, where and with whom
    *,
    by: Member,
    kind: str,
    customer: Any,
    branch: Branch,
    starts_at: datetime,
    ends_at: datetime,
    project: Project | None = None,
    members: Sequence[Member] = (),
    guests: Sequence[Guest] | None = None,
    place: str = "",
    note: str = "",
    node: str = "",
) -> Appointment:
    """Ask people to meet; the owner is asked too unless other guests are named. Nobody is booked twice."""
    if not policies.may_plan(project, by):
        raise Refusal(_("您的角色不能为这个项目安排预约。"))
    _refuse_backwards(starts_at, ends_at)
    appointment = Appointment(
        kind=kind,
        customer=customer,
        project=project,
        node=node,
        branch=branch,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place or (project.place if project else ""),
        note=note,
        made_by=by,
    )
    appointment.save()
    record_origin([appointment], by=by, state_field="state")
    asked = guests if guests is not None else [Guest(customer.name)]
    _ask(appointment, members, asked)
    publish(AppointmentMade(**_about(appointment), starts_at=starts_at.isoformat()))
    return appointment


@transaction.atomic
def move_appointment(
    appointment: Appointment,
    *,
    by: Member,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    place: str | None = None,
    members: Sequence[Member] | None = None,
) -> Appointment:
    """Another time or other colleagues. With another time everybody is asked anew; the steps keep both times."""
    _refuse_backwards(starts_at, ends_at)
    appointment = enter(appointment, by)
    if members is not None:
        _change_people(appointment, members)
    if (starts_at, ends_at, place or appointment.place) == (
        appointment.starts_at,
        appointment.ends_at,
        appointment.place,
    ):
        return appointment
    was = appointment.starts_at
    close_party_calls(appointment, note=_("预约已改期"))
    move(
        appointment.reschedule,
        by=by,
        note=reason,
        was=was.isoformat(),
        now=starts_at.isoformat(),
    )
    _set_time(appointment, starts_at, ends_at, place)
    publish(AppointmentMoved(**_about(appointment), starts_at=starts_at.isoformat(), was=was.isoformat()))
    return appointment


@transaction.atomic
def hold_appointment(
    appointment: Appointment,
    *,
    by: Member,
    outcome: str = "",
    held_at: datetime | None = None,
    proposal_on: date | None = None,
) -> Appointment:
    """It took place. A measure visit ends with a day agreed for showing the proposal, and starts the draft's clock."""
    held_at = held_at or timezone.now()
    appointment = enter(appointment, by)
    _refuse_too_early(appointment, held_at)
    appointment.outcome = outcome
    appointment.held_at = held_at
    move(appointment.hold, by=by, note=outcome)
    if appointment.kind == Appointment.Kind.MEASURE and appointment.project_id:
        _note_measuring(appointment, held_at, proposal_on)
    _free(appointment)
    publish(AppointmentHeld(**_about(appointment), at=held_at.isoformat()))
    return appointment


@transaction.atomic
def miss_appointment(appointment: Appointment, *, by: Member, outcome: str = "") -> Appointment:
    """Somebody did not come; the people are free again."""
    return _end(appointment, "miss", by=by, note=outcome, missed=True)


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, by: Member, reason: str = "") -> Appointment:
    """Called off; the people are free again."""
    return _end(appointment, "cancel", by=by, note=reason, missed=False)


def _end(appointment: Appointment, transition: str, *, by: Member, note: str, missed: bool) -> Appointment:
    appointment = enter(appointment, by)
    appointment.outcome = note
    move(getattr(appointment, transition), by=by, note=note)
    _free(appointment)
    publish(AppointmentCancelled(**_about(appointment), missed=missed))
    return appointment


def enter(appointment: Appointment, by: Member) -> Appointment:
    appointment = Appointment.objects.lock(appointment)
    if not policies.may_answer_for(appointment, by):
        raise Refusal(_("您不能处理这个预约。"))
    return appointment


def _ask(appointment: Appointment, members: Iterable[Member], guests: Iterable[Guest]) -> None:
    members = list(members)
    _refuse_double_booking(appointment, [member.pk for member in members])
    period = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    people = [
        AppointmentPerson(appointment=appointment, member=member, part=_part(appointment, member), **period)
        for member in members
    ]
    people += [AppointmentPerson(appointment=appointment, name=g.name, part=g.part, **period) for g in guests]
    _write(lambda: AppointmentPerson.objects.bulk_create(people))


def _change_people(appointment: Appointment, members: Sequence[Member]) -> None:
    """Those who stay keep their answer; guests are not touched."""
    if appointment.state != Appointment.State.PLANNED:
        raise Refusal(_("这个预约已经结束，不能再换人。"), code="wrong_state")
    chosen = {member.pk for member in members}
    present = dict(appointment.people.exclude(member=None).values_list("member_id", "pk"))
    gone = [pk for member_id, pk in present.items() if member_id not in chosen]
    appointment.people.filter(pk__in=gone).delete()
    _ask(appointment, [member for member in members if member.pk not in present], [])


def _part(appointment: Appointment, member: Member) -> str:
    """What the member is on this project, for the reader of the calendar."""
    slots = ("designer", "project_manager", "foreman", "engineering_supervisor", "inspector", "adviser")
    project = appointment.project
    return next(
        (slot for slot in slots if project and getattr(project, f"{slot}_id") == member.pk), "colleague"
    )


def _set_time(appointment: Appointment, starts_at: datetime, ends_at: datetime, place: str | None) -> None:
    appointment.starts_at, appointment.ends_at = starts_at, ends_at
    if place is not None:
        appointment.place = place
    appointment.save()
    busy = [pk for pk in appointment.people.values_list("member_id", flat=True) if pk]
    _refuse_double_booking(appointment, busy)
    _write(lambda: appointment.people.update(starts_at=starts_at, ends_at=ends_at, **NOBODY_TOLD))


def _refuse_double_booking(appointment: Appointment, member_ids: Sequence[Any]) -> None:
    """Say who is taken and when; the exclusion constraint is what makes it impossible."""
    _one_booking_at_a_time(member_ids)
    taken = (
        AppointmentPerson.objects.filter(
            member_id__in=member_ids,
            is_busy=True,
            starts_at__lt=appointment.ends_at,
            ends_at__gt=appointment.starts_at,
        )
        .exclude(appointment_id=appointment.pk)
        .select_related("member", "appointment")
        .order_by("starts_at")
    )
    if sentences := [_taken(person) for person in taken[:3]]:
        raise Refusal(*sentences, code="double_booked")


def _one_booking_at_a_time(member_ids: Sequence[Any]) -> None:
    """Whoever books the same colleague waits here, in one order for all: three at once met in a deadlock otherwise."""
    asked = Member.objects.filter(pk__in=member_ids).order_by("pk")
    list(asked.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _taken(person: AppointmentPerson) -> str:
    return _("%(who)s %(day)s %(from)s–%(to)s 已有预约（%(kind)s），请换个时间或换人。") % {
        "who": person.shown_name,
        "day": day_name(person.starts_at),
        "from": clock(person.starts_at),
        "to": clock(person.ends_at),
        "kind": person.appointment.get_kind_display(),
    }


def _write(write: Any) -> None:
    """Two people may book the same colleague in the same second: the database sees it, we say it."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        if "nobody_double_booked" not in str(error):
            raise
        raise Refusal(_("刚刚有人约了同一位同事，请换个时间或换人。"), code="double_booked") from error


def _free(appointment: Appointment) -> None:
    appointment.people.update(is_busy=False)


def _note_measuring(appointment: Appointment, held_at: datetime, proposal_on: date | None) -> None:
    """Without an agreed day nobody knows when the draft is to be shown (D-02)."""
    if proposal_on is None:
        raise Refusal(_("请填写与业主约定的看方案日期。"), code="proposal_day_missing")
    project = Project.objects.lock(appointment.project)
    project.measured_on = timezone.localdate(held_at)
    project.proposal_on = proposal_on
    project.save()
    promise_draft(project)


def _refuse_backwards(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refusal(_("结束时间须晚于开始时间。"))


def _refuse_too_early(appointment: Appointment, held_at: datetime) -> None:
    """A visit may begin before its hour, but not on another day still to come."""
    if timezone.localdate(held_at) < timezone.localdate(appointment.starts_at):
        raise Refusal(_("还没到预约的日子，不能登记完成；提前进行的请先改期。"), code="not_yet")


def _about(appointment: Appointment) -> dict[str, str]:
    return {
        "appointment_id": str(appointment.pk),
        "project_id": str(appointment.project_id or ""),
        "customer_id": str(appointment.customer_id),
        "kind": appointment.kind,
    }
