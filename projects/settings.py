"""What a firm may set about its projects (domain.md §7)."""

from django.utils.translation import gettext_lazy as _

from tenancy.firm_settings import Setting, declare

DAYS = _("天")
WORKING_DAYS = _("个工作日")

PHASE_LIMITS = {
    "consultation": 15,
    "measurement": 3,
    "design": 14,
    "budget": 10,
    "contract": 7,
    "handover": 7,
    "inspections": 90,
    "completion": 15,
}
"""Days after which a project that is still in a phase counts as late. Half of a month for a shop's follow-up."""

PHASES = (
    ("consultation", _("洽谈")),
    ("measurement", _("量房")),
    ("design", _("设计")),
    ("budget", _("选材预算")),
    ("contract", _("合同")),
    ("handover", _("交底")),
    ("inspections", _("施工验收")),
    ("completion", _("竣工")),
)

declare(
    Setting(
        "projects.phase_limits",
        _("各阶段时限"),
        PHASE_LIMITS,
        kind="mapping",
        choices=PHASES,
        unit=DAYS,
        help=_("超过时限的项目在看板上标为滞留。验收阶段有计划竣工日期的，以该日期为准。"),
        minimum=1,
    ),
    Setting(
        "projects.draft_warn_days",
        _("设计预案提醒"),
        3,
        unit=WORKING_DAYS,
        help=_("从量房当天算起。"),
        minimum=1,
    ),
    Setting(
        "projects.draft_due_days",
        _("设计预案期限"),
        5,
        unit=WORKING_DAYS,
        help=_("从量房当天算起。"),
        minimum=1,
    ),
    Setting(
        "projects.final_due_days",
        _("定稿与详细预算期限"),
        7,
        unit=WORKING_DAYS,
        help=_("从业主认可设计预案当天算起。"),
        minimum=1,
    ),
    Setting(
        "projects.node_set",
        _("验收节点"),
        "seven",
        kind="choice",
        choices=(("seven", _("七次确认")), ("six", _("水电 · 防水 · 木工 · 瓦工 · 油漆 · 竣工"))),
        help=_("只影响之后新建的项目。"),
    ),
    Setting(
        "projects.own_node_sets",
        _("自定义验收节点"),
        {},
        kind="mapping",
        help=_("除随附的两套之外，本企业自己的节点。"),
    ),
    Setting("projects.number_prefix", _("项目编号前缀"), "JC", kind="text"),
    Setting("projects.duration_days", _("标准工期"), 90, unit=DAYS, minimum=1),
)
