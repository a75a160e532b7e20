"""Forms of one dialog each."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms.fields import CleanText
from crm.models import Tag
from crm.words import (
    ContactKind,
    EnquiryOutcome,
    FollowUpChannel,
    Importance,
    Relation,
    Source,
    TagColour,
    WantedMode,
)
from notifications.models import Consent
from notifications.models.words import Purpose
from tenancy.forms import MemberForm
from tenancy.models import Branch, Member

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A moment in the firm's own time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M"], **kwargs)


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class ContactPointForm(MemberForm):
    kind = forms.ChoiceField(label=_("方式"), choices=ContactKind.choices, initial=ContactKind.PHONE)
    value = CleanText(label=_("号码"), max_length=120, required=True)
    relation = forms.ChoiceField(label=_("归属人"), choices=Relation.choices, initial=Relation.OWNER)
    person_name = CleanText(label=_("称呼"), max_length=40)
    preferred_hours = CleanText(label=_("方便时间"), max_length=60)
    note = CleanText(label=_("备注"), max_length=120)
    is_primary = forms.BooleanField(label=_("设为首选"), required=False)


class ConsentForm(MemberForm):
    purpose = forms.ChoiceField(label=_("用途"), choices=Purpose.choices)
    is_granted = forms.ChoiceField(
        label=_("客户的意思"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=_("怎么表示的"), choices=Consent.Channel.choices)
    evidence = CleanText(label=_("依据"), max_length=200, help_text=_("如通话时间、签字的告知书"))


class TagForm(MemberForm):
    """The tags of one customer; a new word may be added at the same time."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=_("标签"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_tag = CleanText(label=_("新标签"), max_length=20)
    colour = forms.ChoiceField(
        label=_("颜色"), choices=TagColour.choices, required=False, initial=TagColour.GREY
    )


class EnquiryForm(MemberForm):
    source = forms.ChoiceField(label=_("渠道"), choices=Source.choices)
    wanted_mode = forms.ChoiceField(
        label=_("意向方式"), choices=[("", _("未定")), *WantedMode.choices], required=False
    )
    wanted_from = DayField(label=_("希望开工"), required=False)
    wishes = CleanText(label=_("诉求"), max_length=1000, lines=True)


class CloseEnquiryForm(MemberForm):
    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=[pair for pair in EnquiryOutcome.choices if pair[0] != EnquiryOutcome.PROJECT],
    )
    reason = CleanText(label=_("说明"), max_length=200)


class VisitForm(MemberForm):
    came_at = MomentField(label=_("到店时间"))
    left_at = MomentField(label=_("离店时间"), required=False, help_text=_("还没离店可以不填"))
    people = forms.IntegerField(label=_("人数"), min_value=1, max_value=99, initial=1)
    received_by = forms.ModelChoiceField(
        Member.objects.none(), empty_label=_("未选择"), label=_("接待人"), required=False
    )
    note = CleanText(label=_("情况"), max_length=1000, lines=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        came, left = given.get("came_at"), given.get("left_at")
        if came and came > timezone.now() + timedelta(minutes=5):
            self.add_error("came_at", str(_("到店时间不能在将来。")))
        if came and left and left < came:
            self.add_error("left_at", str(_("离店时间不能早于到店时间。")))
        return given


class FollowUpForm(MemberForm):
    text = CleanText(label=_("跟进内容"), max_length=2000, lines=True, required=True)
    channel = forms.ChoiceField(
        label=_("方式"),
        choices=FollowUpChannel.choices,
        initial=FollowUpChannel.PHONE,
        widget=forms.RadioSelect,
    )


class AssignForm(MemberForm):
    branch = forms.ModelChoiceField(
        Branch.objects.none(), empty_label=_("未选择"), label=_("分公司"), required=False
    )
    adviser = forms.ModelChoiceField(
        Member.objects.none(), empty_label=_("未选择"), label=_("家装顾问"), required=False
    )


class BulkForm(MemberForm):
    """One act on the customers ticked; ``act`` says which of the other fields counts."""

    act = forms.ChoiceField(choices=[("assign", ""), ("tag", ""), ("importance", "")])
    adviser = forms.ModelChoiceField(
        Member.objects.none(), empty_label=_("未选择"), label=_("新的顾问"), required=False
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(), empty_label=_("未选择"), label=_("新的分公司"), required=False
    )
    tag = forms.ModelChoiceField(Tag.objects.none(), empty_label=_("未选择"), label=_("标签"), required=False)
    new_tag = CleanText(label=_("或新标签"), max_length=20)
    importance = forms.ChoiceField(label=_("重要程度"), choices=Importance.choices, required=False)


class MergeForm(MemberForm):
    reason = CleanText(label=_("依据"), max_length=200, help_text=_("怎么确认是同一位客户的"))


class EstateForm(MemberForm):
    name = CleanText(label=_("名称"), max_length=60, required=True)
    province = CleanText(label=_("省份"), max_length=20)
    city = CleanText(label=_("城市"), max_length=20)
    district = CleanText(label=_("区县"), max_length=20)
    address = CleanText(label=_("地址"), max_length=120)
    keys_on = DayField(label=_("交房日期"), required=False, help_text=_("交房前 30、15、3 天的提醒按它计算"))
    quiet_rules = CleanText(
        label=_("施工时间规定"), max_length=200, help_text=_("如周末禁止施工、12 点到 14 点静音")
    )
    note = CleanText(label=_("备注"), max_length=300)


class SavedViewForm(MemberForm):
    name = CleanText(label=_("名称"), max_length=20, required=True)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(label=_("全员可见"), required=False)
