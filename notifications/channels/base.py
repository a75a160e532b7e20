"""What every way out has in common: an envelope goes in, a receipt comes back. No database here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["accepted", "not_processed", "rejected", "unknown"]


@dataclass(frozen=True)
class Account:
    """How one firm reaches its provider."""

    provider: str
    account: str
    secret: str
    sender: str
    signature: str
    firm_code: str


@dataclass(frozen=True)
class Envelope:
    """One text as it goes over the wire. ``key`` is ours and comes back with every receipt."""

    key: str
    attempt_no: int
    address: str
    text: str
    valid_until: datetime
    claimed_at: datetime


@dataclass(frozen=True)
class Receipt:
    """What the provider said. ``unknown`` means it may have left: nobody sends it again before asking.

    ``not_processed``: certainly not sent, try again later. ``rejected``: will never be sent.
    """

    kind: Kind
    provider_id: str = ""
    code: str = ""
    why: str = ""
    is_delivered: bool = False


class Channel(Protocol):
    def send(self, envelope: Envelope, account: Account) -> Receipt:
        """Hand it over once; never retries by itself."""

    def look_up(self, envelope: Envelope, account: Account, known: Collection[str]) -> Receipt:
        """Ask what became of it: accepted, ``not_processed`` when the provider has never seen it, or unknown.

        ``known``: receipts that already belong to other texts to the same number.
        """
