"""The firm's whole trail, with filters."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tenancy import paging, policies, trail
from tenancy.forms import MemberForm
from tenancy.http import MemberRequest, only
from tenancy.models import AuditEntry, Member


class TrailFilter(MemberForm):
    actor = forms.ModelChoiceField(
        label=_("谁"), queryset=Member.objects.none(), required=False, empty_label=_("所有人")
    )
    verb = forms.ChoiceField(
        label=_("做了什么"), required=False, choices=[("", _("全部")), *AuditEntry.Verb.choices]
    )
    kind = forms.ChoiceField(label=_("对象"), required=False)
    door = forms.ChoiceField(
        label=_("从哪里"), required=False, choices=[("", _("全部")), *trail.DOORS.items()]
    )
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *trail.kinds()]  # type: ignore[attr-defined]  # a choice field

    def chosen(self, entries: QuerySet) -> QuerySet:
        """A filter that makes no sense filters nothing; the form says so above the list."""
        self.is_valid()
        wanted = {
            "actor": self.cleaned_data.get("actor"),
            "verb": self.cleaned_data.get("verb"),
            "root_kind": self.cleaned_data.get("kind"),
            "door": self.cleaned_data.get("door"),
            "at__date__gte": self.cleaned_data.get("since"),
            "at__date__lte": self.cleaned_data.get("until"),
        }
        return entries.filter(**{name: value for name, value in wanted.items() if value})


@only(policies.may_read_trail)
@require_GET
def audit(request: MemberRequest) -> HttpResponse:
    form = TrailFilter(request.GET, member=request.member)
    page = paging.newest_first(form.chosen(AuditEntry.objects.all()), request)
    context = {"form": form, "page": page, "trail": trail.told(page.rows, request.member)}
    template = "tenancy/_audit_list.html" if request.htmx else "tenancy/audit.html"
    return render(request, template, context)
