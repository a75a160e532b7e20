"""The firm's own numbers for calls and messages (domain.md §7)."""

from django.utils.translation import gettext_lazy as _

from notifications import shipped
from tenancy.firm_settings import Setting, declare
from tenancy.founding import on_founding

declare(
    Setting("calls.morning", _("上午回访时段"), ["09:00", "12:00"], kind="time_window"),
    Setting("calls.afternoon", _("下午回访时段"), ["14:00", "20:00"], kind="time_window"),
    Setting("calls.tries_per_day", _("每天最多拨打"), 3, unit=_("次"), minimum=1),
    Setting("calls.hours_between", _("两次拨打间隔"), 2, unit=_("小时"), minimum=1),
    Setting(
        "calls.tries_in_total",
        _("拨打多少次后记为未联系上"),
        6,
        unit=_("次"),
        minimum=1,
        help=_("记为未联系上的回访会列在队列的已结束里，可以重新约定。"),
    ),
    Setting("calls.lease_minutes", _("打开一通回访后为您保留"), 10, unit=_("分钟"), minimum=3),
    Setting("calls.undo_minutes", _("结果可撤销的时间"), 10, unit=_("分钟"), minimum=1),
    Setting("calls.alert_score", _("评分不高于几分时提醒客服经理"), 2, unit=_("分"), minimum=1),
    Setting("calls.alert_postponed", _("连续改约几次时提醒客服经理"), 3, unit=_("次"), minimum=1),
    Setting("calls.issue_hours", _("客户反映的问题多久内答复"), 24, unit=_("小时"), minimum=1),
    Setting("sms.window", _("短信发送时段"), ["09:00", "20:00"], kind="time_window"),
    Setting("sms.marketing_per_week", _("每人每周最多营销短信"), 1, unit=_("条"), minimum=0),
    Setting("sms.care_per_month", _("每人每月最多关怀短信"), 3, unit=_("条"), minimum=0),
    Setting(
        "sms.hours_kept",
        _("过了计划时间多久就不再发"),
        24,
        unit=_("小时"),
        minimum=1,
        help=_("迟到的提醒会让客户误会，过期的短信会列出来等人处理。"),
    ),
)

CALL_KEYS = (
    "calls.morning",
    "calls.afternoon",
    "calls.tries_per_day",
    "calls.hours_between",
    "calls.tries_in_total",
    "calls.lease_minutes",
    "calls.undo_minutes",
    "calls.alert_score",
    "calls.alert_postponed",
    "calls.issue_hours",
)
SMS_KEYS = ("sms.window", "sms.marketing_per_week", "sms.care_per_month", "sms.hours_kept")

on_founding(shipped.install)
