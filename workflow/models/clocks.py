from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _say, gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet
from tenancy.models.base import Audit
from workflow.working_time import read_explanation


class CalendarDay(models.Model):
    """One day of the mainland calendar. Global. ``official`` rows were imported by hand and stay."""

    class Source(models.TextChoices):
        PUBLISHED = "chinesecalendar", _("已公布安排")
        STATUTE = "statute", _("法定节日推算")
        OFFICIAL = "official", _("官方名单")

    date = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("日历")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class FirmClosure(FirmModel):
    """A day on which the firm differs from the calendar (企业休息日): closed, or open on a day off."""

    date = models.DateField(_("日期"))
    is_working = models.BooleanField(_("上班"), default=False)
    name = models.CharField(_("名称"), max_length=20, blank=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("企业休息日")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "date"], name="closure_once", violation_error_message=_("这一天已经登记过。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class ClockQuerySet(FirmQuerySet):
    def of(self, subject_kind: str, subject_id: Any) -> Any:
        return self.filter(subject_kind=subject_kind, subject_id=subject_id)

    def running(self) -> Any:
        return self.filter(stopped_at=None)

    def overdue(self, now: datetime) -> Any:
        return self.running().filter(paused_at=None, breached_at=None, due_at__lte=now)

    def to_warn(self, now: datetime) -> Any:
        return self.running().filter(paused_at=None, breached_at=None, warned_at=None, warn_at__lte=now)


class Clock(FirmModel):
    """A promise with a deadline on any subject (时钟): started, warned, breached, stopped; paused while we wait.

    ``due_at`` is a pure function of start, amount, pauses and calendar (``workflow.promised_time``); it is stored so
    that one query finds what is late. ``amount`` counts minutes, or working days.
    """

    audit: ClassVar[Audit] = "recorded"

    class Kind(models.TextChoices):
        NATURAL = "natural", _("自然时间")
        WORKING_HOURS = "working_hours", _("工作小时")
        WORKING_DAYS = "working_days", _("工作日")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    branch = FirmFK("tenancy.Branch", null=True, related_name="+")
    promise = models.CharField(_("承诺"), max_length=60)
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.NATURAL)
    amount = models.IntegerField()
    warn_amount = models.IntegerField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("截止"))
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    stopped_at = models.DateTimeField(null=True)
    reasons = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    objects = FirmManager.from_queryset(ClockQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("时钟")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "subject_kind", "subject_id", "promise"],
                condition=models.Q(stopped_at=None),
                name="clock_runs_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "due_at"],
                name="clock_watch",
                condition=models.Q(stopped_at=None, paused_at=None, breached_at=None),
            ),
            models.Index(
                fields=["firm", "warn_at"],
                name="clock_warn",
                condition=models.Q(stopped_at=None, paused_at=None, breached_at=None, warned_at=None),
            ),
            models.Index(fields=["firm", "subject_kind", "subject_id"], name="clock_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def length(self) -> timedelta | int:
        return self.amount if self.kind == self.Kind.WORKING_DAYS else timedelta(minutes=self.amount)

    @property
    def warn_length(self) -> timedelta | int | None:
        if self.warn_amount is None or self.kind == self.Kind.WORKING_DAYS:
            return self.warn_amount
        return timedelta(minutes=self.warn_amount)

    @property
    def explanation(self) -> list[str]:
        """Why it is due on that date, as sentences in the reader's language."""
        start = _say("从%(moment)s起算") % {"moment": _moment(self.started_at)}
        return [start, *map(_pause_sentence, self.pauses), *read_explanation(self.reasons)]


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return _say("%(month)d月%(day)d日 %(time)s") % {
        "month": local.month,
        "day": local.day,
        "time": f"{local:%H:%M}",
    }


def _pause_sentence(pause: list[str]) -> str:
    began, ended = (_moment(datetime.fromisoformat(at)) for at in pause)
    return _say("%(began)s至%(ended)s暂停，不计") % {"began": began, "ended": ended}
