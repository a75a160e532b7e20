"""Pages that belong to no business: the component sheet, preferences, what the browser asks for."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from core import preferences
from core.ui import sheet

View = TypeVar("View", bound=Callable[..., HttpResponse])


def public(view: View) -> View:
    """Let anybody in; the door in ``tenancy`` looks for this mark (core may not import it)."""
    view.is_public = True  # type: ignore[attr-defined]  # read by the middleware
    return view


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every component once, in all its moods: to look at, to copy from, to test."""
    if not sheet.may_see(request):
        raise Http404
    if request.headers.get("HX-Request"):
        return render(request, "ui/_sheet_move.html", {"to": request.GET.get("to", "")})
    return render(request, "ui/_sheet.html", sheet.context())


@public
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Remember how this browser likes the screen, and go back where one was."""
    names = [name for name in preferences.CHOICES if name in request.POST]
    response = HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(_back(request))
    try:
        for name in names:
            preferences.write(response, name, request.POST[name])
    except ValueError:
        return HttpResponseBadRequest(_("没有这个选项"))
    return response


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, signed in or not."""
    return set_language(request)


def _back(request: HttpRequest) -> str:
    """The page the form stood on, if it is ours."""
    target = request.POST.get("next") or request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else "/"


@public
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest, so that a phone can keep the product on its home screen."""
    icons = [
        {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("img/icon-maskable.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
        {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    return JsonResponse(
        {
            "name": _("居安 CRM"),
            "short_name": _("居安"),
            "description": _("家装企业客户关怀、回访、投诉与售后系统"),
            "lang": request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-hans",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f3f5f8",
            "theme_color": "#1f5ebd",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )
