"""One form for every setting any app has declared; nothing here knows a particular one."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from tenancy import firm_settings
from tenancy.firm_settings import Setting
from tenancy.models import Firm

GROUPS = {
    "": gettext_lazy("登录与人员"),
    "crm": pgettext_lazy("many", "客户"),
    "projects": pgettext_lazy("many", "项目"),
    "calls": gettext_lazy("回访"),
    "sms": pgettext_lazy("many", "短信"),
    "aftersales": gettext_lazy("保修"),
    "complaints": gettext_lazy("投诉"),
    "workflow": gettext_lazy("工作时间"),
}
WEEKDAYS = tuple(enumerate(
    (gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"), gettext_lazy("周五"),
     gettext_lazy("周六"), gettext_lazy("周日")), start=1,
))  # fmt: skip
WINDOW = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class Drawn:
    """One setting with the fields it takes: one, or two for a window, or one for each key of a mapping."""

    setting: Setting
    fields: list[BoundField]


class SettingsForm(forms.Form):
    firm_name = forms.CharField(label=gettext_lazy("企业名称"), max_length=80)

    def __init__(self, *args: Any, firm: Firm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = [setting for setting in firm_settings.declared() if _is_drawn(setting)]
        self.current = firm_settings.get_many(*(setting.key for setting in self.settings))
        self.initial["firm_name"] = firm.name
        for setting in self.settings:
            self.fields.update(_fields(setting, self.current[setting.key]))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for setting in self.settings:
            first, last = given.get(f"{setting.key}.from"), given.get(f"{setting.key}.to")
            if setting.kind == "time_window" and first and last and first >= last:
                self.add_error(f"{setting.key}.to", _("结束时间要晚于开始时间。"))
        return given

    @property
    def values(self) -> dict[str, Any]:
        return {setting.key: _value(setting, self.cleaned_data) for setting in self.settings}

    def groups(self) -> list[tuple[Any, list[Drawn]]]:
        """By the first word of the key, in the order of ``GROUPS``; what nobody named comes last."""
        found: dict[str, list[Drawn]] = {}
        for setting in self.settings:
            prefix = setting.key.partition(".")[0] if "." in setting.key else ""
            drawn = Drawn(setting, [self[name] for name in _fields(setting, self.current[setting.key])])
            found.setdefault(prefix if prefix in GROUPS else "*", []).append(drawn)
        return [
            (GROUPS.get(prefix, _("其他")), found[prefix]) for prefix in (*GROUPS, "*") if prefix in found
        ]


def _is_drawn(setting: Setting) -> bool:
    """A mapping of anything but numbers has a page of its own."""
    if setting.kind != "mapping":
        return True
    return bool(setting.default) and all(isinstance(value, int) for value in setting.default.values())


def _fields(setting: Setting, value: Any) -> dict[str, forms.Field]:
    key, label = setting.key, _with_unit(setting)
    hint = setting.help
    if setting.kind == "time_window":
        return {
            f"{key}.from": _time(_("%s：从") % label, value[0], hint),
            f"{key}.to": _time(_("%s：到") % label, value[1], ""),
        }
    if setting.kind == "mapping":
        words = dict(setting.choices)
        return {
            f"{key}.{name}": forms.IntegerField(
                label=_("%(what)s：%(part)s") % {"what": label, "part": words.get(name, name)},
                min_value=setting.minimum,
                initial=value.get(name, default),
            )
            for name, default in setting.default.items()
        }
    return {key: _SINGLE[setting.kind](setting, label, value, hint)}


def _with_unit(setting: Setting) -> str:
    if not setting.unit:
        return str(setting.label)
    return _("%(label)s（%(unit)s）") % {"label": setting.label, "unit": setting.unit}


def _time(label: str, value: str, hint: Any) -> forms.Field:
    return forms.TimeField(
        label=label,
        initial=value,
        help_text=hint,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


def _int(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.IntegerField(
        label=label, min_value=setting.minimum, max_value=1_000_000, initial=value, help_text=hint
    )


def _bool(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.BooleanField(label=label, required=False, initial=value, help_text=hint)


def _text(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.CharField(
        label=label, max_length=200, required=bool(setting.default), initial=value, help_text=hint
    )


def _choice(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.ChoiceField(label=label, choices=setting.choices, initial=value, help_text=hint)


def _windows(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.RegexField(
        rf"^{WINDOW.pattern}(\s+{WINDOW.pattern})*$",
        label=label,
        initial=" ".join(value),
        help_text=_("%s例如 09:00-12:00 14:00-18:00。") % hint,
        error_messages={"invalid": _("请写成 09:00-12:00 的样子，几段之间用空格隔开。")},
    )


def _weekdays(setting: Setting, label: Any, value: Any, hint: Any) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        initial=value,
        widget=forms.CheckboxSelectMultiple,
    )


_SINGLE = {
    "int": _int, "bool": _bool, "text": _text, "choice": _choice, "time_windows": _windows, "weekdays": _weekdays,
}  # fmt: skip


def _value(setting: Setting, given: dict[str, Any]) -> Any:
    if setting.kind == "time_window":
        return [_clock(given[f"{setting.key}.from"]), _clock(given[f"{setting.key}.to"])]
    if setting.kind == "mapping":
        return {name: given[f"{setting.key}.{name}"] for name in setting.default}
    value = given[setting.key]
    return value.split() if setting.kind == "time_windows" else value


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"
