"""Forms of appointments and notes from the site."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Customer
from projects.forms import DayField
from projects.models import Appointment, Project, SiteNote
from tenancy.forms import MemberForm
from tenancy.models import Member

LONGEST = timedelta(hours=24)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class WhenFields(MemberForm):
    """A day with a beginning and an end, as the firm's clock shows them."""

    day = DayField(label=_("日期"))
    starts = forms.TimeField(label=_("开始"), widget=TimeInput(attrs={"step": 300}))
    ends = forms.TimeField(label=_("结束"), widget=TimeInput(attrs={"step": 300}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"day", "starts", "ends"} <= data.keys():
            if data["ends"] <= data["starts"]:
                self.add_error("ends", _("结束时间须晚于开始时间。"))
            data["starts_at"] = _moment(data["day"], data["starts"])
            data["ends_at"] = _moment(data["day"], data["ends"])
        return data


def _moment(day: Any, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


class AppointmentForm(WhenFields):
    kind = forms.ChoiceField(label=_("事项"), choices=Appointment.Kind.choices)
    project = forms.ModelChoiceField(Project.objects.none(), required=False, widget=forms.HiddenInput)
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput)
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(), label=_("到场同事"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(label=_("地点"), required=False, max_length=120)
    note = forms.CharField(label=_("说明"), required=False, max_length=300)

    field_order = ["kind", "day", "starts", "ends", "members", "place", "note"]

    def __init__(self, *args: Any, people: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, people)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("project") and not data.get("customer"):
            raise forms.ValidationError(_("请先选择客户或项目。"))
        if data.get("project"):
            data["customer"] = data["project"].customer
        return data


class MoveForm(WhenFields):
    place = forms.CharField(label=_("地点"), required=False, max_length=120)
    reason = forms.CharField(label=_("改期原因"), required=False, max_length=300)
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(), label=_("到场同事"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, people)


class OutcomeForm(MemberForm):
    """What came of it. A measure visit is not finished without a day for the proposal."""

    happened = forms.ChoiceField(
        label=_("结果"),
        choices=[("held", _("已完成")), ("missed", _("未成行"))],
        initial="held",
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    proposal_on = DayField(label=_("约定看方案日期"), required=False)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = appointment.kind == Appointment.Kind.MEASURE and appointment.project_id is not None
        if not self.measures:
            del self.fields["proposal_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.measures and data.get("happened") == "held" and not data.get("proposal_on"):
            self.add_error("proposal_on", _("请填写与业主约定的看方案日期。"))
        return data


class CancelForm(MemberForm):
    reason = forms.CharField(label=_("取消原因"), required=False, max_length=300)


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files under one name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PhotosInput(attrs={"accept": "image/*", "data-shrink": "1600"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(one, initial) for one in given]


class SiteNoteForm(MemberForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    services = forms.MultipleChoiceField(
        label=_("本次服务"),
        choices=SiteNote.Service.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    photos = PhotosField(label=_("照片"), required=False)
    text = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def offer(form: MemberForm, people: list[Member]) -> None:
    """The colleagues one may ask, as chips; a list of hundreds would be no choice at all."""
    field = form.fields["members"]
    field.queryset = Member.objects.filter(pk__in=[member.pk for member in people])  # type: ignore[attr-defined]
    field.choices = [(member.pk, member.name) for member in people]  # type: ignore[attr-defined]
