"""The firm's own numbers about customers."""

from django.utils.translation import gettext_lazy as _

from tenancy.firm_settings import Setting, declare

BULK_CAP = "crm.bulk_cap"
EXPORT_CAP = "crm.export_cap"
MERGE_UNDO_DAYS = "crm.merge_undo_days"
SILENT_DAYS = "crm.silent_days"

declare(
    Setting(BULK_CAP, _("一次批量操作最多"), 500, unit=_("位客户"), minimum=1),
    Setting(EXPORT_CAP, _("一次导出最多"), 20_000, unit=_("位客户"), minimum=1),
    Setting(MERGE_UNDO_DAYS, _("客户合并后可撤销"), 30, unit=_("天"), minimum=1),
    Setting(
        SILENT_DAYS,
        _("多久没联系算未跟进"),
        7,
        unit=_("天"),
        minimum=1,
        help=_("客户列表的「未跟进」视图用它。"),
    ),
)
