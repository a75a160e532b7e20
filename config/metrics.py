"""What Prometheus may collect, and who may ask: times by route, never a person's or a firm's data."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from config import measured
from config.waiting import Waiting
from tenancy.http import public

LOOPBACK = {"127.0.0.1", "::1", ""}  # a unix socket has no address


@public
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything measured so far, over all processes of this server, and what waits in the database now."""
    if not may_read(request.META):
        return HttpResponseForbidden()
    registry = CollectorRegistry()
    registry.register(Waiting())
    return HttpResponse(measured.read() + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(asked: Mapping[str, Any]) -> bool:
    """The machine itself, or whoever holds the token. A proxy on the same machine is nobody's loopback."""
    if settings.METRICS_TOKEN:
        given = asked.get("HTTP_AUTHORIZATION", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return asked.get("REMOTE_ADDR", "") in LOOPBACK and "HTTP_X_FORWARDED_FOR" not in asked
