"""What the house hears that concerns projects: the parties' answers on the phone."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from notifications.events import CallFinished, CallUndone
from notifications.models import CallAttempt
from projects.actions.answers import Word, put_answer
from projects.models import Appointment, AppointmentPerson
from workflow.events import on
from workflow.models import Step

Answer = AppointmentPerson.Answer
COMES = "comes"
"""The question every confirmation script asks (notifications/scripts/calls/confirmations.toml)."""


@on(CallFinished)
def hear_whether_they_come(event: CallFinished) -> None:
    """A confirmation call that reached its party says where that party stands, unless the time moved meanwhile."""
    attempt = _attempt(event.attempt_id)
    if attempt.undone_at or attempt.outcome != CallAttempt.Outcome.REACHED:
        return
    person = _party_called(attempt)
    if person is None or _knows_better(person, attempt.at) or _moved_since(person.appointment, attempt):
        return
    put_answer(person.appointment, person, _word(attempt), by=attempt.by, at=attempt.at)


@on(CallUndone)
def forget_a_slip(event: CallUndone) -> None:
    """The outcome was taken back: so is the answer it gave, as far as it still stands."""
    attempt = _attempt(event.attempt_id)
    person = _party_called(attempt)
    if person is not None and attempt.at in (person.answered_at, person.told_at):
        put_answer(person.appointment, person, Word(Answer.ASKED), by=attempt.by)


def _attempt(pk: str) -> CallAttempt:
    return CallAttempt.objects.select_related("task__touchpoint__rule", "by").get(pk=pk)


def _party_called(attempt: CallAttempt) -> AppointmentPerson | None:
    """Whom this call asked about which standing appointment, both locked in the order of every other writer."""
    plan = attempt.task.touchpoint
    if plan is None or plan.subject_kind != Appointment.kind_of_subject():
        return None
    appointment = (
        Appointment.objects.standing().select_for_update(of=("self",)).filter(pk=plan.subject_id).first()
    )
    people = AppointmentPerson.objects.select_for_update(of=("self",)).filter(appointment=appointment)
    person = people.filter(part=plan.rule.audience).first() if appointment else None
    if person is not None:
        person.appointment = appointment
    return person


def _word(attempt: CallAttempt) -> Word:
    """Reached without an answer to the question: they know of it, no more."""
    how = AppointmentPerson.How.CALL
    said: Any = attempt.answers.get(COMES)
    if attempt.is_refused or said not in ("yes", "no"):
        return Word(Answer.TOLD, how)
    if said == "yes":
        return Word(Answer.CONFIRMED, how)
    return Word(
        Answer.DECLINED, how, attempt.note[:200] or str(_("电话里说不能按时到场")), attempt.promised_until
    )


def _knows_better(person: AppointmentPerson, at: datetime) -> bool:
    """A word of the same minute or later stands already; told twice, an event changes nothing."""
    return any(known is not None and known >= at for known in (person.answered_at, person.told_at))


def _moved_since(appointment: Appointment, attempt: CallAttempt) -> bool:
    """The call was opened for a time that no longer stands: its answer is about the old one."""
    steps = Step.objects.of(Appointment.kind_of_subject(), appointment.pk)
    return steps.filter(at__gt=attempt.task.made_at, facts__has_key="was").exists()
