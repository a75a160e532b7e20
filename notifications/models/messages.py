"""Messages on their way to people, what people allowed us, and what came back."""

from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from notifications.models.words import Purpose, TemplateVersion
from notifications.querysets import ConsentQuerySet, MessageQuerySet, SuppressionQuerySet
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, Member
from tenancy.models.base import Audit
from workflow.models import StatefulModel, Touchpoint


class Message(StatefulModel):
    """One text to one address (短信), from plan to receipt.

    ``attempt_no`` and the lease are committed before the wire; the answer counts only for the same attempt. What
    the provider may have done without telling us is ``unknown`` and is asked about, never simply sent again.
    """

    audit: ClassVar[Audit] = "recorded"
    branch_wall: ClassVar[bool] = True
    personal: ClassVar[frozenset[str]] = frozenset({"address", "name", "values", "body"})

    class Status(models.TextChoices):
        PLANNED = "planned", _("待发送")
        HELD = "held", _("暂缓")
        PENDING = "pending", _("排队中")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已提交")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("失败")
        UNKNOWN = "unknown", _("结果待查")
        SUPPRESSED = "suppressed", _("已拦截")
        EXPIRED = "expired", _("已过期")
        CANCELLED = "cancelled", _("已取消")

    WAITING: ClassVar[tuple[str, ...]] = (Status.PLANNED, Status.HELD, Status.PENDING)
    MAY_HAVE_LEFT: ClassVar[tuple[str, ...]] = (Status.SENDING, Status.SENT, Status.DELIVERED, Status.UNKNOWN)

    template = FirmFK(TemplateVersion, related_name="+", verbose_name=_("模板"))
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    address = models.CharField(_("号码"), max_length=20)
    name = models.CharField(_("收件人"), max_length=60, blank=True)
    values = models.JSONField(_("变量"), default=dict, encoder=DjangoJSONEncoder)
    body = models.TextField(_("内容"), blank=True)
    segments = models.PositiveSmallIntegerField(_("条数"), default=1)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    customer_id = models.UUIDField(null=True, blank=True)
    project_id = models.UUIDField(null=True, blank=True)
    branch = FirmFK(Branch, null=True, blank=True, related_name="+", verbose_name=_("分公司"))
    touchpoint = FirmFK(Touchpoint, null=True, blank=True, related_name="+")
    rule_key = models.CharField(max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=80, blank=True)
    dedupe_key = models.CharField(max_length=200)
    made_by = FirmFK(Member, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("计划时间"))
    next_at = models.DateTimeField(_("下次处理"), null=True)
    expires_at = models.DateTimeField(_("过期时间"))
    status = FSMField(_("状态"), choices=Status, default=Status.PLANNED, protected=True)
    why = models.CharField(_("说明"), max_length=200, blank=True)
    attempt_no = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    provider = models.CharField(_("通道"), max_length=20, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager.from_queryset(MessageQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("短信")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "dedupe_key"], name="message_once"),
            models.CheckConstraint(
                name="message_on_the_wire_has_a_lease",
                condition=~models.Q(status="sending")
                | models.Q(lease_until__isnull=False, attempt_no__gte=1),
            ),
            models.CheckConstraint(
                name="message_sent_has_a_receipt",
                condition=~models.Q(status__in=["sent", "delivered"]) | ~models.Q(provider_id=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "next_at", "id"],
                name="message_outbox",
                condition=models.Q(status__in=["planned", "held", "pending", "sending", "unknown"]),
            ),
            models.Index(fields=["firm", "address", "purpose", "-due_at"], name="message_of_address"),
            models.Index(fields=["firm", "-due_at", "-id"], name="message_newest"),
            models.Index(fields=["firm", "status", "-due_at"], name="message_by_status"),
            models.Index(fields=["firm", "customer_id", "-due_at"], name="message_of_customer"),
            models.Index(fields=["firm", "project_id", "-due_at"], name="message_of_project"),
            models.Index(
                fields=["firm", "provider", "provider_id"],
                name="message_by_receipt",
                condition=~models.Q(provider_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_status_display()}"

    @classmethod
    def kind_of_subject(cls) -> str:
        return "message"

    @transition(status, source=[Status.PLANNED, Status.PENDING, Status.HELD], target=Status.HELD)
    def hold(self, *, until: datetime, why: str) -> None:
        """Not now: outside the window, over a cap, the template not approved yet."""
        self.next_at, self.why = until, why

    @transition(status, source=[Status.PLANNED, Status.HELD], target=Status.PENDING)
    def clear(self, *, body: str, segments: int) -> None:
        """The gatekeeper lets it through with these words."""
        self.why, self.body, self.segments = "", body, segments

    @transition(status, source=Status.PENDING, target=Status.SENDING)
    def claim(self, *, until: datetime, provider: str) -> None:
        """Ours to send until the lease ends; committed before anything leaves the house."""
        self.attempt_no += 1
        self.lease_until = self.next_at = until
        self.provider, self.why, self.failure_code = provider, "", ""

    @transition(status, source=[Status.SENDING, Status.UNKNOWN], target=Status.SENT)
    def accept(self, *, provider_id: str, at: datetime) -> None:
        """The provider has it."""
        self.provider_id, self.sent_at, self.why = provider_id, at, ""
        self._rest()

    @transition(status, source=[Status.SENT, Status.SENDING, Status.UNKNOWN], target=Status.DELIVERED)
    def deliver(self, *, provider_id: str, at: datetime) -> None:
        """The handset has it. A receipt may come before our own answer did."""
        self.provider_id, self.ended_at, self.why = provider_id, at, ""
        self.sent_at = self.sent_at or at
        self._rest()

    @transition(
        status,
        source=[Status.PLANNED, Status.HELD, Status.PENDING, Status.SENDING, Status.SENT, Status.UNKNOWN],
        target=Status.FAILED,
    )
    def fail(self, *, code: str, why: str, at: datetime) -> None:
        """It will not arrive; the list says why in words."""
        self.failure_code, self.why, self.ended_at = code, why, at
        self._rest()

    @transition(status, source=Status.SENDING, target=Status.UNKNOWN)
    def lose(self, *, look_at: datetime, why: str) -> None:
        """It may have left; ask the provider before doing anything else."""
        self.lease_until, self.next_at, self.why = None, look_at, why

    @transition(status, source=[Status.SENDING, Status.UNKNOWN, Status.FAILED], target=Status.PENDING)
    def put_back(self, *, at: datetime, why: str) -> None:
        """It certainly did not leave (or a person says send again): one more try."""
        self.lease_until, self.next_at, self.why, self.ended_at = None, at, why, None

    @transition(status, source=[Status.PLANNED, Status.HELD, Status.PENDING], target=Status.SUPPRESSED)
    def suppress(self, *, why: str, at: datetime) -> None:
        """They asked us not to, or never allowed it."""
        self.why, self.ended_at = why, at
        self._rest()

    @transition(status, source=[Status.PLANNED, Status.HELD, Status.PENDING], target=Status.EXPIRED)
    def expire(self, *, why: str, at: datetime) -> None:
        """Its moment has passed; late words would confuse."""
        self.why, self.ended_at = why, at
        self._rest()

    @transition(status, source=[Status.PLANNED, Status.HELD, Status.PENDING], target=Status.CANCELLED)
    def cancel(self, *, why: str, at: datetime) -> None:
        """Somebody took it back before it left."""
        self.why, self.ended_at = why, at
        self._rest()

    def _rest(self) -> None:
        self.lease_until = self.next_at = None


class Consent(FirmModel):
    """Somebody allowed or forbade one purpose (授权记录); the newest row of an address and purpose counts."""

    audit: ClassVar[Audit] = "recorded"
    personal: ClassVar[frozenset[str]] = frozenset({"address"})

    class Channel(models.TextChoices):
        PHONE = "phone", _("电话")
        PAPER = "paper", _("书面")
        PAGE = "page", _("业主页")
        REPLY = "reply", _("短信回复")
        IMPORTED = "import", _("台账")

    address = models.CharField(_("号码"), max_length=20)
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    is_granted = models.BooleanField(_("同意"))
    wording = models.CharField(_("告知书版本"), max_length=20, blank=True)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel)
    evidence = models.CharField(_("依据"), max_length=200, blank=True)
    customer_id = models.UUIDField(null=True, blank=True)
    by = FirmFK(Member, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = FirmManager.from_queryset(ConsentQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("授权")
        indexes: ClassVar = [
            models.Index(fields=["firm", "address", "purpose", "-at"], name="consent_newest")
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.is_granted}"


class Suppression(FirmModel):
    """An address we do not write to (停发名单), for one purpose or, with an empty one, for all."""

    personal: ClassVar[frozenset[str]] = frozenset({"address"})

    class Cause(models.TextChoices):
        OPTED_OUT = "opted_out", _("本人退订")
        INVALID = "invalid", _("空号或无效号")
        CARRIER = "carrier", _("运营商拒收")
        MANUAL = "manual", _("人工停发")

    address = models.CharField(_("号码"), max_length=20)
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose, blank=True)
    cause = models.CharField(_("原因"), max_length=10, choices=Cause)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = FirmFK(Member, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager.from_queryset(SuppressionQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("停发")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "address", "purpose"],
                name="suppression_once",
                condition=models.Q(lifted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.get_cause_display()


class Reply(FirmModel):
    """What somebody wrote back. An opt-out word acts by itself; anything longer goes to a person."""

    audit: ClassVar[Audit] = "recorded"
    personal: ClassVar[frozenset[str]] = frozenset({"address", "body"})

    address = models.CharField(_("号码"), max_length=20)
    body = models.TextField(_("内容"))
    message = FirmFK(Message, null=True, related_name="replies")
    is_opt_out = models.BooleanField(_("退订"), default=False)
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta(FirmModel.Meta):
        verbose_name = _("短信回复")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "provider", "provider_id"], name="reply_once")
        ]

    def __str__(self) -> str:
        return self.body[:20]


class ChannelAccount(FirmModel):
    """How a firm reaches a provider. The secret is encrypted with a key outside the database."""

    class Provider(models.TextChoices):
        DEV_INBOX = "dev_inbox", _("演示收件箱")
        TWILIO = "sms_twilio", "Twilio"

    kind = models.CharField(_("渠道"), max_length=10, default="sms")
    provider = models.CharField(_("服务商"), max_length=20, choices=Provider, default=Provider.DEV_INBOX)
    account = models.CharField(_("账号"), max_length=80, blank=True)
    secret = models.CharField(_("密钥"), max_length=400, blank=True)
    sender = models.CharField(_("发送号码"), max_length=40, blank=True)
    signature = models.CharField(_("签名"), max_length=20)
    is_active = models.BooleanField(_("启用"), default=True)

    personal: ClassVar[frozenset[str]] = frozenset({"secret"})

    class Meta(FirmModel.Meta):
        verbose_name = _("短信通道")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "kind"], name="channel_account_once", condition=models.Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return self.get_provider_display()
