"""In, out, and which firm: pages that stand before every firm's scope."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate, logout as django_logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenancy.doors import SESSION_BRANCH, SESSION_FIRM
from tenancy.http import UserRequest, public, signed_in_only
from tenancy.models import Branch, Member, User
from tenancy.scoping import firm_scope
from tenancy.sign_in import entry, second_factor, throttle
from tenancy.sign_in.backend import normal
from tenancy.sign_in.forms import CodeForm, SignInForm

WAITING = "waiting_for_code"
WAITS = timedelta(minutes=10)


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return (
            redirect(_next(request)) if request.user.is_authenticated else _login_page(request, SignInForm())
        )
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form, 422)
    return _check_password(request, form)


def _check_password(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """One sentence for an unknown name, a wrong password and an account that was closed."""
    began, name = time.monotonic(), form.cleaned_data["name"]
    attempt = throttle.admit(normal(name)[1], _ip(request))
    if attempt is None:
        form.add_error(None, _("尝试次数过多。请 15 分钟后再试，或请企业管理员发一个重设密码的链接。"))
        return _login_page(request, form, 429)
    user = authenticate(request, name=name, password=form.cleaned_data["password"])
    if user is None:
        entry.note_refusal(request, name, note="密码不对")
        entry.wait_out(began)
        form.add_error(None, _("账号或密码不对。"))
        return _login_page(request, form, 422)
    attempt.succeeded()
    return welcome(request, user)


def welcome(request: HttpRequest, user: Any) -> HttpResponse:
    if second_factor.is_set_up(user):
        request.session.cycle_key()
        request.session[WAITING] = {
            "user": str(user.pk),
            "hash": user.get_session_auth_hash(),
            "at": timezone.now().isoformat(),
            "next": _next(request),
        }
        return redirect("tenancy:login_code")
    target = _next(request)
    entry.sign_in(request, user)
    return _into_firm(request, user, target)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step, for ten minutes after the right password."""
    user = _waiting_user(request)
    if user is None:
        return redirect("tenancy:login")
    if request.method == "GET":
        return render(request, "account/code.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if form.is_valid() and (refusal := _check_code(request, user, form.cleaned_data["code"])):
        form.add_error("code", refusal)
    if not form.is_valid():
        return render(request, "account/code.html", {"form": form}, status=422)
    target = request.session[WAITING]["next"]
    entry.sign_in(request, user, second_factor_shown=True)
    return _into_firm(request, user, target)


def _check_code(request: HttpRequest, user: User, code: str) -> str:
    """Empty when the code is right."""
    attempt = throttle.admit_code(user.pk, _ip(request))
    if attempt is None:
        return _("尝试次数过多，请 15 分钟后再试。")
    if not second_factor.accepts(user, code):
        entry.note_refusal(request, user.phone or user.email or "", note="验证码不对")
        return _("验证码不对，或已经用过。请等下一个验证码再试。")
    attempt.succeeded()
    return ""


def _waiting_user(request: HttpRequest) -> User | None:
    """The password may have been changed or the account closed meanwhile."""
    waiting = request.session.get(WAITING)
    if waiting is None or timezone.now() - (parse_datetime(waiting["at"]) or timezone.now()) > WAITS:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == waiting["hash"] else None


def _into_firm(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Straight in where there is only one firm."""
    seats = entry.seats_of(user)
    if len(seats) == 1 and entry.enter_firm(request, seats[0]):
        return redirect(target)
    return redirect(f"{reverse('tenancy:choose_firm')}?{urlencode({'next': target})}")


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """The session's row is deleted: its cookie is worth nothing from now on, wherever it was copied to."""
    django_logout(request)
    return redirect("tenancy:login")


@public
@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """Nobody resets a password by a letter to a phone that may have a new owner: the firm's administrator does."""
    return render(request, "account/forgotten.html")


@signed_in_only
@never_cache
@require_http_methods(["GET", "POST"])
def choose_firm(request: UserRequest) -> HttpResponse:
    seats = {str(seat.firm_id): seat for seat in entry.seats_of(request.user)}
    if request.method == "GET":
        return _firms_page(request, list(seats.values()))
    seat = seats.get(request.POST.get("firm", ""))
    if seat is None or entry.enter_firm(request, seat) is None:
        return _firms_page(request, list(seats.values()), refusal=_("您在这家企业没有在职岗位。"), status=422)
    return redirect(_next(request))


def _firms_page(
    request: HttpRequest, seats: list[Any], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    here = request.session.get(SESSION_FIRM)
    context = {
        "seats": seats,
        "here": here,
        "branches": _branches(request, here) if here else [],
        "chosen": request.session.get(SESSION_BRANCH, ""),
        "next": _next(request),
        "refusal": refusal,
    }
    return render(request, "account/firms.html", context, status=status)


def _branches(request: HttpRequest, firm_id: int) -> list[Branch]:
    """Those this member may narrow their view to; nothing to choose where there is only one."""
    with firm_scope(firm_id):
        member = Member.objects.active().with_posts().filter(user_id=request.user.pk).first()
        branches = list(Branch.objects.active().visible_to(member).order_by("name")) if member else []
    return branches if len(branches) > 1 else []


@signed_in_only
@require_POST
def choose_branch(request: HttpRequest) -> HttpResponse:
    """Show one branch only, or with an empty choice all of one's own again. Never widens what a member sees."""
    chosen = request.POST.get("branch", "")
    firm_id = request.session.get(SESSION_FIRM)
    if not chosen:
        request.session.pop(SESSION_BRANCH, None)
    elif firm_id and chosen in {str(branch.pk) for branch in _branches(request, firm_id)}:
        request.session[SESSION_BRANCH] = str(UUID(chosen))
    else:
        return HttpResponse(status=404)
    return redirect(_next(request))


def _login_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    return render(request, "account/login.html", {"form": form, "next": _next(request)}, status=status)


def _next(request: HttpRequest) -> str:
    """Where one wanted to go, if that is ours."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else "/"


def _ip(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")
