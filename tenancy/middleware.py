"""The one door: who is asking, for which firm, in one transaction."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from core import busy
from core.errors import Refusal, Stale
from tenancy import remembered
from tenancy.audit.actor import Actor, acting
from tenancy.doors import Door, NeedsSecondFactor, Refused, find_door
from tenancy.scoping import branch_wall, firm_scope

SAFE = {"GET", "HEAD", "OPTIONS"}


class FirmScopeMiddleware:
    """Run each signed-in view inside its firm.

    The scope wraps the view itself rather than ``get_response``: by the time a middleware gets a response back,
    Django has turned exceptions into one, and a half-done write would be committed. The response is rendered
    inside, because a lazy template would find no rows outside. Any answer of 400 or more rolls back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if _is_public(request, view):
            return None
        try:
            door = find_door(request)
        except Refused as refused:
            return _turn_away(request, refused)
        if getattr(view, "needs_only_user", False) and request.user.is_authenticated:
            return None
        if door is None:
            return _turn_away(request, Refused())
        return _inside(door, request, view, args, kwargs)


def _is_public(request: HttpRequest, view: Any) -> bool:
    match = request.resolver_match
    return getattr(view, "is_public", False) or bool(match and match.view_name in settings.PUBLIC_VIEWS)


def _inside(door: Door, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse:
    try:
        with acting(door.actor(request)), firm_scope(door.firm.pk):
            door.enter(request)
            if request.branch_ids is not None:
                with branch_wall(request.branch_ids):
                    return _answer(request, view, args, kwargs)
            return _answer(request, view, args, kwargs)
    except Refusal as refusal:
        return _show_refusal(door, request, refusal)
    except Refused as refused:
        return _turn_away(request, refused)
    except OperationalError as error:
        if (answer := busy.answer(request, error)) is None:
            raise
        return answer


def _answer(request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    elif request.method not in SAFE:
        remembered.forget(request.member)
    return response


def _show_refusal(door: Door, request: Any, refusal: Refusal) -> HttpResponse:
    """A scope of its own: the one in which the action was refused has been rolled back."""
    status = 409 if isinstance(refusal, Stale) else 422
    with acting(Actor()), firm_scope(door.firm.pk):
        template = "_refusal_fragment.html" if request.htmx else "_refusal.html"
        return render(request, template, {"refusal": refusal}, status=status)


def _turn_away(request: Any, refused: Refused) -> HttpResponse:
    """The API says why; a page leads to where one can go on; a fragment takes the whole page there."""
    if refused.sign_out:
        logout(request)
    if request.path.startswith("/api/"):
        return _problem(refused)
    target = _way_on(request, refused)
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return redirect(target)


def _way_on(request: Any, refused: Refused) -> str:
    if isinstance(refused, NeedsSecondFactor):
        return reverse("tenancy:second_factor")
    wanted = "/" if request.htmx or request.method != "GET" else request.get_full_path()
    name = "tenancy:choose_firm" if request.user.is_authenticated else "tenancy:login"
    return f"{reverse(name)}?{urlencode({'next': wanted})}"


def _problem(refused: Refused) -> HttpResponse:
    status, code = (
        (403, "second_factor") if isinstance(refused, NeedsSecondFactor) else (401, "not_authenticated")
    )
    body = {"type": f"/problems/{code}", "status": status, "code": code}
    answer = JsonResponse(
        body | {"title": refused.sentence, "detail": refused.sentence},
        status=status,
        content_type="application/problem+json",
    )
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="api"'
    return answer
