from django.utils.translation import gettext_lazy as _

from tenancy.firm_settings import Setting, declare

declare(
    Setting(
        key="workflow.office_hours",
        label=_("上班时间"),
        default=["09:00-12:00", "14:00-18:00"],
        kind="time_windows",
        help=_("按工作小时计算的时限只在这些时段内走表。"),
    ),
    Setting(
        key="workflow.service_weekdays",
        label=_("客服另外上班的周末日"),
        default=[6],
        kind="weekdays",
        help=_("6 是周六，7 是周日；逢法定节假日仍然休息。"),
    ),
)
