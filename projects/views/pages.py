"""What every view of a project needs: find it, draw a dialog, try an action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import Refusal, Stale
from core.toasts import toast
from projects.models import Project
from tenancy.http import MemberRequest
from tenancy.models import Member

Policy = Callable[[Any, Member], bool]


def find_project(request: MemberRequest, number: str, may: Policy | None = None) -> Project:
    """The project with its people, if this member sees it; 403 where the role may look but not do this."""
    rows = Project.objects.visible_to(request.member).with_names().prefetch_related("statements")
    project = get_object_or_404(rows, number=number)
    if may is not None and not may(project, request.member):
        raise PermissionDenied
    return project


def attempt(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Do it, or put the sentences of the refusal on the form, so that what was typed stays."""
    try:
        act()
    except Stale:
        raise
    except Refusal as refusal:
        for sentence in refusal.sentences:
            form.add_error(None, sentence)
        return False
    return True


def show_dialog(
    request: MemberRequest, body: str, title: Any, context: dict[str, Any], *, wide: bool = False
) -> HttpResponse:
    """A form as a dialog for htmx, as a page of its own without scripts. A bound form that comes back is a 422."""
    form = context["form"]
    template = "projects/_dialog.html" if request.htmx else "projects/dialog_page.html"
    given = {"body": body, "title": title, "wide": wide, "next": next_page(request)}
    return render(request, template, {**given, **context}, status=422 if form.errors else 200)


def done(request: MemberRequest, said: str, to: str) -> HttpResponse:
    """Say it and go back to where the dialog was opened."""
    toast(request, said)
    target = next_page(request) or to
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return redirect(target)


def next_page(request: MemberRequest) -> str:
    """The page a dialog was opened on; only ever one of ours."""
    opened_on = request.htmx.current_url_abs_path if request.htmx else ""
    target = request.POST.get("next", "") or opened_on or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else ""
