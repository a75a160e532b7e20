"""The calls a playbook opened to ask the parties of an appointment: closed once their question is answered or void."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from notifications.actions import cancel_call
from notifications.models import CallTask
from projects.models import Appointment
from workflow.models import Touchpoint

WAITING = (CallTask.Status.DUE, CallTask.Status.RESCHEDULED)


def close_party_calls(appointment: Appointment, *, note: str, part: str = "") -> int:
    """Withdraw the calls about this appointment nobody is making just now: all, or those to one party.

    Opening them is the playbook's alone; a call somebody is on the phone with ends by its own answer. The plan is
    cancelled, not superseded: what is superseded is planned anew.
    """
    calls = list(_calls_about(appointment, part).filter(status__in=WAITING).select_for_update(of=("self",)))
    for call in calls:
        cancel_call(call, by=None, note=note)
    plans = [call.touchpoint_id for call in calls]
    Touchpoint.objects.open().filter(pk__in=plans).update(
        state=Touchpoint.State.CANCELLED, closed_at=timezone.now()
    )
    return len(calls)


def _calls_about(appointment: Appointment, part: str) -> Any:
    to = Q(touchpoint__rule__audience=part) if part else Q()
    kind = Appointment.kind_of_subject()
    return CallTask.objects.filter(
        to, subject_kind=kind, subject_id=appointment.pk, touchpoint__isnull=False
    ).order_by("pk")
