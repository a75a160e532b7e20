"""The fields of a rule."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow.forms import choices
from workflow.forms.conditions import Conditions
from workflow.forms.ladder import Ladder
from workflow.forms.reading import as_fields, as_rule
from workflow.registry import Subject
from workflow.rule_files import refuse_what_cannot_be_kept
from workflow.rulebook import BadRule, RuleSpec

MOST = 9_999
CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


def pick(label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, **options)


def amount(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, **{"min_value": 0, "max_value": MOST, **options})


def clock(label: Any) -> forms.RegexField:
    return forms.RegexField(
        CLOCK, label=label, required=False, widget=forms.TextInput(attrs={"type": "time"})
    )


class RuleForm(forms.Form):
    """A rule's own words. ``spec``: the wording it starts from; fields nobody can see here are kept from it.

    ``rule()`` gives the new wording after ``is_valid``; what the engine refuses stands above the form in its sentence.
    """

    name = forms.CharField(label=_("名称"), max_length=60)
    trigger_kind = forms.ChoiceField(label=_("什么时候"))
    weekday = pick(_("周几"))
    every = amount(_("每几周"), min_value=1, max_value=13)
    on_holiday = pick(_("遇法定节假日"), choices=choices.ROUNDS_ON_HOLIDAYS)
    one_per = pick(_("只抽一个，按"))
    longest_since = pick(_("优先最久没有"))
    date_fact = pick(_("日期"))
    repeat_count = amount(_("此后每"), help_text=_("不重复就不填"))
    repeat_unit = pick(_("重复单位"), choices=choices.REPEATS)
    phase_side = pick(_("进入还是离开"), choices=[("entered", _("进入")), ("left", _("离开"))])
    phase_state = pick(_("阶段"))
    event_name = pick(_("发生了什么"))
    holiday_name = pick(_("哪个节日"))
    working_days = forms.BooleanField(label=_("只在工作日"), required=False)
    delay_side = pick(_("提前还是之后"), choices=choices.SIDES)
    delay_count = amount(_("多久"))
    delay_unit = pick(_("单位"), choices=choices.UNITS)
    audience = forms.ChoiceField(label=_("给谁"))
    kind = forms.ChoiceField(label=_("用什么方式"))
    performer = pick(_("由谁"))
    lane = pick(_("回访队列"))
    script = pick(_("话术"))
    template = pick(_("短信模板"))
    merge = pick(_("同一天的合并"), choices=choices.MERGES)
    role = pick(_("没有指定人时给岗位"))
    document = forms.CharField(label=_("什么资料"), max_length=60, required=False)
    what = forms.CharField(label=_("什么礼物"), max_length=60, required=False)
    window_kind = pick(_("时限"), choices=choices.WINDOWS)
    opens = clock(_("从"))
    closes = clock(_("到"))
    days = amount(_("可以再延几天"), max_value=366)
    within_count = amount(_("多久之内"))
    within_unit = pick(_("时限单位"), choices=choices.UNITS)
    catch_count = amount(_("错过后还补做"), help_text=_("0 表示不补"))
    catch_unit = pick(_("补做单位"), choices=choices.REPEATS)
    fallback_kind = pick(_("办不到时改为"))
    fallback_count = amount(_("改办的时间"))
    fallback_unit = pick(_("改办单位"), choices=choices.UNITS)
    cap_count = amount(_("同一客户最多"), help_text=_("不限就不填"))
    per_count = amount(_("每多久"))
    per_unit = pick(_("上限单位"), choices=choices.LONG_UNITS)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        subject: Subject,
        spec: RuleSpec | None = None,
    ) -> None:
        super().__init__(data, initial=as_fields(spec))
        self.subject, self.spec = subject, spec
        self._found: RuleSpec | None = None
        self.conditions = Conditions("condition", subject, spec.condition if spec else {}, data)
        self.stops = Conditions("stop", subject, spec.stop if spec else {}, data)
        self.ladder = Ladder(spec.escalation if spec else {}, data)
        self._offer()

    def rule(self) -> RuleSpec:
        assert self._found is not None, "ask is_valid first"
        return self._found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        parts: list[Conditions | Ladder] = [self.conditions, self.stops, self.ladder]
        if not all(part.is_valid() for part in parts):
            self.add_error(None, str(_("有一行条件或升级没有填好。")))
        elif not self.errors:
            self._read(given)
        return given

    def _read(self, given: dict[str, Any]) -> None:
        more = {
            "condition": self.conditions.read(),
            "stop": self.stops.read(),
            "escalation": self.ladder.read(),
        }
        key = self.spec.key if self.spec else f"own_{uuid4().hex[:10]}"
        try:
            found = RuleSpec.from_data(as_rule(key, self.subject, self.spec, given) | more)
            refuse_what_cannot_be_kept(found)
        except BadRule as error:
            self.add_error(None, str(error).removeprefix(f"{key}：").removeprefix(f"规则 {key}："))
        else:
            self._found = found

    def _offer(self) -> None:
        subject, said = self.subject, self.initial
        offered: dict[str, Any] = {
            "trigger_kind": choices.triggers(subject),
            "weekday": choices.weekdays(),
            "one_per": [("", _("不抽，全部都做")), *choices.groups(subject)],
            "longest_since": [("", _("随机")), *choices.dates(subject)],
            "date_fact": choices.dates(subject),
            "phase_state": choices.phases(subject),
            "event_name": choices.happenings(subject),
            "holiday_name": choices.holidays(),
            "audience": choices.audiences(),
            "kind": choices.ways(),
            "performer": choices.performers(subject),
            "lane": choices.words("lane", said.get("lane", "")),
            "script": choices.words("script", said.get("script", "")),
            "template": choices.words("template", said.get("template", "")),
            "role": [("", _("不指定")), *choices.staff_roles()],
            "fallback_kind": choices.fallbacks(),
        }
        for name, pairs in offered.items():
            self.fields[name].choices = pairs  # type: ignore[attr-defined]  # all of them are choices
