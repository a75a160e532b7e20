"""Opening an invitation: nobody is signed in, so the firm's code stands in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.errors import Refusal
from tenancy.actions import invitations
from tenancy.audit.actor import Actor, acting
from tenancy.http import public, sent
from tenancy.models import Firm, Invitation, User
from tenancy.scoping import firm_scope
from tenancy.sign_in import throttle
from tenancy.sign_in.forms import NewPasswordForm, PasswordOnlyForm
from tenancy.views.sign_in import welcome


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Looking uses nothing up: messengers fetch links for their preview."""
    firm = Firm.objects.filter(code=code, state=Firm.State.ACTIVE).first()
    if firm is None:
        return _gone(request)
    try:
        with firm_scope(firm.pk), acting(_actor(request)):
            found = invitations.find(token)
            if found is None:
                return _gone(request)
            user, answer = _answer(request, firm, found)
    except Refusal:
        return _gone(request)
    return answer or welcome(request, user)


def _answer(request: HttpRequest, firm: Firm, found: Invitation) -> tuple[Any, HttpResponse | None]:
    """Whoever has an account already takes the seat with its password; others set one."""
    known = invitations.existing_account(found.member)
    subject = known or found.member.user or User(phone=found.member.phone or None, name=found.member.name)
    kind = PasswordOnlyForm if known else NewPasswordForm
    form: Any = kind(sent(request), user=subject)
    if request.method == "POST" and (known is None or _may_try(request, known, form)) and form.is_valid():
        user = (
            invitations.accept_as(found, user=known)
            if known
            else invitations.accept(found, password=form.cleaned_data["password"])
        )
        return user, None
    context = {
        "form": form,
        "firm": firm,
        "person": found.member,
        "known": known,
        "is_reset": found.member.user_id,
    }
    return None, render(request, "account/invitation.html", context, status=422 if form.errors else 200)


def _may_try(request: HttpRequest, known: User, form: Any) -> bool:
    """The password of an account is guessed here as little as at the front door."""
    attempt = throttle.admit(known.phone or known.email or "", request.META.get("REMOTE_ADDR", ""))
    if attempt is None:
        form.add_error(None, _("尝试次数过多，请 15 分钟后再试。"))
        return False
    if known.check_password(request.POST.get("current", "")):
        attempt.succeeded()
    return True


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that was used, one that has expired and one that never existed."""
    return render(request, "account/invitation_gone.html", status=404)


def _actor(request: HttpRequest) -> Actor:
    return Actor(
        label="受邀人",
        door="page",
        ip=request.META.get("REMOTE_ADDR") or None,
        request_id=request.META.get("REQUEST_ID", ""),
    )
