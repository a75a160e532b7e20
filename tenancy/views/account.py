"""One's own account: password, second factor, and the browsers one is signed in with."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import crypto
from core.toasts import toast
from tenancy import firm_settings
from tenancy.actions import accounts
from tenancy.http import MemberRequest, UserRequest, signed_in_only
from tenancy.sign_in import second_factor, sessions
from tenancy.sign_in.forms import ChangePasswordForm, CodeForm, PasswordOnlyForm

SECRET = "totp_secret"  # noqa: S105 - the name of a place, not what lies there


@never_cache
@require_GET
def account(request: MemberRequest) -> HttpResponse:
    return _page(request)


@sensitive_post_parameters()
@require_POST
def password(request: MemberRequest) -> HttpResponse:
    """A new password ends every other session of this user at once."""
    form = ChangePasswordForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, password_form=form, status=422)
    accounts.change_password(request.user, by=request.member, password=form.cleaned_data["password"])
    update_session_auth_hash(request, request.user)
    ended = sessions.end_others(request)
    toast(request, _("密码已改。") if not ended else _("密码已改，其他 %d 处登录已退出。") % ended)
    return redirect("tenancy:account")


@require_POST
def end_sessions(request: MemberRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    toast(request, _("其他 %d 处登录已退出。") % sessions.end_others(request))
    return redirect("tenancy:account")


@sensitive_post_parameters()
@require_POST
def recovery_codes(request: MemberRequest) -> HttpResponse:
    """Ten new codes; the old ones are worth nothing any more."""
    form = PasswordOnlyForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, codes_form=form, status=422)
    return render(request, "account/codes.html", {"codes": second_factor.new_recovery_codes(request.user)})


@signed_in_only
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up_second_factor(request: UserRequest) -> HttpResponse:
    """Outside every firm: members whose role demands a second factor get nowhere else before this is done."""
    already = second_factor.is_set_up(request.user)
    if request.method == "GET":
        request.session[SECRET] = crypto.encrypt(second_factor.new_secret())
        return _set_up_page(request, CodeForm(), PasswordOnlyForm(user=request.user) if already else None)
    form = CodeForm(request.POST)
    password_form = PasswordOnlyForm(request.POST, user=request.user) if already else None
    secret = _secret(request)
    if form.is_valid() and not (secret and second_factor.fits(secret, form.cleaned_data["code"])):
        form.add_error("code", _("验证码不对。请确认手机时间准确，再输入最新的六位数字。"))
    if not form.is_valid() or (password_form and not password_form.is_valid()):
        return _set_up_page(request, form, password_form, 422)
    codes = second_factor.set_up(request.user, secret)
    _remember(request)
    return render(request, "account/codes.html", {"codes": codes})


def _remember(request: HttpRequest) -> None:
    """The session is worth more than before, so it gets a new id; sessions that showed no second factor end."""
    request.session.pop(SECRET, None)
    request.session[second_factor.PASSED] = True
    request.session.cycle_key()
    sessions.end_others(request)


def _secret(request: HttpRequest) -> str:
    kept = request.session.get(SECRET)
    return crypto.decrypt(kept) if kept else ""


def _set_up_page(
    request: UserRequest, form: CodeForm, password_form: PasswordOnlyForm | None, status: int = 200
) -> HttpResponse:
    secret = _secret(request)
    context = {
        "form": form,
        "password_form": password_form,
        "picture": second_factor.picture(request.user, secret) if secret else "",
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
    return render(request, "account/second_factor.html", context, status=status)


def _page(request: MemberRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "password_form": ChangePasswordForm(user=request.user),
        "codes_form": PasswordOnlyForm(user=request.user, prefix=None, auto_id="codes_%s"),
        "sessions": list(sessions.of_user(request.user.pk)[:25]),
        "here": request.session.session_key,
        "has_second_factor": second_factor.is_set_up(request.user),
        "codes_left": second_factor.codes_left(request.user),
        "is_required": not request.member.roles.isdisjoint(second_factor.REQUIRED_OF)
        and firm_settings.get("totp_required"),
    }
    return render(request, "account/account.html", context | forms, status=status)
