"""What each party said about each proposed time: kept when the time moves or the people change."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.appointment import Appointment, AppointmentPerson
from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member
from tenancy.models.base import Audit


class PartyAnswerQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        """Whoever sees the appointment sees who said what about it."""
        return self.filter(appointment__in=Appointment.objects.visible_to(member))


class PartyAnswer(FirmModel):
    """One word about one time (确认记录). Never rewritten: ``starts_at`` is the time that was spoken of."""

    audit: ClassVar[Audit] = "recorded"
    personal: ClassVar[frozenset[str]] = frozenset({"name", "reason"})

    appointment = FirmFK(Appointment, related_name="answers")
    member = FirmFK(Member, null=True, related_name="+")
    name = models.CharField(max_length=40)
    part = models.CharField(max_length=30)
    starts_at = models.DateTimeField()
    answer = models.CharField(_("确认"), max_length=10, choices=AppointmentPerson.Answer)
    how = models.CharField(_("方式"), max_length=10, choices=AppointmentPerson.How, blank=True)
    reason = models.CharField(_("冲突原因"), max_length=200, blank=True)
    wished_at = models.DateTimeField(_("希望时间"), null=True)
    by = FirmFK(Member, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = FirmManager.from_queryset(PartyAnswerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("确认记录")
        indexes: ClassVar = [
            models.Index(fields=["firm", "appointment", "-at"], name="party_answer_by_appointment")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_answer_display()}"
