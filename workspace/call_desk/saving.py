"""Saving an outcome: everything it needs of its call, read in one statement."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Customer
from notifications.actions.outcomes import Said
from notifications.models import CallAttempt, CallDraft, CallTask
from tenancy.models import Member
from workspace.call_desk import page, queue
from workspace.call_desk.forms import OutcomeForm


def find(member: Member, pk: UUID) -> Any:
    """The call under lock, with ``who`` was called, the ``number`` dialled and when, and ``holds_another``: whether this
    member is on the phone about one more. 404 where the member does not see it."""
    another = queue.all_held(member, timezone.now()).exclude(pk=OuterRef("pk"))
    rows = CallTask.objects.visible_to(member).annotate(
        who=Subquery(Customer.objects.filter(pk=OuterRef("customer_id")).values("name")[:1]),
        number=Subquery(page.phones_of(OuterRef("customer_id")).values("value")[:1]),
        dialled_at=Subquery(CallDraft.objects.filter(task=OuterRef("pk")).values("dialled_at")[:1]),
        holds_another=Exists(another),
    )
    locked = rows.select_related("script__script", "lease_by", "assignee").select_for_update(of=("self",))
    return get_object_or_404(locked, pk=pk)


def said(task: Any, form: OutcomeForm) -> Said:
    given = form.cleaned_data
    return Said(
        outcome=given["outcome"],
        answers=form.answered(),
        issues=form.ticked(),
        note=given["note"],
        is_refused=given["is_refused"] and given["outcome"] == CallAttempt.Outcome.REACHED,
        again_at=given["again_at"],
        phone=task.number or task.phone,
        dialled_at=task.dialled_at,
    )


def words(task: Any, attempt: CallAttempt) -> str:
    what = _("拒绝回访") if attempt.is_refused else attempt.get_outcome_display()
    return _("已记录%(who)s：%(what)s") % {"who": task.who or task.title, "what": what}
