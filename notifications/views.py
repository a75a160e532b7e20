"""Doors for providers: nobody is signed in, the signature is the key. The firm's code stands in the address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.channels import sms_twilio
from notifications.channels.base import Receipt
from notifications.sending import receipts, replies
from notifications.sending.accounts import account_of_firm
from tenancy.audit.actor import Actor, acting
from tenancy.http import public
from tenancy.models import Firm
from tenancy.scoping import firm_scope

ENDED_BADLY = {"failed", "undelivered", "canceled"}


@csrf_exempt
@require_POST
@public
def twilio_status(request: HttpRequest, firm_code: str, pk: UUID) -> HttpResponse:
    """What became of one text. Anything we cannot check was never said."""
    firm = _firm(firm_code)
    if firm is None:
        return HttpResponse(status=403)
    with acting(Actor(door="api", label="Twilio", ip=request.META.get("REMOTE_ADDR"))), firm_scope(firm.pk):
        if not _is_signed(request):
            return HttpResponse(status=403)
        status = request.POST.get("MessageStatus", "")
        receipts.note_status(pk, provider="sms_twilio", receipt=_receipt(request), status=_ours(status))
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@public
def twilio_reply(request: HttpRequest, firm_code: str) -> HttpResponse:
    """What somebody wrote back, where the provider can hear it."""
    firm = _firm(firm_code)
    if firm is None:
        return HttpResponse(status=403)
    with acting(Actor(door="api", label="Twilio", ip=request.META.get("REMOTE_ADDR"))), firm_scope(firm.pk):
        if not _is_signed(request):
            return HttpResponse(status=403)
        given = request.POST
        replies.receive(
            address=given.get("From", "")[:20],
            body=given.get("Body", "")[:1000],
            provider="sms_twilio",
            provider_id=given.get("MessageSid", "")[:64],
        )
    return HttpResponse("<Response></Response>", content_type="text/xml")


def _firm(code: str) -> Firm | None:
    return Firm.objects.filter(code=code, state=Firm.State.ACTIVE).first()


def _is_signed(request: HttpRequest) -> bool:
    """Twilio signs the very address it was given and every field; the secret is the firm's own."""
    account = account_of_firm()
    if account.provider != "sms_twilio" or not account.secret:
        return False
    url = f"{settings.PUBLIC_URL}{request.get_full_path()}"
    given: dict[str, Any] = request.POST.dict()
    return sms_twilio.is_signed(account.secret, url, given, request.headers.get("X-Twilio-Signature", ""))


def _receipt(request: HttpRequest) -> Receipt:
    number = request.POST.get("ErrorCode", "")
    code, why = sms_twilio.failure(int(number)) if number.isdigit() else ("undelivered", _("运营商没有送达"))
    return Receipt("accepted", provider_id=request.POST.get("MessageSid", "")[:64], code=code, why=why)


def _ours(status: str) -> str:
    if status in sms_twilio.ARRIVED:
        return "delivered"
    return "failed" if status in ENDED_BADLY else "sent"
