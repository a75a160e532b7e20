# ruff: noqa: PLR0913 - arguments are the parameters of a template tag
"""Drawing one form field: label, hint, the control, what is wrong with it; whatever the widget is."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from core.ui.drawing import draw

CONTROL_CLASSES = (
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.Widget, "input"),
)


def field(
    bound: BoundField,
    label: str = "",
    *,
    hint: str = "",
    wide: bool = False,
    big: bool = False,
    look: str = "",
    placeholder: str = "",
    autofocus: bool = False,
    tones: str = "",
) -> SafeString:
    """A field of a form. ``look``: switch (for a checkbox), rate (for 1–5), plain (radios without chips).

    ``tones``: for chips, the tone of each choice in order, as in ``"ok bad"``.
    """
    given: dict[str, Any] = {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "wide": wide,
        "look": look,
        "errors": bound.errors,
        "error_id": f"{bound.id_for_label or bound.auto_id}_error",
        "hint_id": f"{bound.id_for_label or bound.auto_id}_hint",
    }
    widget = bound.field.widget
    if bound.is_hidden:
        return SafeString(bound.as_widget())
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        given["chips"] = list(zip(bound.subwidgets, _spread(tones, len(bound.subwidgets)), strict=True))
        return draw("field_choices", **given)
    attributes = _attributes(given, placeholder=placeholder, autofocus=autofocus)
    if isinstance(widget, forms.CheckboxInput):
        return draw("field_check", control=bound.as_widget(attrs=attributes), **given)
    attributes["class"] = _control_class(widget, big=big)
    return draw("field", control=bound.as_widget(attrs=attributes), **given)


def _attributes(given: dict[str, Any], *, placeholder: str, autofocus: bool) -> dict[str, str | bool]:
    described = [given["hint_id"] if given["hint"] else "", given["error_id"] if given["errors"] else ""]
    attributes: dict[str, str | bool] = {}
    if any(described):
        attributes["aria-describedby"] = " ".join(filter(None, described))
    if given["errors"]:
        attributes["aria-invalid"] = "true"
    if placeholder:
        attributes["placeholder"] = placeholder
    if autofocus:
        attributes["autofocus"] = True
    return attributes


def _control_class(widget: forms.Widget, *, big: bool) -> str:
    base = next(name for kind, name in CONTROL_CLASSES if isinstance(widget, kind))
    own = widget.attrs.get("class", "")
    return " ".join(filter(None, [base, f"{base}--l" if big else "", own]))


def _spread(tones: str, length: int) -> list[str]:
    given = tones.split()
    return [*given, *[""] * (length - len(given))][:length]


def error_summary(form: forms.BaseForm, *, focus: bool = True) -> SafeString:
    """What is wrong with a form, once, above it, with links to the fields; nothing when nothing is.

    ``focus``: it takes the focus when it appears, so that it is read and seen.
    """
    if not form.errors:
        return SafeString()
    wrong = [form[name] for name in form.errors if name in form.fields]
    return draw("error_summary", form=form, wrong=wrong, general=form.non_field_errors(), focus=focus)
