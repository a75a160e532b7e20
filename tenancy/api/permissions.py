from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenancy.api.requests import http_of


class IsMember(BasePermission):
    """A member of the firm in scope; an API key also needs the scope ``<resource>:read`` or ``:write`` of the view.

    Views name their resource as ``api_resource`` (None: open to every key); what a member may see and do is asked of querysets and policies.
    """

    message = "这个接口密钥没有此项权限。"

    def has_permission(self, request: Request, view: Any) -> bool:
        http = http_of(request)
        if getattr(http, "member", None) is None:
            return False
        client = http.api_client
        if client is None or view.api_resource is None:
            return True
        act = "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write"
        return f"{view.api_resource}:{act}" in client.scopes
