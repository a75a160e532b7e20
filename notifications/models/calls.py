"""Calls to be made, calls made, and how satisfied people said they were."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from notifications.models.words import Lane, ScriptVersion
from notifications.querysets import CallAttemptQuerySet, CallTaskQuerySet, SatisfactionQuerySet
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, Member
from tenancy.models.base import Audit
from workflow.models import StatefulModel, Touchpoint


class CallTask(StatefulModel):
    """A call somebody is to make (回访任务): made by a rule's touchpoint, or by hand.

    Its Steps, attempts and reasons tell its whole life, so it is ``recorded``. The lease says who holds it now: a
    browser that dies gives it back by itself when the lease runs out.
    """

    audit: ClassVar[Audit] = "recorded"
    branch_wall: ClassVar[bool] = True
    personal: ClassVar[frozenset[str]] = frozenset({"phone"})

    class Status(models.TextChoices):
        DUE = "due", _("待回访")
        IN_CALL = "in_call", _("通话中")
        DONE = "done", _("已完成")
        RESCHEDULED = "rescheduled", _("已改约")
        UNREACHABLE = "unreachable", _("未联系上")
        CANCELLED = "cancelled", _("已取消")

    OPEN: ClassVar[tuple[str, ...]] = (Status.DUE, Status.IN_CALL, Status.RESCHEDULED)
    ENDED: ClassVar[tuple[str, ...]] = (Status.DONE, Status.UNREACHABLE, Status.CANCELLED)

    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.UUIDField()
    customer_id = models.UUIDField(null=True, blank=True)
    project_id = models.UUIDField(null=True, blank=True)
    branch = FirmFK(Branch, null=True, blank=True, related_name="+", verbose_name=_("分公司"))
    title = models.CharField(_("客户"), max_length=80)
    reason = models.CharField(_("回访事项"), max_length=120)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    script = FirmFK(ScriptVersion, null=True, blank=True, related_name="+", verbose_name=_("话术"))
    lane = models.CharField(_("队列"), max_length=20, choices=Lane, default=Lane.MANUAL)
    week = models.CharField(_("周次"), max_length=8, blank=True)
    due_at = models.DateTimeField(_("应完成"))
    not_before = models.DateTimeField(_("最早"))
    assignee = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("负责人"))
    status = FSMField(_("状态"), choices=Status, default=Status.DUE, protected=True)
    attempts = models.PositiveSmallIntegerField(_("已拨次数"), default=0)
    postponed = models.PositiveSmallIntegerField(_("改约次数"), default=0)
    lease_by = FirmFK(Member, null=True, blank=True, related_name="+")
    lease_until = models.DateTimeField(null=True, blank=True)
    touchpoint = FirmFK(Touchpoint, null=True, blank=True, related_name="+")
    merge_key = models.CharField(max_length=120, blank=True)
    made_by = FirmFK(Member, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager.from_queryset(CallTaskQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("回访任务")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "merge_key"],
                name="call_open_once_per_merge",
                condition=models.Q(status__in=["due", "in_call", "rescheduled"]) & ~models.Q(merge_key=""),
            ),
            models.CheckConstraint(
                name="call_in_progress_is_held",
                condition=~models.Q(status="in_call")
                | models.Q(lease_by__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="call_ended_has_a_time",
                condition=~models.Q(status__in=["done", "unreachable", "cancelled"])
                | models.Q(ended_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "due_at", "id"],
                name="call_queue",
                condition=models.Q(status__in=["due", "in_call", "rescheduled"]),
            ),
            models.Index(fields=["firm", "lane", "week"], name="call_coverage"),
            models.Index(fields=["firm", "project_id", "-made_at"], name="call_of_project"),
            models.Index(fields=["firm", "customer_id", "-made_at"], name="call_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.reason}"

    @classmethod
    def kind_of_subject(cls) -> str:
        return "call_task"

    def is_held(self, now: datetime) -> bool:
        """Somebody is on the phone about this, and their lease still runs."""
        return self.status == self.Status.IN_CALL and self.lease_until is not None and self.lease_until > now

    @transition(status, source=[Status.DUE, Status.RESCHEDULED, Status.IN_CALL], target=Status.IN_CALL)
    def take(self, *, holder: UUID, until: datetime) -> None:
        """Somebody opens it; nobody else gets it until the lease ends."""
        self.lease_by_id, self.lease_until = holder, until

    @transition(status, source=Status.IN_CALL, target=Status.DUE)
    def let_go(self, *, at: datetime | None = None) -> None:
        """Back in the queue, as if nobody had opened it; ``at`` keeps it out of sight until then."""
        self.not_before = at or self.not_before
        self._free()

    @transition(status, source=Status.IN_CALL, target=Status.DUE)
    def try_again(self, *, at: datetime) -> None:
        """Nobody answered; the rule says when to try next."""
        self.not_before = at
        self._free()

    @transition(status, source=Status.IN_CALL, target=Status.DONE)
    def finish(self, *, at: datetime) -> None:
        """We spoke with them."""
        self.ended_at = at
        self._free()

    @transition(status, source=Status.IN_CALL, target=Status.RESCHEDULED)
    def reschedule(self, *, at: datetime) -> None:
        """They asked for another time; the promise moves with it."""
        self.not_before = at
        self.due_at = max(self.due_at, at)
        self.postponed += 1
        self._free()

    @transition(status, source=Status.IN_CALL, target=Status.UNREACHABLE)
    def give_up(self, *, at: datetime) -> None:
        """Too many tries, or the number is not theirs."""
        self.ended_at = at
        self._free()

    @transition(status, source=[Status.DUE, Status.RESCHEDULED, Status.IN_CALL], target=Status.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        """It no longer needs to be made."""
        self.ended_at = at
        self._free()

    @transition(
        status,
        source=[Status.DONE, Status.DUE, Status.RESCHEDULED, Status.UNREACHABLE],
        target=Status.IN_CALL,
    )
    def reopen(self, *, holder: UUID, until: datetime, not_before: datetime, due_at: datetime) -> None:
        """The outcome was a slip of the finger: as it was before it was recorded."""
        self.not_before, self.due_at, self.ended_at = not_before, due_at, None
        self.lease_by_id, self.lease_until = holder, until

    def _free(self) -> None:
        self.lease_by = self.lease_until = None


class CallReason(FirmModel):
    """Why a call is made: one row for every touchpoint merged into it."""

    audit: ClassVar[Audit] = "recorded"

    task = FirmFK(CallTask, related_name="reasons")
    touchpoint = FirmFK(Touchpoint, related_name="+")
    rule_key = models.CharField(max_length=60)
    sentence = models.CharField(max_length=120)

    class Meta(FirmModel.Meta):
        verbose_name = _("回访缘由")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "touchpoint"], name="call_reason_once")
        ]

    def __str__(self) -> str:
        return self.sentence


class CallDraft(FirmModel):
    """What has been typed during a call that is not yet recorded; saved after every pause."""

    audit: ClassVar[Audit] = "machine"

    task = FirmFK(CallTask, related_name="drafts")
    member = FirmFK(Member, related_name="+")
    given = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    dialled_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta(FirmModel.Meta):
        verbose_name = _("回访草稿")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "task"], name="call_draft_once")]

    def __str__(self) -> str:
        return str(self.task_id)


class CallAttempt(FirmModel):
    """One try to reach somebody and what came of it. Never rewritten; a slip is marked as undone."""

    audit: ClassVar[Audit] = "recorded"
    personal: ClassVar[frozenset[str]] = frozenset({"phone", "note", "answers"})

    class Outcome(models.TextChoices):
        REACHED = "reached", _("已接通")
        NO_ANSWER = "no_answer", _("无人接听")
        BUSY = "busy", _("占线或挂断")
        WRONG_NUMBER = "wrong_number", _("无效号")
        RESCHEDULED = "rescheduled", _("改约")

    NOT_REACHED: ClassVar[tuple[str, ...]] = (Outcome.NO_ANSWER, Outcome.BUSY)

    task = FirmFK(CallTask, related_name="tries")
    branch = FirmFK(Branch, null=True, related_name="+")
    customer_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    by = FirmFK(Member, related_name="+")
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome)
    is_refused = models.BooleanField(_("拒绝回访"), default=False)
    phone = models.CharField(max_length=20, blank=True)
    answers = models.JSONField(_("回答"), default=dict, encoder=DjangoJSONEncoder)
    issues = models.JSONField(_("问题"), default=list, encoder=DjangoJSONEncoder)
    note = models.TextField(_("客户原话与承诺"), blank=True)
    promised_until = models.DateTimeField(_("承诺时间"), null=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    dialled_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    objects = FirmManager.from_queryset(CallAttemptQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("通话记录")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_refused_was_reached",
                condition=models.Q(is_refused=False) | models.Q(outcome="reached"),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "by", "-at"], name="attempt_of_member"),
            models.Index(fields=["firm", "customer_id", "-at"], name="attempt_of_customer"),
            models.Index(fields=["firm", "project_id", "-at"], name="attempt_of_project"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Satisfaction(FirmModel):
    """1–5 for one person or thing, said in one call. ``member`` is whom it rates, empty for the whole."""

    audit: ClassVar[Audit] = "recorded"

    attempt = FirmFK(CallAttempt, related_name="satisfactions")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    branch = FirmFK(Branch, null=True, related_name="+")
    aspect = models.CharField(max_length=30)
    member = FirmFK(Member, null=True, related_name="ratings")
    score = models.PositiveSmallIntegerField(_("评分"))
    at = models.DateTimeField(default=timezone.now)

    objects = FirmManager.from_queryset(SatisfactionQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("满意度")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "attempt", "aspect"], name="satisfaction_once"),
            models.CheckConstraint(
                name="satisfaction_one_to_five", condition=models.Q(score__gte=1, score__lte=5)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "project_id", "-at"], name="satisfaction_of_project"),
            models.Index(fields=["firm", "member", "-at"], name="satisfaction_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.aspect}: {self.score}"
