"""Where browsers tell that a page broke its own content security policy."""

import json
import time
from threading import Lock

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tenancy.http import public

log = structlog.get_logger("csp")
LONGEST_REPORT = 8_192
PER_MINUTE = 30
KEPT = (
    "document-uri",
    "violated-directive",
    "effective-directive",
    "blocked-uri",
    "source-file",
    "line-number",
)


class Budget:
    """At most so many reports a minute and process: a page in a loop, or a stranger, must not fill the log."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = Lock()
        self._minute = -1
        self._spent = 0

    def spend(self) -> bool:
        with self._lock:
            minute = int(time.monotonic() // 60)
            if minute != self._minute:
                self._minute, self._spent = minute, 0
            self._spent += 1
            return self._spent <= self._per_minute


BUDGET = Budget(PER_MINUTE)


@public
@csrf_exempt
@require_POST
def collect(request: HttpRequest) -> HttpResponse:
    """Browsers send reports without a token and expect no answer."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= LONGEST_REPORT and BUDGET.spend():
        log.warning("policy violated", **_readable(request.body))
    return HttpResponse(status=204)


def _readable(body: bytes) -> dict[str, str]:
    """Only known fields, cut short, and of addresses only the part before the query."""
    try:
        report = json.loads(body).get("csp-report", {})
        return {key.replace("-", "_"): str(report[key]).split("?")[0][:300] for key in KEPT if key in report}
    except (ValueError, AttributeError, TypeError):
        return {"report": "unreadable"}
