from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmModel
from tenancy.models.base import Audit


class OutboxEvent(FirmModel):
    """What happened, written in the same transaction as the change that caused it (事件)."""

    audit: ClassVar[Audit] = "recorded"
    grants: ClassVar[str] = "SELECT, INSERT"

    name = models.CharField(max_length=80)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)
    actor = FirmFK("tenancy.Member", null=True, related_name="+")
    request_id = models.CharField(max_length=40, blank=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("事件")
        indexes: ClassVar = [
            models.Index(fields=["firm", "name", "at"], name="event_by_name"),
            models.Index(fields=["firm", "subject_id", "at"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(FirmModel):
    """One event for one handler (投递). Claimed with a lease before the work, done in the work's own transaction.

    A handler's writes and ``done`` commit together: their effect is exactly once. What a handler does outside the
    database may happen again when a worker dies between doing and committing. After ``TRIES`` failures the row is
    parked, so that one poisoned event never holds up the rest.
    """

    audit: ClassVar[Audit] = "machine"

    class State(models.TextChoices):
        WAITING = "waiting", _("待投递")
        DONE = "done", _("已完成")
        PARKED = "parked", _("已搁置")

    event = FirmFK(OutboxEvent, related_name="deliveries")
    handler = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("投递")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "event", "handler"], name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "due_at"], name="delivery_waiting", condition=models.Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ({self.state})"


class Due(models.Model):
    """That a firm has something due in a queue (到期提示). Outside row security: read before any firm is known.

    Rows are only added and taken away, never changed: two transactions of one firm never wait for each other here.
    It carries nothing but the firm, so it may be read by every worker.
    """

    class Queue(models.TextChoices):
        OUTBOX = "outbox", _("事件")
        CLOCKS = "clocks", _("时钟")
        PLAN = "plan", _("计划")
        ESCALATIONS = "escalations", _("升级")

    id = models.BigAutoField(primary_key=True)
    firm_id = models.BigIntegerField()
    queue = models.CharField(max_length=20)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("到期提示")
        indexes: ClassVar = [models.Index(fields=["queue", "due_at", "firm_id"], name="due_first")]

    def __str__(self) -> str:
        return f"{self.queue} {self.firm_id}"
