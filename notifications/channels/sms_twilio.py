"""Twilio. Its SDK is imported when a text leaves, not before; a time-out is a question, never a second send.

Mainland China is one-way for Twilio and refuses addresses of pages: replies and opt-outs reach us by other ways too.
"""

from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from notifications.channels.base import Account, Envelope, Receipt

CONNECT_AND_READ = (3.0, 15.0)
MAX_VALIDITY = 36_000
NOT_PROCESSED = {20429, 14107, 21611}
PERMANENT = {
    21211: ("invalid_number", gettext_lazy("号码不存在")),
    21214: ("invalid_number", gettext_lazy("号码不存在")),
    21614: ("landline", gettext_lazy("座机收不到短信")),
    21635: ("landline", gettext_lazy("座机收不到短信")),
    21610: ("opted_out", gettext_lazy("对方已向运营商退订")),
    21408: ("region", gettext_lazy("通道没有开通这个地区")),
    30003: ("handset", gettext_lazy("对方手机关机或停机")),
    30005: ("invalid_number", gettext_lazy("空号")),
    30006: ("landline", gettext_lazy("座机收不到短信")),
    30007: ("carrier", gettext_lazy("被运营商拦截")),
    30036: ("expired", gettext_lazy("运营商超时未送达")),
}
ARRIVED = {"delivered", "read"}
ACCEPTED = {"accepted", "scheduled", "queued", "sending", "sent"} | ARRIVED


class Twilio:
    def send(self, envelope: Envelope, account: Account) -> Receipt:
        import requests  # noqa: PLC0415 - comes with the SDK, which is only loaded where it sends
        from twilio.base.exceptions import TwilioRestException  # noqa: PLC0415 - 24 MB, see above

        try:
            made = _client(account).messages.create(**_parameters(envelope, account))
        except TwilioRestException as refused:
            return _refused(refused)
        except requests.exceptions.ConnectTimeout:
            return Receipt("not_processed", code="connect", why=_("连不上服务商"))
        except requests.exceptions.ConnectionError as broken:
            return _broken(broken)
        except requests.exceptions.RequestException as lost:
            return Receipt("unknown", code=type(lost).__name__, why=_("服务商没有答复"))
        return Receipt("accepted", provider_id=made.sid)

    def look_up(self, envelope: Envelope, account: Account, known: Collection[str]) -> Receipt:
        """Texts to this number since the claim with exactly our words; Twilio does not give our own key back."""
        import requests  # noqa: PLC0415 - as above
        from twilio.base.exceptions import TwilioRestException  # noqa: PLC0415 - as above

        since = envelope.claimed_at - timedelta(minutes=1)
        try:
            found = _client(account).messages.list(to=envelope.address, date_sent_after=since, limit=50)
        except (TwilioRestException, requests.exceptions.RequestException):
            return Receipt("unknown", why=_("暂时查不到服务商的记录"))
        match = next((m for m in found if m.body == envelope.text and m.sid not in known), None)
        if match is None:
            return Receipt("not_processed")
        return Receipt("accepted", provider_id=match.sid, is_delivered=str(match.status) in ARRIVED)


def failure(code: int) -> tuple[str, str]:
    """Our word and a sentence for one of Twilio's error numbers."""
    if code in PERMANENT:
        word, why = PERMANENT[code]
        return word, str(why)
    return f"twilio_{code}", _("服务商报错 %(code)s") % {"code": code}


def is_signed(secret: str, url: str, fields: dict[str, Any], signature: str) -> bool:
    """HMAC over the address and every field, compared in constant time."""
    from twilio.request_validator import RequestValidator  # noqa: PLC0415 - comes with the SDK

    return bool(RequestValidator(secret).validate(url, fields, signature))


def callback_url(firm_code: str, key: str) -> str:
    """Where Twilio tells us what became of one text. Its signature covers this very address."""
    path = reverse("notifications:twilio_status", kwargs={"firm_code": firm_code, "pk": key})
    return f"{settings.PUBLIC_URL}{path}"


def _parameters(envelope: Envelope, account: Account) -> dict[str, Any]:
    seconds = int((envelope.valid_until - envelope.claimed_at).total_seconds())
    sender = "messaging_service_sid" if account.sender.startswith("MG") else "from_"
    return {
        "to": envelope.address,
        "body": envelope.text,
        "status_callback": callback_url(account.firm_code, envelope.key),
        "validity_period": min(max(seconds, 60), MAX_VALIDITY),
        sender: account.sender,
    }


def _refused(refused: Any) -> Receipt:
    """A 5xx may have been processed all the same; a clear no was not."""
    if refused.status == 429 or refused.code in NOT_PROCESSED:
        return Receipt("not_processed", code=str(refused.code), why=_("服务商限流，稍后再发"))
    if refused.status >= 500:
        return Receipt("unknown", code=str(refused.status), why=_("服务商出错，结果待查"))
    code, why = failure(refused.code or 0)
    return Receipt("rejected", code=code, why=why)


def _broken(broken: Any) -> Receipt:
    """Refused before a byte left is safe; broken afterwards is not."""
    reason = repr(broken)
    if "NewConnectionError" in reason or "NameResolutionError" in reason:
        return Receipt("not_processed", code="connect", why=_("连不上服务商"))
    return Receipt("unknown", code="reset", why=_("连接中断，结果待查"))


def _client(account: Account) -> Any:
    from twilio.rest import Client  # noqa: PLC0415 - 24 MB, only where it sends

    return Client(account.account, account.secret, http_client=_http_class()(settings.TWILIO_BASE_URL))


@cache
def _http_class() -> Any:
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415 - as above

    class OneTryHttp(TwilioHttpClient):
        """One try, our time limits, no proxy from the environment; ``base`` points tests at a double."""

        def __init__(self, base: str = "") -> None:
            super().__init__(max_retries=0)
            self.timeout = CONNECT_AND_READ
            self.base = base
            self.session.trust_env = False

        def log_request(self, kwargs: Any) -> None:
            """The SDK would write numbers and words into our log."""

        def log_response(self, status_code: int, response: Any) -> None:
            """As above."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            if self.base:
                there, asked = urlsplit(self.base), urlsplit(url)
                url = urlunsplit((there.scheme, there.netloc, asked.path, asked.query, ""))
            return super().request(method, url, *args, **kwargs)

    return OneTryHttp


CHANNEL = Twilio()
