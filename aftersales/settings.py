"""Warranty terms of a firm: longer than the law's least when it likes, never shorter."""

from django.utils.translation import gettext_lazy as _

from aftersales.models import LEAST_MONTHS, LEAST_MONTHS_WATERPROOFING
from tenancy.firm_settings import Setting, declare

MONTHS = _("个月")

declare(
    Setting("aftersales.structure_months", _("基础装修保修期"), 24, unit=MONTHS, minimum=LEAST_MONTHS),
    Setting("aftersales.water_electric_months", _("水电保修期"), 24, unit=MONTHS, minimum=LEAST_MONTHS),
    Setting(
        "aftersales.waterproofing_months",
        _("防水保修期"),
        60,
        unit=MONTHS,
        minimum=LEAST_MONTHS_WATERPROOFING,
        help=_("法定最低五年。"),
    ),
)
