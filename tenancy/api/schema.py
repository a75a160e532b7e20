"""What the API reference says about getting in, and the reference page itself."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularSwaggerSplitView


class MemberScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its base is half typed
    """A partner sends its key; our own pages send the session's cookie."""

    target_class = "tenancy.api.authentication.MemberAuthentication"
    name = ["apiKey", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "Authorization: Bearer jk_…（设置 › 开放接口）",
            },
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        ]


@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}), name="dispatch")
class ReferencePage(SpectacularSwaggerSplitView):
    """The one page with a wider policy: the reference's own script writes style attributes. It still loads only ours."""

    url_name = "api:schema"
    title = "居安 CRM API"
