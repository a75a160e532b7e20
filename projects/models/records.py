"""What people write down about a project: statements in place of papers, and notes from the site."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project
from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member


class Statement(FirmModel):
    """Somebody responsible says that a thing happened whose own record this product does not keep yet (凭声明).

    Which facts may be stated, and by whom, stands in ``projects.stated``. Stating a fact again corrects its day.
    ``passed_over``: what was not so and the reason it was passed with all the same (带条件): ``{missing, reason}``.
    """

    project = FirmFK(Project, related_name="statements")
    fact = models.CharField(_("事实"), max_length=40)
    node = models.CharField(_("节点"), max_length=30, blank=True)
    stated_on = models.DateField(_("发生日期"))
    by = FirmFK(Member, null=True, related_name="+", verbose_name=_("声明人"))
    at = models.DateTimeField(_("声明时间"), default=timezone.now)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    passed_over = models.JSONField(_("未满足的条件"), default=dict, blank=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("声明")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "project", "fact", "node"], name="statement_once")
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.stated_on}"

    def audit_root(self) -> FirmModel:
        return self.project


class SiteNoteQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        """Whoever sees the project sees what was written on its site."""
        return self.filter(project__in=Project.objects.visible_to(member))


class SiteNote(FirmModel):
    """What somebody saw or did on site (现场记录), with photos (``files``, subject kind ``site_note``).

    The phone makes the id before it sends, so a note that is sent again after a lost connection stays one note.
    """

    class Service(models.TextChoices):
        HANDOVER = "handover", _("三方交底")
        GUIDANCE = "guidance", _("现场指导")
        SELECTION = "selection", _("陪同选材")
        DRAWING_CHANGE = "drawing_change", _("图纸变更")
        MEASURE = "measure", _("量房")
        PATROL = "patrol", _("巡查")
        OTHER = "other", _("其他")

    project = FirmFK(Project, related_name="site_notes")
    by = FirmFK(Member, related_name="+", verbose_name=_("记录人"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    services = models.JSONField(_("本次服务"), default=list, blank=True)
    text = models.TextField(_("说明"), max_length=2000, blank=True)

    objects = FirmManager.from_queryset(SiteNoteQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("现场记录")
        indexes: ClassVar = [models.Index(fields=["firm", "project", "-at"], name="site_note_by_project")]

    def __str__(self) -> str:
        return self.text[:40]

    def audit_root(self) -> FirmModel:
        return self.project

    @property
    def service_labels(self) -> list[str]:
        labels = dict(self.Service.choices)
        return [str(labels[code]) for code in self.services if code in labels]
