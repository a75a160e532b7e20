from typing import Any

from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from tenancy.api.requests import http_of
from tenancy.models import Member


class MemberAuthentication(BaseAuthentication):
    """Hands on the member the middleware found before the scope opened; a session also needs its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        http = http_of(request)
        member: Member | None = getattr(http, "member", None)
        if member is None:
            return None
        if http.api_client is not None:
            return member.user or member, None
        self._enforce_csrf(http)
        return http.user, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def _enforce_csrf(self, http: Any) -> None:
        check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]  # only its two checks are called
        check.process_request(http)
        if reason := check.process_view(http, None, (), {}):  # type: ignore[arg-type]  # no view of ours is exempt
            raise PermissionDenied(f"CSRF: {reason}", code="csrf")
