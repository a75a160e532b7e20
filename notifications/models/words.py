"""The words we say and write: call scripts and message templates, versioned, copied to a firm and then its own."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member


class Lane(models.TextChoices):
    """Which part of the queue a call stands in."""

    PRESALE = "presale", _("售前跟进")
    CONFIRMATION = "confirmation", _("节点确认")
    SATURDAY = "saturday", _("周六在施")
    NODE = "node", _("节点回访")
    PAYMENT = "payment", _("到款提醒")
    WARRANTY = "warranty", _("保修到期")
    COMPLAINT = "complaint", _("投诉回访")
    REPAIR = "repair", _("维修回访")
    CARE = "care", _("客户关怀")
    MANUAL = "manual", _("临时约定")


class Purpose(models.TextChoices):
    """Why we write to somebody; consent, caps and the opt-out line hang on it (facts.md 5.3, 5.4)."""

    NOTICE = "notice", _("服务通知")
    CARE = "care", _("客户关怀")
    MARKETING = "marketing", _("营销")


class Script(FirmModel):
    """What an agent says and asks on one kind of call (话术与问卷). ``current`` is the version in use."""

    key = models.SlugField(_("编码"), max_length=40, db_index=False)
    title = models.CharField(_("名称"), max_length=60)
    lane = models.CharField(_("队列"), max_length=20, choices=Lane, default=Lane.MANUAL)
    number = models.PositiveSmallIntegerField(_("当前版本"), default=1)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("话术")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "key"],
                name="script_key_once",
                violation_error_message=_("这个编码已有话术。"),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ScriptVersion(FirmModel):
    """One wording of a script; calls keep the version they were made with.

    ``opening``: what to say, with ``{称呼}`` where the project's facts go. ``questions``: dicts with ``code``,
    ``kind`` (rate, yes_no, integrity, text), ``text``, ``hint``, ``about`` (for rate: whom it is about).
    ``issues``: chips; a ticked one becomes somebody's task. ``conduct``: lines the caller keeps in mind, never reads out.
    """

    script = FirmFK(Script, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    opening = models.TextField(_("开场白"))
    closing = models.TextField(_("结束语"), blank=True)
    questions = models.JSONField(_("问题"), default=list, encoder=DjangoJSONEncoder)
    issues = models.JSONField(_("问题选项"), default=list, encoder=DjangoJSONEncoder)
    conduct = models.JSONField(_("通话要点"), default=list, blank=True, encoder=DjangoJSONEncoder)
    shipped = models.PositiveSmallIntegerField(default=0)
    made_by = FirmFK(Member, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("话术版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "script", "number"], name="script_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.script} v{self.number}"

    def audit_root(self) -> FirmModel:
        return self.script

    def question(self, code: str) -> dict[str, Any] | None:
        return next((asked for asked in self.questions if asked["code"] == code), None)


class TemplateQuerySet(FirmQuerySet):
    def usable(self) -> Any:
        return self.filter(is_active=True, approval=Template.Approval.APPROVED)


class Template(FirmModel):
    """A text message's form (短信模板). Its purpose is changed only by an administrator with a reason."""

    class Approval(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("送审中")
        APPROVED = "approved", _("已通过")
        REJECTED = "rejected", _("未通过")

    key = models.SlugField(_("编码"), max_length=40, db_index=False)
    title = models.CharField(_("名称"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose, default=Purpose.NOTICE)
    approval = models.CharField(_("审核"), max_length=10, choices=Approval, default=Approval.DRAFT)
    provider_code = models.CharField(_("服务商模板号"), max_length=60, blank=True)
    number = models.PositiveSmallIntegerField(_("当前版本"), default=1)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = FirmManager.from_queryset(TemplateQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("短信模板")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "key"],
                name="template_key_once",
                violation_error_message=_("这个编码已有模板。"),
            )
        ]

    def __str__(self) -> str:
        return self.title


class TemplateVersion(FirmModel):
    """One wording; ``variables``: dicts with ``name``, ``label``, ``type`` (text, date, time), ``max_length``."""

    template = FirmFK(Template, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    body = models.TextField(_("正文"))
    variables = models.JSONField(_("变量"), default=list, encoder=DjangoJSONEncoder)
    shipped = models.PositiveSmallIntegerField(default=0)
    made_by = FirmFK(Member, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("短信模板版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "template", "number"], name="template_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    def audit_root(self) -> FirmModel:
        return self.template
