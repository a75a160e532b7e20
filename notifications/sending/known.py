"""What the gatekeeper must know about a batch of texts: a fixed number of queries, however many texts there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db.models import Q

from notifications.models import Consent, Message, Purpose, Suppression
from notifications.sending.variables import Recipient, recipients

CAPS: dict[str, timedelta] = {Purpose.MARKETING: timedelta(days=7), Purpose.CARE: timedelta(days=30)}
"""Over how long texts of a purpose are counted."""

About = tuple[str, str]
"""An address and a purpose."""


@dataclass(frozen=True)
class Known:
    """``left``: when texts left that count against a cap, the oldest first. Texts let through since are added."""

    recipients: Mapping[UUID, Recipient]
    stopped: Mapping[About, Suppression]
    allowed: Mapping[About, bool]
    left: Mapping[About, list[datetime]]

    @classmethod
    def about(cls, messages: Sequence[Message], now: datetime) -> Self:
        """Lock the messages first."""
        found = recipients(messages, now)
        reached = [(found[message.pk][0], message.purpose) for message in messages]
        addresses = {address for address, _purpose in reached if address}
        asking = {address for address, purpose in reached if purpose != Purpose.NOTICE}
        return cls(found, _stopped(addresses), _allowed(asking), _left(asking, now))

    def stop(self, address: str, purpose: str) -> Suppression | None:
        return self.stopped.get((address, purpose)) or self.stopped.get((address, ""))


def _stopped(addresses: Iterable[str]) -> dict[About, Suppression]:
    rows = Suppression.objects.standing().filter(address__in=addresses)
    return {(row.address, row.purpose): row for row in rows}


def _allowed(addresses: set[str]) -> dict[About, bool]:
    rows = Consent.objects.newest_of(list(addresses)) if addresses else []
    return {(row.address, row.purpose): row.is_granted for row in rows}


def _left(addresses: set[str], now: datetime) -> dict[About, list[datetime]]:
    """Counted over what may already have arrived."""
    left: dict[About, list[datetime]] = defaultdict(list)
    if addresses:
        lately = Q()
        for purpose, length in CAPS.items():
            lately |= Q(purpose=purpose, sent_at__gt=now - length)
        rows = Message.objects.filter(lately, address__in=addresses, status__in=Message.MAY_HAVE_LEFT)
        for address, purpose, at in rows.order_by("sent_at").values_list("address", "purpose", "sent_at"):
            left[address, purpose].append(at or now)
    return left
