from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member


class AttachmentQuerySet(FirmQuerySet):
    def living(self) -> Any:
        return self.filter(deleted_at=None)

    def of(self, kind: str, subject_id: UUID) -> Any:
        """The files of one subject, newest first; the caller has found the subject through ``visible_to``."""
        return self.living().filter(subject_kind=kind, subject_id=subject_id).order_by("-uploaded_at", "-id")


class Attachment(FirmModel):
    """A file of some subject, stored under a random name where no web server looks.

    Its type was decided by its bytes, a picture was re-encoded without its EXIF; ``name`` is only shown.
    Who sees the subject sees the file: ``files.subjects`` asks.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        DRAWING = "drawing", _("图纸")
        CONTRACT = "contract", _("合同")
        DOCUMENT = "document", _("资料")

    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.DOCUMENT)
    name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.BigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120)
    thumbnail = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = FirmFK(Member, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)
    deleted_by = FirmFK(Member, null=True, related_name="+")

    personal: ClassVar[frozenset[str]] = frozenset({"name", "note"})
    objects = FirmManager.from_queryset(AttachmentQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("附件")
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "subject_kind", "subject_id", "-uploaded_at"],
                name="attachment_of_subject",
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:attachment", args=[self.pk])

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/") and bool(self.thumbnail)

    @property
    def suffix(self) -> str:
        return Path(self.stored_as).suffix.lstrip(".").upper()
