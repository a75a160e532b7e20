"""The outermost layer: who is calling, under which request id, and how long the answer took."""

import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars
from uuid_utils import uuid7

from config import server_timing
from core import busy, measures
from tenancy.backend import statements
from tenancy.backend.statements import Tally

Answer = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("web")
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
UNREMARKABLE = ("/healthz", "/readyz", "/metrics", "/static/")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


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
        with (
            bound_contextvars(request_id=request_id),
            statements.counted(lambda: route_of(request)) as sql,
            server_timing.drawing() as drawn,
        ):
            response = get_response(request)
            response["X-Request-ID"] = request_id
            seconds = time.perf_counter() - began
            if settings.DEBUG:
                response["Server-Timing"] = server_timing.header(seconds, sql, drawn)
            _record(request, response, sql, seconds=seconds)
        return response

    return answer


class BusyAnswer:
    """Views outside every firm: the same words for a time limit as tenancy.middleware says for the others."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return busy.answer(request, error)


def route_of(request: HttpRequest) -> str:
    """The route's name, never the path or the query: those may hold a name or a phone number."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "(none)"


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    request_id = given if ACCEPTED_ID.fullmatch(given) else str(uuid7())
    request.id = request_id  # type: ignore[attr-defined]  # declared on tenancy.http.MemberRequest
    return request_id


def _record(request: HttpRequest, response: HttpResponse, sql: Tally, *, seconds: float) -> None:
    route, status = route_of(request), response.status_code
    method = request.method if request.method in METHODS else "other"  # callers may invent any word
    measures.REQUEST_SECONDS.labels(method, route, f"{status // 100}xx").observe(seconds)
    measures.REQUEST_STATEMENTS.labels(route).observe(sql.statements)
    if not request.path.startswith(UNREMARKABLE):
        log.info(
            "request",
            method=request.method,
            route=route,
            status=status,
            ms=round(seconds * 1000),
            sql=sql.statements,
            sql_ms=round(sql.seconds * 1000),
            **_who(request),
        )


def _who(request: HttpRequest) -> dict[str, str]:
    member = getattr(request, "member", None)
    return {"member": str(member.pk), "firm": str(member.firm_id)} if member else {}
