"""The database had no time for a request: a sentence instead of a fault, and nothing half-written."""

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg2.errors import LockNotAvailable, QueryCanceled

from core import measures

log = structlog.get_logger("web")
CAUSES = {QueryCanceled: "statement_timeout", LockNotAvailable: "lock_timeout"}
AFTER_SECONDS = 10


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """503 when PostgreSQL stopped a statement for taking or waiting too long; None for every other error.

    Call it outside the transaction, once that is rolled back.
    """
    cause = CAUSES.get(type(error.__cause__)) if isinstance(error, OperationalError) else None
    if cause is None:
        return None
    measures.BUSY_ANSWERS.labels(cause).inc()
    log.warning("busy", cause=cause)
    response = _problem() if request.path.startswith("/api/") else _page()
    response["Retry-After"] = str(AFTER_SECONDS)
    return response


def _problem() -> HttpResponse:
    sentence = _("系统正忙，这次没有保存，请稍后再试。")
    body = {"type": "/problems/busy", "title": sentence, "status": 503, "code": "busy", "detail": sentence}
    return JsonResponse(body, status=503, content_type="application/problem+json")


def _page() -> HttpResponse:
    """Without a request: the frame of a page would ask the database again. To htmx it is a failed part with a retry."""
    return HttpResponse(render_to_string("503.html"), status=503)
