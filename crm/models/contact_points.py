from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.phone import display_phone, mask_phone
from crm.models.customers import Customer
from crm.querysets import OfCustomerQuerySet
from crm.words import ContactKind, Reach, Relation
from tenancy.models import FirmFK, FirmManager, FirmModel


class ContactPoint(FirmModel):
    """One way to reach a customer. A number is not unique: couples share one, parents answer, numbers change hands.

    ``value`` is normalised (E.164, lower case) and is what consent, suppression and duplicates are compared by.
    """

    customer = FirmFK(Customer, related_name="contact_points")
    kind = models.CharField(_("方式"), max_length=10, choices=ContactKind, default=ContactKind.PHONE)
    value = models.CharField(_("号码"), max_length=120)
    extension = models.CharField(_("分机"), max_length=6, blank=True)
    relation = models.CharField(_("归属人"), max_length=10, choices=Relation, default=Relation.OWNER)
    person_name = models.CharField(_("称呼"), max_length=40, blank=True)
    preferred_hours = models.CharField(_("方便时间"), max_length=60, blank=True)
    is_primary = models.BooleanField(_("首选"), default=False)
    reach = models.CharField(_("联系状态"), max_length=12, choices=Reach, default=Reach.UNKNOWN)
    reach_at = models.DateTimeField(_("状态时间"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(_("核实时间"), null=True, blank=True, editable=False)
    note = models.CharField(_("备注"), max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal: ClassVar[frozenset[str]] = frozenset({"value", "extension", "person_name", "note"})
    objects = FirmManager.from_queryset(OfCustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("联系方式")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "customer", "kind", "value", "extension"],
                name="contact_point_once",
                violation_error_message=_("这位客户已有同样的联系方式。"),
            ),
            models.UniqueConstraint(
                fields=["firm", "customer", "kind"],
                condition=Q(is_primary=True),
                name="contact_point_one_primary",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "value"], name="contact_point_by_value")]

    def __str__(self) -> str:
        return self.masked

    def audit_root(self) -> FirmModel:
        return Customer(id=self.customer_id)  # only its kind and key are asked for: no query

    @property
    def is_wrong(self) -> bool:
        return self.reach == Reach.WRONG

    @property
    def display(self) -> str:
        """In full, for whoever has revealed it."""
        return display_phone(self.value, self.extension) if self.kind == ContactKind.PHONE else self.value

    @property
    def masked(self) -> str:
        """Enough to recognise, not enough to use."""
        if self.kind == ContactKind.PHONE:
            return mask_phone(self.value)
        name, at, host = self.value.partition("@")
        return f"{name[:2]}***{at}{host}" if at else f"{name[:2]}***{name[-2:] if len(name) > 5 else ''}"
