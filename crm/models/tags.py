from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.customers import Customer
from crm.querysets import OfCustomerQuerySet, SharedQuerySet
from crm.words import TagColour
from tenancy.models import FirmFK, FirmManager, FirmModel

TONES: dict[str, str] = {
    TagColour.BLUE: "b",
    TagColour.GREEN: "g",
    TagColour.AMBER: "y",
    TagColour.RED: "r",
    TagColour.PURPLE: "v",
}


class Tag(FirmModel):
    name = models.CharField(_("标签"), max_length=20)
    colour = models.CharField(_("颜色"), max_length=10, choices=TagColour, default=TagColour.GREY)

    objects = FirmManager.from_queryset(SharedQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("标签")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "name"], name="tag_once", violation_error_message=_("已有同名的标签。")
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """The letter the component for coloured words takes."""
        return TONES.get(self.colour, "")


class CustomerTag(FirmModel):
    customer = FirmFK(Customer, related_name="taggings")
    tag = FirmFK(Tag, related_name="taggings")

    objects = FirmManager.from_queryset(OfCustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("客户标签")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "customer", "tag"], name="customer_tag_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.tag}"

    def audit_root(self) -> FirmModel:
        return Customer(id=self.customer_id)  # only its kind and key are asked for: no query
