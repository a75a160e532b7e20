from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet
from tenancy.models.base import Audit


class StepQuerySet(FirmQuerySet):
    def of(self, subject_kind: str, subject_id: Any) -> Any:
        """The whole history of one subject, oldest first."""
        return self.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("at", "id")


class Step(FirmModel):
    """One recorded transition (流转记录): who moved what, from where to where, when and why. Append only.

    ``unmet`` lists what was passed over with a reason (带条件) or answered by a dated statement (凭声明);
    an ``imported`` step says where a row stood when it came in and asked no guard.
    """

    audit: ClassVar[Audit] = "recorded"
    grants: ClassVar[str] = "SELECT, INSERT"

    class Kind(models.TextChoices):
        MOVE = "move", _("流转")
        IMPORTED = "imported", _("导入")
        BACK = "back", _("恢复")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    source = models.CharField(_("从"), max_length=40, blank=True)
    target = models.CharField(_("到"), max_length=40)
    by = FirmFK("tenancy.Member", null=True, related_name="+", verbose_name=_("操作人"))
    at = models.DateTimeField(_("时间"), default=timezone.now)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MOVE)
    unmet = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = FirmManager.from_queryset(StepQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("流转记录")
        indexes: ClassVar = [
            models.Index(fields=["firm", "subject_kind", "subject_id", "at"], name="step_of_subject"),
            models.Index(fields=["firm", "subject_kind", "target", "at"], name="step_into"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}: {self.source} → {self.target}"
