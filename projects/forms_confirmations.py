"""Forms of the three-party confirmation: proposing a time in three taps, and hearing a party."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui.formats import day_name
from projects.forms import FactForm
from projects.models import AppointmentPerson
from tenancy.forms import MemberForm
from tenancy.models import Branch, Member, Role

TIMES = ("09:00", "10:30", "14:00", "15:30")
LENGTH = timedelta(minutes=90)
Answer = AppointmentPerson.Answer


class ProposalForm(MemberForm):
    """Day and hour as chips; the place is the site unless somebody says otherwise."""

    day = forms.ChoiceField(label=_("哪一天"), widget=forms.RadioSelect)
    clock = forms.ChoiceField(
        label=_("几点"),
        choices=[(clock, clock) for clock in TIMES],
        initial=TIMES[1],
        widget=forms.RadioSelect,
    )
    place = forms.CharField(label=_("地点"), required=False, max_length=120)

    def __init__(self, *args: Any, days: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [(day.isoformat(), day_name(day)) for day in days]  # type: ignore[attr-defined]
        self.fields["day"].initial = days[0].isoformat() if days else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("clock"):
            moment = datetime.combine(date.fromisoformat(data["day"]), time.fromisoformat(data["clock"]))
            data["starts_at"] = timezone.make_aware(moment)
            data["ends_at"] = data["starts_at"] + LENGTH
        return data


class NodeForm(FactForm):
    """That a node passed; ``waive`` only where somebody has not confirmed and the member may pass it all the same."""

    waive = forms.CharField(
        label=_("未全部确认仍通过的原因"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, asks_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["waive"]


class PartyForm(MemberForm):
    """What one party said; the answer is the button that was pressed."""

    answer = forms.ChoiceField(choices=Answer.choices, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=_("通过什么方式"),
        choices=[choice for choice in AppointmentPerson.How.choices if choice[0] != "system"],
        initial=AppointmentPerson.How.CALL,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("冲突原因"), required=False, max_length=200)
    wished_at = forms.DateTimeField(
        label=_("希望时间"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == Answer.DECLINED and not data.get("reason"):
            self.add_error("reason", _("请填写冲突原因，好与大家另约时间。"))
        if data.get("answer") != Answer.DECLINED and "reason" not in self.changed_data:
            data |= {"reason": "", "wished_at": None}
        return data


class ConfirmationFilter(MemberForm):
    """What narrows the board; an unusable value in the address narrows nothing."""

    branch: forms.ModelChoiceField = forms.ModelChoiceField(
        Branch.objects.none(), required=False, empty_label=_("全部分公司")
    )
    supervisor: forms.ModelChoiceField = forms.ModelChoiceField(Member.objects.none(), required=False)
    state = forms.ChoiceField(required=False, choices=[("", _("全部状态")), *Answer.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Member.objects.visible_to(self.member).active().filter(posts__role=Role.SUPERVISOR)
        people = list(near.distinct().order_by("name").values_list("pk", "name"))
        field = self.fields["supervisor"]
        field.queryset = Member.objects.filter(pk__in=[pk for pk, _name in people])  # type: ignore[attr-defined]
        field.choices = [("", _("全部监督")), *people]  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        self.is_valid()
        given = self.cleaned_data
        if given.get("branch"):
            rows = rows.filter(branch=given["branch"])
        if given.get("supervisor"):
            rows = rows.filter(project__engineering_supervisor=given["supervisor"])
        return rows
