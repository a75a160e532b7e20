"""Playbooks of a firm: copied from shipped ones, published by version, each rule in force once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenancy.models import Firm, Member
from tenancy.scoping import firm_in_scope, firm_scope
from workflow import due, shipped as shelf
from workflow.models import Due, Playbook, PlaybookVersion, Rule
from workflow.rulebook import RuleSpec
from workflow.shipped import Shipped, read, shipped

STARTING: Final = "lean"
"""What a new firm works by until it takes over another."""


@dataclass(frozen=True)
class LeftOut:
    """A rule that is not taken over, because another playbook of the firm already does it."""

    spec: RuleSpec
    in_force_in: str

    def __str__(self) -> str:
        return _("“%(rule)s”已在“%(playbook)s”里，不再重复。") % {
            "rule": self.spec.name,
            "playbook": self.in_force_in,
        }


def install(firm: Firm, *, since: datetime | None = None, by: Member | None = None) -> list[Playbook]:
    """Give a new firm the playbook it starts with, published; safe to repeat. Opens the firm's scope when none is open.

    ``since``: occasions whose time ended before are left alone; a demo dates it back to have a past.
    """
    if firm_in_scope() is None:
        with firm_scope(firm.pk):
            return install(firm, since=since, by=by)
    return [adopt(STARTING, since=since, by=by)]


@transaction.atomic
def adopt(key: str, *, since: datetime | None = None, by: Member | None = None) -> Playbook:
    """Copy one shipped playbook to the firm in scope; a firm that has it keeps its own, whatever it changed.

    Rules another published playbook of the firm already has stay out (``left_out`` says which).
    """
    ours = shelf.get(key)
    head = {"title": ours.title, "summary": ours.summary, "source": ours.source, "position": ours.position}
    playbook, is_new = Playbook.objects.get_or_create(key=key, defaults=head)
    if is_new:
        known = {one.spec.key for one in left_out(key)}
        publish_rules(playbook, [spec for spec in ours.rules if spec.key not in known], by=by, at=since)
    return playbook


def left_out(key: str) -> list[LeftOut]:
    """Rules of a shipped playbook the firm in scope would not get, with where it already has them."""
    rules = Rule.objects.published().exclude(version__playbook__key=key)
    there = dict(rules.values_list("rule_key", "version__playbook__title"))
    return [LeftOut(spec, there[spec.key]) for spec in shelf.get(key).rules if spec.key in there]


@transaction.atomic
def publish_rules(
    playbook: Playbook, rules: Iterable[RuleSpec], *, by: Member | None, at: datetime | None = None
) -> PlaybookVersion:
    """Put a new version in force; the one before retires and stays readable. A rule keeps its key through versions."""
    at = at or timezone.now()
    versions = list(PlaybookVersion.objects.filter(playbook=playbook).select_for_update(of=("self",)))
    for earlier in versions:
        if earlier.state == PlaybookVersion.State.PUBLISHED:
            earlier.state = PlaybookVersion.State.RETIRED
            earlier.save()
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=max((earlier.number for earlier in versions), default=0) + 1,
        state=PlaybookVersion.State.PUBLISHED,
        published_at=at,
        published_by=by,
    )
    Rule.objects.bulk_create(
        Rule(version=version, position=position, **spec.as_row()) for position, spec in enumerate(rules, 1)
    )
    due.note(Due.Queue.PLAN, timezone.now())
    return version


__all__ = [
    "STARTING",
    "LeftOut",
    "Shipped",
    "adopt",
    "install",
    "left_out",
    "publish_rules",
    "read",
    "shipped",
]
