"""How much one key or one member may ask of the API in a minute."""

from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from tenancy.api.requests import http_of

log = structlog.get_logger("api")


class _PerCaller(SimpleRateThrottle):
    """Counts in the cache under the firm's own key. Without a cache nobody is turned away: the work itself goes on."""

    def get_rate(self) -> str:
        return settings.API_THROTTLE_RATES[str(self.scope)]

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        http = http_of(request)
        member = getattr(http, "member", None)
        if member is None or self._counts(request) is False:
            return None
        client = http.api_client
        return f"throttle:{self.scope}:{client.prefix if client else member.pk}"

    def _counts(self, request: Request) -> bool:
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            log.warning("throttle without cache", error=type(error).__name__)
            return True


class ReadThrottle(_PerCaller):
    scope = "read"

    def _counts(self, request: Request) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS")


class WriteThrottle(_PerCaller):
    scope = "write"

    def _counts(self, request: Request) -> bool:
        return request.method not in ("GET", "HEAD", "OPTIONS")
