"""Forms of projects: they validate and hand over, actions save."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _say, gettext_lazy as _

from core.money import BadMoney, format_fen, parse_fen
from crm.models import Customer, Estate
from projects.guards import Asked
from projects.models import LossReason, Project, SuspensionReason
from projects.phases import Mode, Phase
from projects.querysets import SLOTS
from projects.stated import StatedFact
from tenancy.forms import MemberForm
from tenancy.models import Branch, Member, Role

SLOT_ROLES: dict[str, tuple[str, ...]] = {
    "designer": (Role.DESIGNER, Role.DESIGN_REVIEWER),
    "adviser": (Role.CS_AGENT, Role.CS_MANAGER),
    "project_manager": (Role.PROJECT_MANAGER,),
    "foreman": (Role.PROJECT_MANAGER, Role.TECHNICIAN),
    "engineering_supervisor": (Role.SUPERVISOR, Role.ENGINEERING_MANAGER),
    "inspector": (Role.SUPERVISOR, Role.ENGINEERING_MANAGER),
}
"""Whose names are offered for a slot; whoever stands there already is offered too."""


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A date as browsers send it; years far outside people's lives are a slip of the finger."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("请检查年份。"))
        return day


class MoneyField(forms.Field):
    """Yuan as people write them (18.6万, ¥186,000), kept as whole fen."""

    widget = forms.TextInput(attrs={"maxlength": 30, "inputmode": "text"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_fen(text[:60])
        except BadMoney as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return format_fen(value, symbol="") if isinstance(value, int) else value


class PlaceFields(MemberForm):
    """What a project is, apart from whose it is."""

    estate = forms.ModelChoiceField(Estate.objects.none(), label=_("小区"), required=False)
    address = forms.CharField(label=_("地址"), required=False, max_length=120)
    room = forms.CharField(label=_("楼栋房号"), required=False, max_length=40, help_text=_("例如 3-2-1502"))
    area_m2 = forms.DecimalField(
        label=_("面积（㎡）"), required=False, min_value=1, max_value=99999, decimal_places=2
    )
    mode = forms.ChoiceField(
        label=_("装修方式"),
        required=False,
        choices=[("", _("未定")), *Mode.choices],
        widget=forms.RadioSelect,
    )
    style = forms.CharField(label=_("风格"), required=False, max_length=40)
    budget_fen = MoneyField(label=_("预算（元）"), required=False)
    is_returning = forms.BooleanField(label=_("回单（老客户介绍或再次装修）"), required=False)
    returning_how = forms.CharField(label=_("回单来由"), required=False, max_length=80)
    note = forms.CharField(
        label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProjectForm(PlaceFields):
    """A new project of one customer, who is found before and stands in the address of the page."""

    customer = forms.ModelChoiceField(Customer.objects.none(), label=_("客户"), widget=forms.HiddenInput)
    branch = forms.ModelChoiceField(Branch.objects.none(), label=_("分公司"))
    designer = forms.ModelChoiceField(Member.objects.none(), label=_("设计师"), required=False)
    adviser = forms.ModelChoiceField(Member.objects.none(), label=_("家装顾问"), required=False)

    field_order = [
        "customer",
        "branch",
        "estate",
        "address",
        "room",
        "area_m2",
        "mode",
        "style",
        "budget_fen",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, ("designer", "adviser"))


class EditForm(PlaceFields):
    contract_number = forms.CharField(label=_("合同号"), required=False, max_length=40)
    contract_fen = MoneyField(label=_("合同金额（元）"), required=False)
    planned_start_on = DayField(label=_("计划进场"), required=False)
    planned_completion_on = DayField(label=_("计划竣工"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("planned_start_on"), data.get("planned_completion_on")
        if first and last and last < first:
            self.add_error("planned_completion_on", _("计划竣工不能早于计划进场。"))
        return data


class PeopleForm(MemberForm):
    designer = forms.ModelChoiceField(Member.objects.none(), label=_("设计师"), required=False)
    adviser = forms.ModelChoiceField(Member.objects.none(), label=_("家装顾问"), required=False)
    project_manager = forms.ModelChoiceField(Member.objects.none(), label=_("项目经理"), required=False)
    foreman = forms.ModelChoiceField(Member.objects.none(), label=_("工长"), required=False)
    engineering_supervisor = forms.ModelChoiceField(
        Member.objects.none(), label=_("工程监督"), required=False
    )
    inspector = forms.ModelChoiceField(Member.objects.none(), label=_("监察员"), required=False)
    third_party_supervisor = forms.CharField(label=_("第三方监理"), required=False, max_length=40)
    third_party_phone = forms.CharField(label=_("第三方监理电话"), required=False, max_length=20)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, SLOTS, project)


def _offer_people(form: MemberForm, slots: tuple[str, ...], project: Project | None = None) -> None:
    """Names of the branch that hold a role of the slot: one query for all slots."""
    people = list(Member.objects.visible_to(form.member).active().with_posts().order_by("name"))
    for slot in slots:
        field = form.fields[slot]
        holding = {member.pk for member in people if member.has_role(*SLOT_ROLES[slot])}
        if project is not None:
            holding.add(getattr(project, f"{slot}_id"))
        chosen = [(member.pk, member.name) for member in people if member.pk in holding]
        there = getattr(project, slot, None) if project is not None else None
        if there is not None and there.pk not in {pk for pk, _name in chosen}:
            chosen.append((there.pk, there.name))
        field.queryset = Member.objects.filter(pk__in=[pk for pk, _name in chosen])  # type: ignore[attr-defined]
        field.choices = [("", _say("未定")), *chosen]  # type: ignore[attr-defined]


class AdvanceForm(MemberForm):
    """The to-do list of one step: a day for each fact still missing, a reason for each guard passed over."""

    note = forms.CharField(label=_("说明"), required=False, max_length=500)

    def __init__(self, *args: Any, project: Project, asked: list[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.asked = asked
        for line in asked:
            if not line.met:
                self._open(line)

    def _open(self, line: Asked) -> None:
        guard, today = line.guard, timezone.localdate().isoformat()
        if guard.fact and guard.fact.may_state(self.member):
            latest = {} if guard.fact.code == "proposal_agreed" else {"max": today}
            self.fields[f"on_{guard.code}"] = DayField(
                label=guard.fact.label, required=False, widget=DayInput(attrs=latest)
            )
        if guard.strength == "should" and self.member.has_role(guard.pass_role or "", Role.FIRM_ADMIN):
            self.fields[f"why_{guard.code}"] = forms.CharField(
                label=_("带条件推进的原因"),
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def lines(self) -> list[dict[str, Any]]:
        """Each guard with its fields, where it is put right, and who can; for the template."""
        return [
            {
                "asked": line,
                "link": line.guard.link(self.project) if line.guard.link and not line.met else "",
                "who": _waits_for(line),
                "on": self[f"on_{line.code}"] if f"on_{line.code}" in self.fields else None,
                "why": self[f"why_{line.code}"] if f"why_{line.code}" in self.fields else None,
            }
            for line in self.asked
        ]

    @property
    def open_number(self) -> int:
        return sum(not line.met for line in self.asked)

    def stated(self) -> dict[str, Any]:
        """fact → day, for those given."""
        facts = {line.code: line.guard.fact for line in self.asked if line.guard.fact}
        return {
            fact.code: self.cleaned_data[f"on_{code}"]
            for code, fact in facts.items()
            if self.cleaned_data.get(f"on_{code}")
        }

    def waived(self) -> dict[str, str]:
        """Guard → reason, for those passed over."""
        return {
            line.code: self.cleaned_data[f"why_{line.code}"]
            for line in self.asked
            if self.cleaned_data.get(f"why_{line.code}")
        }


def _waits_for(line: Asked) -> str:
    """Whose word is missing: the one responsible, or whoever may pass it over."""
    if line.guard.fact:
        return str(Role(line.guard.fact.roles[0]).label)
    return str(Role(line.guard.pass_role).label) if line.guard.pass_role else _say("负责的同事")


class NoteForm(MemberForm):
    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LossForm(NoteForm):
    reason = forms.ChoiceField(label=_("流失原因"), choices=LossReason.choices, widget=forms.RadioSelect)
    field_order = ["reason", "note"]


class SuspensionForm(NoteForm):
    reason = forms.ChoiceField(
        label=_("停工原因"), choices=SuspensionReason.choices, widget=forms.RadioSelect
    )
    on = DayField(label=_("停工日期"), initial=timezone.localdate)
    field_order = ["reason", "on", "note"]


class CancellationForm(NoteForm):
    settlement = forms.CharField(
        label=_("如何结算"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明退还或应收的款项，以及与业主约定的办法。"),
    )
    field_order = ["settlement", "note"]


class FactForm(MemberForm):
    on = DayField(label=_("日期"), initial=timezone.localdate)
    note = forms.CharField(label=_("说明"), required=False, max_length=300)

    def __init__(self, *args: Any, fact: StatedFact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = str(fact.label)


class ProjectFilter(MemberForm):
    """What narrows board and list; all of it stands in the address."""

    q = forms.CharField(required=False, max_length=60)
    phase = forms.ChoiceField(required=False, choices=[("", _("全部阶段")), *Phase.choices])
    branch = forms.ModelChoiceField(Branch.objects.none(), required=False, empty_label=_("全部分公司"))
    designer = forms.ModelChoiceField(Member.objects.none(), required=False)
    project_manager = forms.ModelChoiceField(Member.objects.none(), required=False)
    adviser = forms.ModelChoiceField(Member.objects.none(), required=False)
    mode_of = forms.ChoiceField(required=False, choices=[("", _("全部方式")), *Mode.choices])
    late = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, ("designer", "project_manager", "adviser"))
        for slot, label in (
            ("designer", _say("全部设计师")),
            ("project_manager", _say("全部项目经理")),
            ("adviser", _say("全部顾问")),
        ):
            self.fields[slot].choices = [("", label), *self.fields[slot].choices[1:]]  # type: ignore[attr-defined]

    def narrow(self, projects: Any) -> Any:
        """An unusable value in the address narrows nothing: links outlive people and branches."""
        self.is_valid()
        given = self.cleaned_data
        for name in ("branch", "designer", "project_manager", "adviser", "phase"):
            if given.get(name):
                projects = projects.filter(**{name: given[name]})
        if given.get("mode_of"):
            projects = projects.filter(mode=given["mode_of"])
        return projects

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)
