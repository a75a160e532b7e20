"""What the component sheet shows: a form with every kind of field, charts, a month, a row of steps."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from core import charts
from core.ui.calendars import CalendarEvent

ADMIN = "firm_admin"


def may_see(request: HttpRequest) -> bool:
    """Those who build the product and those who run a firm."""
    member = getattr(request, "member", None)
    return settings.DEBUG or (member is not None and ADMIN in member.roles)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("客户姓名"), max_length=20)
    mode = forms.ChoiceField(
        label=gettext_lazy("装修方式"),
        choices=[("full", gettext_lazy("全包")), ("half", gettext_lazy("半包"))],
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=gettext_lazy("手机号"),
        error_messages={"invalid": gettext_lazy("手机号应为 11 位")},
        help_text=gettext_lazy("用来发验收与回访通知"),
    )
    day = forms.DateField(
        label=gettext_lazy("下次联系"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("验收结论"),
        widget=forms.RadioSelect,
        choices=[
            ("pass", gettext_lazy("合格")),
            ("fix", gettext_lazy("整改")),
            ("none", gettext_lazy("不涉及")),
        ],
    )
    score = forms.ChoiceField(
        label=gettext_lazy("整体满意度"), widget=forms.RadioSelect, choices=[(n, str(n)) for n in range(1, 6)]
    )
    issues = forms.MultipleChoiceField(
        label=gettext_lazy("发现的问题"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("water", gettext_lazy("水电")),
            ("tile", gettext_lazy("瓦工")),
            ("wood", gettext_lazy("木作")),
        ],
    )
    photo = forms.FileField(label=gettext_lazy("现场照片"), required=False)
    note = forms.CharField(
        label=gettext_lazy("备注"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("最多 500 字"),
    )
    auto = forms.BooleanField(label=gettext_lazy("自动下一通"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("客户同意接收短信"), required=False)


def context() -> dict[str, Any]:
    now = timezone.now()
    wrong = SampleForm(
        {"name": "", "mode": "full", "phone": "1380000562", "verdict": "fix"}, auto_id="wrong_%s"
    )
    return {
        "now": now,
        "move_url": reverse("components"),
        "form": SampleForm(initial={"name": "陈立群", "score": 4, "verdict": "pass", "auto": True}),
        "wrong": wrong,
        "clocks": _clocks(now),
        "phases": _phases(),
        "facts": [(_("房屋"), "云栖花园 3-2-1502"), (_("合同额"), "¥186,800.00"), (_("互惠卡"), "")],
        "line": _line(),
        "bars": _bars(),
        "donut": _donut(),
        "hbars": _hbars(),
        "funnel": _funnel(),
        "heat": _heat(),
        "events": _events(now),
        "plan": [("赵一鸣", _events(now)[:2]), ("吴珂", _events(now)[2:3]), ("李思源", [])],
        "today": timezone.localdate(),
        "sparkline": [4.3, 4.35, 4.41, 4.38, 4.44, 4.46, 4.52],
    }


def _clocks(now: datetime) -> list[tuple[datetime, datetime, str]]:
    day, minute = timedelta(days=1), timedelta(minutes=1)
    return [
        (now + 220 * minute, now - 90 * minute, "running"),
        (now + 18 * minute, now - 140 * minute, "running"),
        (now - 62 * minute, now - day, "running"),
        (now + 2 * day, now - day, "running"),
        (now + day, now - day, "paused"),
        (now - day, now - 2 * day, "met"),
    ]


def _phases() -> list[dict[str, str]]:
    done = [(_("洽谈"), "08-17"), (_("量房"), "08-20"), (_("设计"), "09-28"), (_("预算"), "10-09")]
    return [
        *({"label": label, "note": note, "state": "done"} for label, note in done),
        {"label": _("合同"), "note": "10-27", "state": "done", "mark": _("凭声明")},
        {"label": _("交底"), "note": _("今天"), "state": "now"},
        {"label": _("施工"), "note": "", "state": ""},
        {"label": _("竣工"), "note": "", "state": ""},
        {"label": _("保修"), "note": "", "state": ""},
    ]


def _line() -> charts.Line:
    weeks = ["9/26", "10/3", "10/10", "10/17", "10/24", "10/31", "11/7", "11/14", "11/21"]
    return charts.Line(
        title=_("近九周满意度，综合从 4.40 升到 4.52"),
        labels=weeks,
        series=[
            charts.Series(_("综合"), [4.4, 4.38, 4.45, 4.43, 4.47, 4.5, 4.46, 4.49, 4.52]),
            charts.Series(_("设计师"), [4.55, 4.6, 4.58, 4.62, 4.6, 4.66, 4.63, 4.68, 4.7], "c2"),
            charts.Series(_("目标"), [4.5] * 9, "c6", dashed=True),
        ],
        low=4.0,
        high=4.8,
        places=1,
    )


def _bars() -> charts.Bars:
    months = ["11", "12", "1", "2", "3", "4"]
    return charts.Bars(
        title=_("未来六个月质保到期户数"),
        labels=months,
        series=[
            charts.Series(_("已提醒"), [14, 9, 2, 0, 0, 0], "c2"),
            charts.Series(_("未提醒"), [2, 13, 19, 21, 17, 24], "c3"),
        ],
        stacked=True,
    )


def _donut() -> charts.Donut:
    kinds = [(_("瓦工"), 11), (_("水电"), 7), (_("工期"), 8), (_("油漆"), 5), (_("其他"), 7)]
    return charts.Donut(
        title=_("38 件投诉，瓦工最多"),
        parts=[charts.Part(*kind) for kind in kinds],
        middle="38",
        under=_("件投诉"),
    )


def _hbars() -> charts.HBars:
    kept = [
        (_("报修 30 分钟联系"), 94.2, "y"),
        (_("投诉限期反馈"), 85.1, "r"),
        (_("周六在施回访"), 96.8, "g"),
    ]
    return charts.HBars(
        title=_("时限达成，目标 95%"),
        parts=[charts.Part(name, value, colour, alarm=colour == "r") for name, value, colour in kept],
        unit="%",
        places=1,
        target=95,
    )


def _funnel() -> charts.Funnel:
    steps = [(_("洽谈"), 612), (_("量房"), 386), (_("设计"), 301), (_("合同"), 164)]
    return charts.Funnel(title=_("近 90 天各阶段户数"), parts=[charts.Part(*step) for step in steps])


def _heat() -> charts.Heat:
    return charts.Heat(
        title=_("满意度：岗位与分公司"),
        columns=["西安", "成都", "武汉"],
        lines=[
            (_("设计师"), [4.7, 4.61, 4.55]),
            (_("项目经理"), [4.31, 4.42, 3.96]),
            (_("客服"), [4.74, None, 4.6]),
        ],
        places=2,
        low=3.8,
        high=4.8,
        bad_below=4.0,
    )


def _events(now: datetime) -> list[CalendarEvent]:
    nine = timezone.localtime(now).replace(hour=9, minute=30, second=0, microsecond=0)
    hour = timedelta(hours=1)
    return [
        CalendarEvent(nine, "云栖花园 水电验收", "#", nine + hour, "g"),
        CalendarEvent(nine + 5 * hour, "和光里 现场交底", "#", nine + 6.5 * hour, "y", _("待业主确认")),
        CalendarEvent(nine + 2 * hour, "紫云台 量房", "#", nine + 4 * hour, "b"),
        CalendarEvent(nine + 26 * hour, "翠屏湾 竣工验收", "#", tone="v"),
    ]
