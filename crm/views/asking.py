"""How every small form of this app is asked and answered: find, do, show, said once.

With the script a form is a dialog brought into ``#layer``; without it the same address is a page. Whatever is wrong
comes back as 422 with everything that was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django_htmx.http import HttpResponseClientRedirect

from core.errors import Refusal
from core.toasts import toast
from crm.models import Customer
from tenancy.http import MemberRequest
from tenancy.models import Member

View = Callable[..., HttpResponse]
Act = Callable[[dict[str, Any]], Any]


def only(policy: Callable[[Member], bool]) -> Callable[[View], View]:
    """Turn away members the policy does not allow, before anything is looked up."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not policy(request.member):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def find_customer(request: MemberRequest, pk: UUID) -> Customer:
    queryset = Customer.objects.visible_to(request.member).select_related(
        "estate", "branch", "adviser", "referrer"
    )
    found: Customer = get_object_or_404(queryset, pk=pk)
    return found


def answer_form(  # noqa: PLR0913 - one call says all of a small form
    request: MemberRequest,
    form: forms.Form,
    act: Act,
    *,
    title: str | Promise,
    button: str | Promise,
    back: str,
    done: str | Promise = "",
    template: str = "crm/_form_dialog.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; on a good POST do ``act(cleaned_data)``, say so and go ``back``."""
    if request.method == "POST" and form.is_valid() and _try(form, act):
        if done:
            toast(request, str(done))
        return go_to(request, back)
    status = 422 if request.method == "POST" else 200
    given = {"form": form, "title": title, "button": button, "back": back, "dialog": template} | (
        context or {}
    )
    page = template if request.htmx else "crm/form_page.html"
    return render(request, page, given, status=status)


def go_to(request: MemberRequest, url: str) -> HttpResponse:
    """After something was done: htmx follows with a whole page, so that every part of it is fresh."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def _try(form: forms.Form, act: Act) -> bool:
    """Refused actions moved nothing (they are transactions); their sentences stand above the form."""
    try:
        with transaction.atomic():
            act(form.cleaned_data)
    except Refusal as refusal:
        for sentence in refusal.sentences:
            form.add_error(None, sentence)
        return False
    return True
