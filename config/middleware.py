"""The outermost layer: who is calling, under which request id, and how long the answer took."""

import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars
from uuid_utils import uuid7

from config import metrics

Answer = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("web")
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
UNREMARKABLE = ("/healthz", "/readyz", "/metrics", "/static/")


def proxy_address(get_response: Answer) -> Answer:
    """Behind our own proxy the caller is the last address the proxy wrote; without one the header is a lie."""

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.TRUST_PROXY_HEADERS and (hops := request.headers.get("X-Forwarded-For")):
            request.META["REMOTE_ADDR"] = hops.rsplit(",", 1)[-1].strip()
        return get_response(request)

    return answer


def request_record(get_response: Answer) -> Answer:
    """Give each request an id, carried by every log line it causes, and record one line and one measurement for it."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id = _request_id(request)
        with bound_contextvars(request_id=request_id):
            response = get_response(request)
            response["X-Request-ID"] = request_id
            _record(request, response, seconds=time.perf_counter() - began)
        return response

    return answer


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    request_id = given if ACCEPTED_ID.fullmatch(given) else str(uuid7())
    request.id = request_id  # type: ignore[attr-defined]  # declared on tenancy.http.MemberRequest
    return request_id


def _record(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """The route, never the path or the query: those may hold a name or a phone number."""
    route = request.resolver_match.route if request.resolver_match else "(none)"
    metrics.REQUESTS.labels(request.method or "", route, str(response.status_code)).observe(seconds)
    if not request.path.startswith(UNREMARKABLE):
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000),
            **_who(request),
        )


def _who(request: HttpRequest) -> dict[str, str]:
    member = getattr(request, "member", None)
    return {"member": str(member.pk), "firm": str(member.firm_id)} if member else {}
