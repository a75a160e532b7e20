"""Each party's word about an appointment: told, confirmed, or in conflict; the history keeps every one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from projects.actions.appointments import enter
from projects.actions.party_calls import close_party_calls
from projects.events import AppointmentAnswered
from projects.models import Appointment, AppointmentPerson, PartyAnswer
from tenancy.models import Member
from workflow.events import publish

Answer = AppointmentPerson.Answer
SETTLED = (Answer.CONFIRMED, Answer.DECLINED)


@dataclass(frozen=True)
class Word:
    """What somebody said: by which way, and with a conflict why and when it would suit them."""

    answer: str
    how: str = ""
    reason: str = ""
    wished_at: datetime | None = None


@transaction.atomic
def answer_for(
    person: AppointmentPerson,
    *,
    by: Member,
    answer: str,
    how: str = "",
    reason: str = "",
    wished_at: datetime | None = None,
) -> AppointmentPerson:
    """Somebody was told or said whether they come: themselves, or a colleague who asked them.

    Said again, the same word is not written twice; another word is the newest, and both are kept.
    """
    word = Word(answer, how, reason.strip(), wished_at)
    _refuse_unclear(word)
    appointment = enter(person.appointment, by)
    if appointment.state != Appointment.State.PLANNED:
        raise Refusal(_("这个预约已经结束，不用再确认。"), code="wrong_state")
    return put_answer(appointment, AppointmentPerson.objects.lock(person), word, by=by)


def put_answer(
    appointment: Appointment,
    person: AppointmentPerson,
    word: Word,
    *,
    by: Member | None,
    at: datetime | None = None,
) -> AppointmentPerson:
    """The same for a word heard elsewhere; appointment and person are locked. Closes the call it makes needless."""
    if word == _last_word(person):
        return person
    at = at or timezone.now()
    _write(person, word, by, at)
    if word.answer in SETTLED:
        close_party_calls(
            appointment, part=person.part, note=_("对方已答复：%(answer)s") % {"answer": _say(word)}
        )
    publish(
        AppointmentAnswered(
            appointment_id=str(appointment.pk),
            project_id=str(appointment.project_id or ""),
            customer_id=str(appointment.customer_id),
            part=person.part,
            answer=word.answer,
        )
    )
    return person


def _write(person: AppointmentPerson, word: Word, by: Member | None, at: datetime) -> None:
    person.answer, person.how = word.answer, word.how
    person.reason, person.wished_at = word.reason, word.wished_at
    person.answered_at = at if word.answer in SETTLED else None
    if word.answer == Answer.ASKED:
        person.told_at = person.told_by = None
    elif person.told_at is None or word.answer == Answer.TOLD:
        person.told_at, person.told_by = at, by
    person.save()
    PartyAnswer.objects.create(
        appointment_id=person.appointment_id,
        member=person.member,
        name=person.shown_name,
        part=person.part,
        starts_at=person.starts_at,
        answer=word.answer,
        how=word.how,
        reason=word.reason,
        wished_at=word.wished_at,
        by=by,
        at=at,
    )


def _last_word(person: AppointmentPerson) -> Word:
    return Word(person.answer, person.how, person.reason, person.wished_at)


def _say(word: Word) -> str:
    return str(Answer(word.answer).label)


def _refuse_unclear(word: Word) -> None:
    """A conflict without its reason helps nobody find another time."""
    if word.answer not in Answer.values or (word.how and word.how not in AppointmentPerson.How.values):
        raise Refusal(_("请选择确认状态。"))
    if word.answer != Answer.DECLINED and (word.reason or word.wished_at):
        raise Refusal(_("只有有冲突时才填原因和希望时间。"), code="no_conflict")
