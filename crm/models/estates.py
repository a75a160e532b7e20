from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.querysets import SharedQuerySet
from tenancy.models import FirmManager, FirmModel


class Estate(FirmModel):
    """A housing estate (楼盘/小区). ``keys_on`` drives the messages before its key handover.

    ``quiet_rules``: when the property company allows no noise; read to whoever plans works there.
    """

    name = models.CharField(_("名称"), max_length=60)
    pinyin = models.CharField(max_length=120, editable=False, blank=True)
    province = models.CharField(_("省份"), max_length=20, blank=True)
    city = models.CharField(_("城市"), max_length=20, blank=True)
    district = models.CharField(_("区县"), max_length=20, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    keys_on = models.DateField(_("交房日期"), null=True, blank=True)
    quiet_rules = models.CharField(_("施工时间规定"), max_length=200, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FirmManager.from_queryset(SharedQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("小区")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "name", "city", "district"],
                name="estate_once",
                violation_error_message=_("同一区县已有同名的小区。"),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "pinyin", "id"], name="estate_by_pinyin"),
            models.Index(fields=["firm", "keys_on"], name="estate_by_keys"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def region(self) -> str:
        return "".join(part for part in (self.province, self.city, self.district) if part)
