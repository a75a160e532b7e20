"""What a customer allows us to write about, kept per address and purpose by ``notifications``."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text
from crm.actions.checks import require_writer
from crm.models import ContactPoint
from crm.words import ContactKind
from notifications.models import Consent, Suppression
from notifications.models.words import Purpose
from tenancy.models import Member


@transaction.atomic
def allow(
    point: ContactPoint, *, purpose: str, by: Member | None, channel: str = "phone", evidence: str = ""
) -> Consent:
    """The customer agrees; an earlier opt-out of the same purpose is lifted with it."""
    require_writer(by)
    consent = _record(point, purpose=purpose, granted=True, by=by, channel=channel, evidence=evidence)
    _opt_outs(point, purpose).update(lifted_at=timezone.now())
    return consent


@transaction.atomic
def forbid(
    point: ContactPoint, *, purpose: str, by: Member | None, channel: str = "phone", evidence: str = ""
) -> Consent:
    """As easily taken back as given: what is queued for this purpose stops at the gatekeeper."""
    require_writer(by)
    consent = _record(point, purpose=purpose, granted=False, by=by, channel=channel, evidence=evidence)
    if not _opt_outs(point, purpose).exists():
        Suppression.objects.create(
            address=point.value,
            purpose=purpose,
            cause=Suppression.Cause.OPTED_OUT,
            note=consent.evidence,
            by=by,
        )
    return consent


def _record(
    point: ContactPoint, *, purpose: str, granted: bool, by: Member | None, channel: str, evidence: str
) -> Consent:
    if point.kind != ContactKind.PHONE:
        raise Refusal(_("授权按电话号码登记，请选一个电话。"), code="invalid")
    if purpose not in Purpose.values:
        raise Refusal(_("没有这种用途。"), code="invalid")
    if channel not in Consent.Channel.values:
        raise Refusal(_("请选择客户用什么方式表示的。"), code="invalid")
    return Consent.objects.create(
        address=point.value,
        purpose=purpose,
        is_granted=granted,
        channel=channel,
        evidence=clean_text(evidence)[:200],
        customer_id=point.customer_id,
        by=by,
    )


def _opt_outs(point: ContactPoint, purpose: str) -> Any:
    return Suppression.objects.standing().filter(
        address=point.value, purpose=purpose, cause=Suppression.Cause.OPTED_OUT
    )
