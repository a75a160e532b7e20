"""Dialogs that take a project off its road and bring it back. They differ only in what is declared here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from projects import policies
from projects.actions import standing
from projects.forms import CancellationForm, LossForm, NoteForm, SuspensionForm
from projects.views.pages import attempt, done, find_project, show_dialog
from tenancy.http import MemberRequest


@dataclass(frozen=True)
class Move:
    """A move that takes a reason: who may, what is asked, what is done, and what the page says before and after.

    ``act(project, by=member, **cleaned_data)``
    """

    title: Any
    said: Any
    may: Callable[..., bool]
    form: Callable[..., forms.Form]
    act: Callable[..., Any]
    warning: Any = ""


LOSS = Move(
    _("登记流失"),
    said=_("已登记流失"),
    may=policies.may_lose,
    form=LossForm,
    act=standing.lose_project,
    warning=_("项目上的承诺和时钟随之结束，之后可以重新跟进。"),
)
REOPENING = Move(
    _("重新跟进"),
    said=_("已恢复到流失前的阶段"),
    may=policies.may_lose,
    form=NoteForm,
    act=standing.reopen_project,
)
SUSPENSION = Move(
    _("登记停工"),
    said=_("已登记停工"),
    may=policies.may_suspend,
    form=SuspensionForm,
    act=standing.suspend_project,
)
RESUMPTION = Move(
    _("复工"),
    said=_("已复工"),
    may=policies.may_suspend,
    form=NoteForm,
    act=standing.resume_project,
    warning=_("计划竣工日期按停工天数顺延。"),
)
CANCELLATION = Move(
    _("登记退单"),
    said=_("已登记退单"),
    may=policies.may_cancel,
    form=CancellationForm,
    act=standing.cancel_project,
    warning=_("退单后项目不能恢复。"),
)


@require_http_methods(["GET", "POST"])
def change_standing(request: MemberRequest, number: str, how: Move) -> HttpResponse:
    """One dialog for the moves that take a reason; the address says which."""
    project = find_project(request, number, how.may)
    form = how.form(request.POST or None, member=request.member)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: how.act(project, by=request.member, **form.cleaned_data))
    ):
        return done(request, str(how.said), project.get_absolute_url())
    context = {"form": form, "project": project, "button": how.title, "warning": how.warning}
    return show_dialog(request, "projects/_reason.html", str(how.title), context)
