from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models.customers import Customer
from crm.querysets import OfCustomerQuerySet
from crm.words import EnquiryOutcome, Source, WantedMode
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, Member


class Enquiry(FirmModel):
    """An enquiry (线索/洽谈). A lead is a customer with an open one and no project.

    ``project_id`` names what it became; a plain id, because projects come later in the customer's life.
    """

    customer = FirmFK(Customer, related_name="enquiries")
    opened_at = models.DateTimeField(_("咨询时间"), default=timezone.now)
    opened_by = FirmFK(Member, null=True, blank=True, related_name="+", editable=False)
    source = models.CharField(_("渠道"), max_length=15, choices=Source, default=Source.PHONE)
    wanted_mode = models.CharField(_("意向方式"), max_length=15, choices=WantedMode, blank=True)
    wanted_from = models.DateField(_("希望开工"), null=True, blank=True)
    wishes = models.TextField(_("诉求"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)
    closed_by = FirmFK(Member, null=True, blank=True, related_name="+", editable=False)
    outcome = models.CharField(_("结果"), max_length=15, choices=EnquiryOutcome, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    project_id = models.UUIDField(null=True, blank=True, editable=False)

    objects = FirmManager.from_queryset(OfCustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("咨询")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "customer"],
                condition=Q(closed_at=None),
                name="enquiry_one_open",
                violation_error_message=_("这位客户已有一条未结束的咨询。"),
            ),
            models.CheckConstraint(
                name="enquiry_closed_with_outcome",
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "-opened_at"], name="enquiry_open", condition=Q(closed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_source_display()}"

    def audit_root(self) -> FirmModel:
        return Customer(id=self.customer_id)  # only its kind and key are asked for: no query


class Visit(FirmModel):
    """A visit to the shop (进店/到访). ``left_at`` starts the messages of the days after it."""

    customer = FirmFK(Customer, related_name="visits")
    branch = FirmFK(Branch, null=True, blank=True, related_name="+", verbose_name=_("分公司"))
    came_at = models.DateTimeField(_("到店时间"))
    left_at = models.DateTimeField(_("离店时间"), null=True, blank=True)
    people = models.PositiveSmallIntegerField(_("人数"), default=1)
    received_by = FirmFK(
        Member, null=True, blank=True, related_name="received_visits", verbose_name=_("接待人")
    )
    note = models.TextField(_("情况"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FirmManager.from_queryset(OfCustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("到访")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="visit_ends_after_start",
                condition=Q(left_at=None) | Q(left_at__gte=models.F("came_at")),
                violation_error_message=_("离店时间不能早于到店时间。"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "-left_at"], name="visit_by_leaving")]

    def __str__(self) -> str:
        return f"{self.customer} {timezone.localtime(self.came_at):%Y-%m-%d}"

    def audit_root(self) -> FirmModel:
        return Customer(id=self.customer_id)  # only its kind and key are asked for: no query
