from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.querysets import SavedViewQuerySet
from tenancy.models import FirmFK, FirmManager, FirmModel, Member


class SavedView(FirmModel):
    """A list with its filters, order and columns under a name: all of it is the query string it was saved from."""

    owner = FirmFK(Member, related_name="saved_views")
    page = models.CharField(max_length=20, default="customers")
    name = models.CharField(_("名称"), max_length=20)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("全员可见"), default=False)
    position = models.PositiveSmallIntegerField(default=100)

    objects = FirmManager.from_queryset(SavedViewQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("视图")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "owner", "page", "name"],
                name="saved_view_once",
                violation_error_message=_("您已有同名的视图。"),
            )
        ]

    def __str__(self) -> str:
        return self.name
