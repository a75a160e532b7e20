"""Form fields that read what people write: money, birthdays, phones, referrers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.money import BadMoney, format_wan, parse_fen
from core.text import clean_text
from crm.birthdays import BadBirthday, parse_birthday
from crm.reaching import BadContact, normalise


class CleanText(forms.CharField):
    """Text without what nobody can see. A NUL or half a character is dropped rather than complained about."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        kwargs.setdefault("required", False)
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean_text(value, lines=self.lines)))


class FenField(forms.CharField):
    """Money as people write it (15万, ¥150,000), kept as fen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_wan(value).lstrip("¥") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(clean_text(value))
        try:
            return parse_fen(text) if text else None
        except BadMoney as bad:
            raise forms.ValidationError(str(bad)) from bad


class BirthdayField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(clean_text(value))
        try:
            return parse_birthday(text)
        except BadBirthday as bad:
            raise forms.ValidationError(str(bad)) from bad


class WayField(forms.CharField):
    """A phone, a WeChat name or an address; checked here, normalised by the action."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(clean_text(value)))
        if text:
            try:
                normalise(self.kind, text)
            except BadContact as bad:
                raise forms.ValidationError(str(bad)) from bad
        return text


def optional(choices: Any, label: str = "") -> list[tuple[str, Any]]:
    return [("", label or _("未选择")), *choices]
