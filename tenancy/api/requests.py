from typing import cast

from rest_framework.request import Request

from tenancy.http import MemberRequest


def http_of(request: Request) -> MemberRequest:
    """Django's request inside the framework's: the middleware put the firm and the member there."""
    return cast("MemberRequest", request._request)  # noqa: SLF001 - there is no public way to it
