"""Appointments: who meets where and when, and whether they said they would come."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from projects import policies
from projects.models.project import Project
from projects.querysets import AppointmentQuerySet
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, Member
from workflow.models import StatefulModel


class Period(models.Func):
    """Half open: a visit that ends at ten and one that begins at ten do not touch."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Appointment(StatefulModel):
    """A meeting asked for (预约). Being moved leaves it planned; the steps tell from when to when, and why."""

    branch_wall: ClassVar[bool] = True
    personal: ClassVar[frozenset[str]] = frozenset({"place"})

    class Kind(models.TextChoices):
        MEASURE = "measure", _("量房")
        PROPOSAL = "proposal", _("看方案")
        SIGNING = "signing", _("签约")
        HANDOVER = "handover", _("现场交底")
        MATERIAL = "material", _("材料验收")
        INSPECTION = "inspection", _("工地验收")
        SITE_VISIT = "site_visit", _("工地走访")
        REPAIR = "repair", _("上门维修")
        VISIT = "visit", _("到店")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        PLANNED = "planned", _("已约")
        HELD = "held", _("已完成")
        MISSED = "missed", _("未成行")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("事项"), max_length=12, choices=Kind)
    state = FSMField(_("状态"), choices=State, default=State.PLANNED, protected=True)
    customer = FirmFK("crm.Customer", related_name="appointments", verbose_name=_("客户"))
    project = FirmFK(Project, null=True, blank=True, related_name="appointments", verbose_name=_("项目"))
    node = models.CharField(_("节点"), max_length=30, blank=True, editable=False)
    branch = FirmFK(Branch, related_name="+", verbose_name=_("分公司"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    outcome = models.CharField(_("结果"), max_length=500, blank=True)
    held_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    made_by = FirmFK(Member, null=True, related_name="+", verbose_name=_("预约人"))
    made_at = models.DateTimeField(auto_now_add=True)

    objects = FirmManager.from_queryset(AppointmentQuerySet)()

    class Meta(StatefulModel.Meta):
        verbose_name = _("预约")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="appointment_ends_after_start",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("结束时间须晚于开始时间。"),
            ),
            models.CheckConstraint(
                name="appointment_held_has_time",
                condition=~models.Q(state="held") | models.Q(held_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["firm", "project", "node"],
                name="appointment_node_planned_once",
                condition=models.Q(state="planned") & ~models.Q(node=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "starts_at"], name="appointment_by_time"),
            models.Index(fields=["firm", "branch", "starts_at"], name="appointment_by_branch"),
            models.Index(
                fields=["firm", "starts_at"],
                name="appointment_of_nodes",
                condition=models.Q(state="planned") & ~models.Q(node=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("projects:appointment", args=[self.pk])

    @transition(state, source=State.PLANNED, target=State.PLANNED, permission=policies.may_answer_for)
    def reschedule(self, *, was: str, now: str) -> None:
        """Another time; everybody is asked again. The step keeps both times."""

    @transition(state, source=State.PLANNED, target=State.HELD, permission=policies.may_answer_for)
    def hold(self) -> None:
        """It took place."""

    @transition(state, source=State.PLANNED, target=State.MISSED, permission=policies.may_answer_for)
    def miss(self) -> None:
        """Somebody did not come."""

    @transition(state, source=State.PLANNED, target=State.CANCELLED, permission=policies.may_answer_for)
    def cancel(self) -> None:
        """Called off before it began."""


class AppointmentPerson(FirmModel):
    """One of those asked to come: a member of ours, or somebody from outside such as the owner.

    The time stands here once more because the exclusion constraint must see it beside the member; only actions
    write it, together with the appointment's. ``is_busy`` is off once the appointment no longer stands.
    """

    class Answer(models.TextChoices):
        ASKED = "asked", _("待通知")
        TOLD = "told", _("已通知")
        CONFIRMED = "confirmed", _("已确认")
        DECLINED = "declined", _("有冲突")

    class How(models.TextChoices):
        """By which way somebody was told, or answered."""

        CALL = "call", _("电话")
        IN_PERSON = "in_person", _("当面")
        MESSAGE = "message", _("短信或微信")
        SYSTEM = "system", _("系统对接")

    appointment = FirmFK(Appointment, related_name="people")
    member = FirmFK(Member, null=True, blank=True, related_name="+")
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    part = models.CharField(_("身份"), max_length=30)
    answer = models.CharField(_("确认"), max_length=10, choices=Answer, default=Answer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    told_by = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("通知人"))
    how = models.CharField(_("方式"), max_length=10, choices=How, blank=True)
    reason = models.CharField(_("冲突原因"), max_length=200, blank=True)
    wished_at = models.DateTimeField(_("希望时间"), null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_busy = models.BooleanField(default=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("预约人员")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "appointment", "member"],
                condition=models.Q(member__isnull=False),
                name="appointment_person_once",
            ),
            ExclusionConstraint(
                name="nobody_double_booked",
                expressions=[
                    ("firm", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(is_busy=True, member__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.member.name if self.member else self.name

    def audit_root(self) -> FirmModel:
        return self.appointment
