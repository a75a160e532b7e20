"""What people write back. Only a bare opt-out word acts by itself; anything longer goes to a person."""

import re
import unicodedata

from django.utils.translation import gettext as _

from notifications.actions import consents
from notifications.models import Message, Purpose, Reply, Suppression
from tenancy.models import Role
from workflow.models import StaffTask

WORDS = frozenset({"R", "T", "TD", "N", "退订", "拒收", "取消"})
UNASKED = (Purpose.MARKETING, Purpose.CARE)
"""What a refusal stops; the notices of a contract go on (facts.md 5.3)."""
AROUND = re.compile(r"[\s\W_]+", re.UNICODE)


def is_opt_out(text: str) -> bool:
    """Width, case, spaces and punctuation do not matter: full-width letters are letters."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return AROUND.sub("", folded) in WORDS


def receive(*, address: str, body: str, provider: str, provider_id: str) -> Reply:
    """Keep a reply, stop what they want stopped, hand everything else to a person; hearing it twice is one reply."""
    last = Message.objects.filter(address=address).exclude(sent_at=None).order_by("-sent_at").first()
    reply, is_new = Reply.objects.get_or_create(
        provider=provider,
        provider_id=provider_id,
        defaults={"address": address, "body": body, "message": last, "is_opt_out": is_opt_out(body)},
    )
    if is_new and reply.is_opt_out:
        consents.stop_purposes(address, UNASKED, cause=Suppression.Cause.OPTED_OUT, note=body[:20])
    elif is_new:
        _hand_over(reply, last)
    return reply


def _hand_over(reply: Reply, last: Message | None) -> None:
    StaffTask.objects.create(
        kind=StaffTask.Kind.FOLLOW_UP,
        title=_("客户回复短信：%(who)s") % {"who": last.name if last else reply.address[-4:]},
        detail=reply.body,
        subject_kind="reply",
        subject_id=reply.pk,
        customer_id=last.customer_id if last else None,
        project_id=last.project_id if last else None,
        branch_id=last.branch_id if last else None,
        role=Role.CS_AGENT,
    )
