"""How the firm wants to work: every number and switch some app has declared."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.toasts import toast
from tenancy import policies
from tenancy.actions import firms
from tenancy.http import MemberRequest, only, sent
from tenancy.settings_form import SettingsForm


@only(policies.may_administer)
@require_GET
def settings_home(request: MemberRequest) -> HttpResponse:
    return redirect("tenancy:members")


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def firm_settings(request: MemberRequest) -> HttpResponse:
    form = SettingsForm(sent(request), firm=request.firm)
    if request.method == "POST" and form.is_valid():
        firms.rename_firm(request.firm, by=request.member, name=form.cleaned_data["firm_name"])
        firms.change_settings(form.values, by=request.member)
        toast(request, _("已保存。"))
        return redirect("tenancy:firm_settings")
    context: dict[str, Any] = {
        "form": form,
        "groups": form.groups(),
        "totp_off": not form.current["totp_required"],
    }
    return render(request, "tenancy/firm_settings.html", context, status=422 if form.errors else 200)
