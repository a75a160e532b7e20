"""The answers of one call as a form. It reads; ``notifications.actions`` checks against the script and writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _say, gettext_lazy as _

from core.ui.formats import ago
from crm.models import Customer
from notifications.models import CallAttempt, CallTask, Script
from projects.models import Project
from tenancy.forms import MemberForm
from tenancy.models import Member

MOMENT = "%Y-%m-%dT%H:%M"
PREFIX = "q_"


class MomentField(forms.DateTimeField):
    """A moment in the firm's own time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%d %H:%M"], **kwargs)


class OutcomeForm(forms.Form):
    """What was said. The questions themselves are drawn from the script and read by ``answered``."""

    outcome = forms.ChoiceField(
        choices=CallAttempt.Outcome.choices, error_messages={"required": _("请选择通话结果。")}
    )
    note = forms.CharField(
        label=_("客户原话与承诺"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 2000 字。")},
    )
    is_refused = forms.BooleanField(label=_("客户不愿意接受回访"), required=False)
    again = forms.CharField(required=False)
    again_at = MomentField(label=_("改约到"), required=False)
    auto_next = forms.BooleanField(required=False)

    @classmethod
    def from_draft(cls, task: CallTask, given: Mapping[str, Any]) -> Self:
        """Unbound, with what was typed before; an empty one for a call nobody has begun."""
        form = cls(initial={"note": given.get("note", ""), "is_refused": given.get("is_refused", False)})
        form.given = {"answers": given.get("answers", {}), "issues": given.get("issues", [])}
        return form

    given: Mapping[str, Any] = {}

    def answered(self) -> dict[str, str]:
        if not self.is_bound:
            return dict(self.given.get("answers", {}))
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.data.items()
            if name.startswith(PREFIX) and value
        }

    def ticked(self) -> list[str]:
        if not self.is_bound:
            return list(self.given.get("issues", []))
        return self.data.getlist("issue") if isinstance(self.data, MultiValueDict) else []

    def typed(self) -> dict[str, Any]:
        """As a draft keeps it, right or wrong."""
        return {
            "answers": self.answered(),
            "issues": self.ticked(),
            "note": self.data.get("note", "")[:2000],
            "is_refused": bool(self.data.get("is_refused")),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == CallAttempt.Outcome.RESCHEDULED and "again_at" not in self.errors:
            cleaned["again_at"] = self._again(cleaned)
        return cleaned

    def _again(self, cleaned: Mapping[str, Any]) -> datetime | None:
        """One of the quick times, or the exact one."""
        picked = str(cleaned.get("again") or "")
        again_at: datetime | None = cleaned.get("again_at")
        if picked:
            again_at = _moment(picked)
        if again_at is None:
            self.add_error("again_at", _say("请选择改约的时间。"))
        elif again_at <= timezone.now():
            self.add_error("again_at", _say("改约的时间要晚于现在。"))
        return again_at


def _moment(text: str) -> datetime | None:
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except ValueError:
        return None


@dataclass(frozen=True)
class QuickTime:
    value: str
    label: str


def quick_times(now: datetime) -> list[QuickTime]:
    """Half an hour from now, this afternoon, this evening, tomorrow, and noon of the next working Monday."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    monday = local + timedelta(days=7 - local.weekday())
    wanted = [
        local + timedelta(minutes=30),
        local.replace(hour=14, minute=0),
        local.replace(hour=19, minute=30),
        (local + timedelta(days=1)).replace(hour=10, minute=0),
        monday.replace(hour=12, minute=30),
    ]
    later = [moment for moment in wanted if moment > local]
    first, *others = later
    named = [QuickTime(first.strftime(MOMENT), _say("30 分钟后"))]
    return [*named, *[QuickTime(moment.strftime(MOMENT), ago(moment, now)) for moment in others]]


class CallForm(MemberForm):
    """A call agreed by hand."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("项目"), required=False, empty_label=_("不针对某个项目")
    )
    reason = forms.CharField(label=_("回访事项"), max_length=120)
    due_at = MomentField(label=_("最晚什么时候打"))
    script = forms.ChoiceField(label=_("话术"))
    assignee = forms.ModelChoiceField(
        Member.objects.none(), label=_("负责人"), required=False, empty_label=_("队列里谁都可以")
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scripts = Script.objects.filter(is_active=True).order_by("title").values_list("key", "title")
        self.fields["script"].choices = list(scripts)  # type: ignore[attr-defined]
        self.fields["script"].initial = "general"
        project = self.fields["project"]
        project.queryset = project.queryset.filter(customer=customer).select_related("estate")  # type: ignore[attr-defined]
        assignee = self.fields["assignee"]
        assignee.queryset = assignee.queryset.holding("cs_agent", "cs_manager").order_by("name")  # type: ignore[attr-defined]

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= timezone.now():
            raise forms.ValidationError(_say("时间要晚于现在。"))
        return due_at
