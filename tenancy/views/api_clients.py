"""Partners' keys."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.toasts import toast
from tenancy import paging, policies
from tenancy.actions import api_clients as actions
from tenancy.api import scopes
from tenancy.http import MemberRequest, only, sent
from tenancy.models import ApiClient
from tenancy.people_forms import KeyForm


@only(policies.may_administer)
@require_GET
def api_clients(request: MemberRequest) -> HttpResponse:
    page = paging.by_name(ApiClient.objects.select_related("branch").filter(revoked_at=None), request)
    rows = [(client, scopes.told(client.scopes)) for client in page.rows]
    context = {"page": page, "rows": rows, "address": request.build_absolute_uri("/api/v1/")}
    return render(request, "tenancy/api_clients.html", context)


@never_cache
@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def new_key(request: MemberRequest) -> HttpResponse:
    form = KeyForm(sent(request), member=request.member)
    if request.method == "POST" and form.is_valid():
        return _show_key(request, *actions.issue_key(by=request.member, **form.facts))
    return render(request, "tenancy/api_key_new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@only(policies.may_administer)
@require_POST
def replacement(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _show_key(request, *actions.replace_key(_find(pk), by=request.member))


@only(policies.may_administer)
@require_POST
def revocation(request: MemberRequest, pk: UUID) -> HttpResponse:
    client = actions.revoke_key(_find(pk), by=request.member)
    toast(request, _("密钥“%s”已吊销，对方的下一次请求就会被拒绝。") % client.name)
    return redirect("tenancy:api_clients")


def _find(pk: UUID) -> ApiClient:
    return get_object_or_404(ApiClient.objects.select_related("member", "branch"), pk=pk)


def _show_key(request: MemberRequest, client: ApiClient, key: str) -> HttpResponse:
    """The only answer that ever carries it; nothing caches it."""
    context: dict[str, Any] = {
        "client": client,
        "key": key,
        "address": request.build_absolute_uri("/api/v1/me/"),
    }
    return render(request, "tenancy/api_key.html", context)
