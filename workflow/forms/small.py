from django import forms
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    """A playbook as a file from this or another firm."""

    file = forms.FileField(label=_("规则文件"), help_text=_("在“版本”里导出的 .toml 文件"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["accept"] = ".toml"
