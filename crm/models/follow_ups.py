from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models.customers import Customer
from crm.querysets import OfCustomerQuerySet
from crm.words import FollowUpChannel
from tenancy.models import FirmFK, FirmManager, FirmModel, Member


class FollowUp(FirmModel):
    """What somebody noted after speaking with the customer (跟进). Never changed; a correction is a new one."""

    customer = FirmFK(Customer, related_name="follow_ups")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    by = FirmFK(Member, null=True, related_name="+")
    channel = models.CharField(
        _("方式"), max_length=10, choices=FollowUpChannel, default=FollowUpChannel.PHONE
    )
    text = models.TextField(_("内容"), max_length=2000)

    personal: ClassVar[frozenset[str]] = frozenset({"text"})
    objects = FirmManager.from_queryset(OfCustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("跟进")
        indexes: ClassVar = [models.Index(fields=["firm", "customer", "-at"], name="follow_up_newest")]

    def __str__(self) -> str:
        return self.text[:40]

    def audit_root(self) -> FirmModel:
        return Customer(id=self.customer_id)  # only its kind and key are asked for: no query
