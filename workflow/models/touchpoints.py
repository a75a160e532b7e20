from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member
from tenancy.models.base import Audit
from tenancy.policies import sees_whole_branch
from workflow.models.playbooks import Rule


class TouchpointQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        rows = self if member.branch_ids is None else self.filter(branch_id__in=member.branch_ids)
        return rows if sees_whole_branch(member) else rows.filter(assignee=member)

    def open(self) -> Any:
        return self.filter(state=Touchpoint.State.PLANNED)


class Touchpoint(FirmModel):
    """The plan (触点): this rule, for this subject, on this occasion, once. The work itself is its channel's item.

    ``id`` is computed from firm, rule_key, subject and occasion, so that planning again finds the row already there.
    """

    audit: ClassVar[Audit] = "recorded"
    branch_wall: ClassVar[bool] = True

    class State(models.TextChoices):
        PLANNED = "planned", _("已计划")
        DONE = "done", _("已完成")
        SUPERSEDED = "superseded", _("已被取代")
        CANCELLED = "cancelled", _("已取消")
        SKIPPED = "skipped", _("已跳过")

    rule = FirmFK(Rule, related_name="touchpoints")
    rule_key = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    occasion = models.CharField(max_length=80)
    anchor_at = models.DateTimeField(null=True)
    customer_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    branch = FirmFK("tenancy.Branch", null=True, related_name="+")
    assignee = FirmFK("tenancy.Member", null=True, related_name="+")
    title = models.CharField(max_length=120)
    due_from = models.DateTimeField()
    due_at = models.DateTimeField()
    snapshot = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    why = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    merge_key = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects = FirmManager.from_queryset(TouchpointQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("触点")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "rule_key", "subject_kind", "subject_id", "occasion"], name="touchpoint_once"
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("due_from")), name="touchpoint_window"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "subject_kind", "subject_id"], name="touchpoint_of_subject"),
            models.Index(fields=["firm", "rule_key", "due_at"], name="touchpoint_of_rule"),
            models.Index(
                fields=["firm", "rule_key", "subject_id"],
                name="touchpoint_open",
                condition=models.Q(state="planned"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """The colour of its state as a tag."""
        return {"planned": "b", "done": "g"}.get(self.state, "")

    def get_absolute_url(self) -> str:
        return reverse("workflow:touchpoint", args=[self.pk])
