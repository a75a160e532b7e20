"""Who sent whom: the name in the ledger linked to the customer it means, once all rows are in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.text import squeeze


@dataclass(frozen=True)
class Referral:
    """``position`` of the row, the customer it brought, and the name it gives as referrer."""

    position: int
    customer_id: UUID
    branch_id: UUID | None
    name: str


@dataclass(frozen=True)
class Candidate:
    customer_id: UUID
    branch_id: UUID | None


@dataclass(frozen=True)
class Linked:
    """Either the referrer, or why a person must choose."""

    referral: Referral
    referrer_id: UUID | None = None
    sentence: str = ""


def link(referrals: Sequence[Referral], named: Callable[[str], Sequence[Candidate]]) -> list[Linked]:
    """The only customer of that name; of several the only one in the same branch."""
    return [_linked(referral, named(squeeze(referral.name))) for referral in referrals]


def _linked(referral: Referral, candidates: Sequence[Candidate]) -> Linked:
    others = [one for one in candidates if one.customer_id != referral.customer_id]
    near = [one for one in others if one.branch_id == referral.branch_id]
    for found in (near, others):
        if len(found) == 1:
            return Linked(referral, found[0].customer_id)
    if others:
        return Linked(
            referral, sentence=_("有几位叫“%(name)s”的客户，请选择介绍人") % {"name": referral.name}
        )
    return Linked(referral, sentence=_("介绍人“%(name)s”不在客户里，只记下了姓名") % {"name": referral.name})
