"""Forms of the pages under /settings/ that are about people, branches and keys."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from core.phone import BadPhone, display_phone, parse_phone
from tenancy import roles
from tenancy.api.scopes import scope_choices
from tenancy.forms import FirmModelForm, MemberForm
from tenancy.models import Branch, Department, Member


class PersonForm(FirmModelForm):
    class Meta:
        model = Member
        fields = ("name", "phone", "email", "number", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("phone"):
            self.initial["phone"] = display_phone(self.initial["phone"])

    def clean_phone(self) -> str:
        given = self.cleaned_data["phone"]
        try:
            return parse_phone(given).e164 if given else ""
        except BadPhone as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class PostForm(MemberForm):
    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    branch = forms.ModelChoiceField(
        label=gettext_lazy("分公司"),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=gettext_lazy("全企业"),
        help_text=gettext_lazy("选“全企业”的岗位可以看到所有分公司。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles.choices()  # type: ignore[attr-defined]  # a choice field


class NewPersonForm(PersonForm):
    """Stands beside a ``PostForm`` for the first post."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("phone") and not given.get("email") and not {"phone", "email"} & self.errors.keys():
            self.add_error("phone", _("请填写手机号或邮箱，它就是登录名。"))
        return given


class MergeForm(MemberForm):
    into = forms.ModelChoiceField(label=gettext_lazy("其实是"), queryset=Member.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Member.objects.people().active().visible_to(self.member)
        self.fields["into"].queryset = colleagues.order_by("name")  # type: ignore[attr-defined]  # a field of rows


class BranchForm(FirmModelForm):
    regions = forms.CharField(
        label=gettext_lazy("服务区域"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个，写到省、市或区，例如“陕西省西安市雁塔区”。"),
    )

    class Meta:
        model = Branch
        fields = ("name", "code", "kind", "regions", "address", "hotline", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["regions"] = "\n".join(self.instance.regions)

    def clean_regions(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["regions"].splitlines() if line.strip()]


class DepartmentForm(FirmModelForm):
    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("成员"),
        queryset=Member.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Department
        fields = ("name", "kind", "branch", "head")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("head", "members"):
            self.fields[name].queryset = Member.objects.people().active().order_by("name")  # type: ignore[attr-defined]  # a field of rows
        self.fields["branch"].empty_label = _("全企业")  # type: ignore[attr-defined]  # a field of rows
        self.fields["head"].empty_label = _("未指定")  # type: ignore[attr-defined]  # a field of rows
        if self.instance.pk and not self.instance._state.adding:
            self.initial["members"] = list(self.instance.memberships.values_list("member_id", flat=True))


class RoleLabelsForm(forms.Form):
    """One line per role; empty goes back to our word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = roles.labels()
        for role in roles.STAFF_ROLES:
            own = words[role.value] if words[role.value] != str(role.label) else ""
            self.fields[role.value] = forms.CharField(
                label=role.label,
                max_length=20,
                required=False,
                initial=own,
                widget=forms.TextInput(attrs={"placeholder": role.label}),
            )


class KeyForm(MemberForm):
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("例如“郑州合作分公司 ERP”。")
    )
    branch = forms.ModelChoiceField(
        label=gettext_lazy("分公司"),
        queryset=Branch.objects.none(),
        help_text=gettext_lazy("密钥只能看到和改动这一个分公司的资料。"),
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("权限"), widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(
        label=gettext_lazy("到期日"),
        required=False,
        help_text=gettext_lazy("留空表示不过期；建议每年更换。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scope_choices()  # type: ignore[attr-defined]  # a choice field

    @property
    def facts(self) -> dict[str, Any]:
        """What ``issue_key`` wants: the key still works on its last day."""
        day = self.cleaned_data["expires_on"]
        end = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        kept = {name: self.cleaned_data[name] for name in ("name", "branch", "scopes")}
        return kept | {"expires_at": end}
