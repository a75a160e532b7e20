"""Warranties: how long we answer for what we built (保修)."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.querysets import named_on
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, FirmQuerySet, Member
from tenancy.policies import sees_whole_branch

LEAST_MONTHS = 24
LEAST_MONTHS_WATERPROOFING = 60


class WarrantyQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        near = self if member.branch_ids is None else self.filter(branch_id__in=member.branch_ids)
        return near if sees_whole_branch(member) else near.filter(named_on(member, "project__"))


class Warranty(FirmModel):
    """The term of one category of work on one project, from the day the owner accepted it.

    The law's least terms stand as constraints (facts 5.1): 24 months, waterproofing 60. Formalities such as a card
    never move the start. Repair cover is asked of these rows, never of the project's phase.
    """

    branch_wall: ClassVar[bool] = True

    class Category(models.TextChoices):
        STRUCTURE = "structure", _("基础装修")
        WATER_ELECTRIC = "water_electric", _("水电")
        WATERPROOFING = "waterproofing", _("防水")

    project = FirmFK(Project, related_name="warranties", verbose_name=_("项目"))
    branch = FirmFK(Branch, related_name="+", verbose_name=_("分公司"))
    category = models.CharField(_("类别"), max_length=15, choices=Category)
    starts_on = models.DateField(_("起算日"))
    months = models.PositiveSmallIntegerField(_("期限（月）"))
    ends_on = models.DateField(_("到期日"))

    objects = FirmManager.from_queryset(WarrantyQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("保修")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "project", "category"], name="warranty_once_per_category"
            ),
            models.CheckConstraint(
                name="warranty_not_below_law",
                condition=models.Q(months__gte=LEAST_MONTHS)
                & (~models.Q(category="waterproofing") | models.Q(months__gte=LEAST_MONTHS_WATERPROOFING)),
                violation_error_message=_("保修期不得低于法定下限：两年，防水五年。"),
            ),
            models.CheckConstraint(
                name="warranty_ends_not_before_law",
                condition=models.Q(ends_on__gte=models.F("starts_on") + timedelta(days=730))
                & (
                    ~models.Q(category="waterproofing")
                    | models.Q(ends_on__gte=models.F("starts_on") + timedelta(days=1825))
                ),
                violation_error_message=_("保修期不得低于法定下限：两年，防水五年。"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "ends_on"], name="warranty_by_end")]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.ends_on}"

    def audit_root(self) -> FirmModel:
        return self.project
