from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet


class Playbook(FirmModel):
    """A firm's way of doing one thing (服务标准), copied from a shipped one when the firm was created."""

    key = models.SlugField(_("编码"), max_length=60, db_index=False)
    title = models.CharField(_("名称"), max_length=60)
    summary = models.CharField(_("说明"), max_length=200, blank=True, default="")
    source = models.CharField(_("来源"), max_length=120, blank=True)
    position = models.SmallIntegerField(default=0)

    class Meta(FirmModel.Meta):
        verbose_name = _("服务标准")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "key"], name="playbook_once")]

    def __str__(self) -> str:
        return self.title


class PlaybookVersion(FirmModel):
    """One wording of a playbook. Published ones are never edited: what a rule did can always be read again."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        RETIRED = "retired", _("已停用")

    playbook = FirmFK(Playbook, related_name="versions")
    number = models.IntegerField(_("版本"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(_("发布时间"), null=True)
    published_by = FirmFK("tenancy.Member", null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("服务标准版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "playbook", "number"], name="playbook_version_once"),
            models.UniqueConstraint(
                fields=["firm", "playbook"],
                condition=models.Q(state="published"),
                name="playbook_one_published",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="playbook_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def tone(self) -> str:
        """The colour of its state as a tag."""
        return {"draft": "y", "published": "g"}.get(self.state, "")

    def audit_root(self) -> FirmModel:
        return self.playbook


class RuleQuerySet(FirmQuerySet):
    def published(self) -> Any:
        """Rules of the published versions, switched on or not."""
        return self.filter(version__state=PlaybookVersion.State.PUBLISHED)

    def in_force(self) -> Any:
        """Switched-on rules of the published versions, with what the planner asks of them."""
        return (
            self.published()
            .filter(enabled=True)
            .select_related("version__playbook")
            .order_by("version__playbook__position", "version__playbook__key", "position")
        )


class Rule(FirmModel):
    """When something happens, somebody does something for somebody, by some channel, before a deadline (规则).

    ``rule_key`` names it through all versions: editing a rule never makes it fire again for an old occasion.
    The JSON columns have the shape of the shipped TOML (``workflow.shipped``).
    """

    version = FirmFK(PlaybookVersion, related_name="rules")
    rule_key = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(_("名称"), max_length=60)
    position = models.SmallIntegerField(default=0)
    enabled = models.BooleanField(_("启用"), default=True)
    subject_kind = models.CharField(max_length=40)
    trigger = models.JSONField(encoder=DjangoJSONEncoder)
    condition = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    stop = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    delay = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    action = models.JSONField(encoder=DjangoJSONEncoder)
    audience = models.CharField(_("对象"), max_length=30)
    performer = models.CharField(_("执行人"), max_length=40, blank=True)
    words = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    questionnaire = models.CharField(max_length=60, blank=True)
    window = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    cap = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    escalation = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seeds = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    heads = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = FirmManager.from_queryset(RuleQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("规则")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "version", "rule_key"], name="rule_once")
        ]

    def __str__(self) -> str:
        return self.name

    def audit_root(self) -> FirmModel:
        return self.version
