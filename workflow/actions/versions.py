"""Putting a wording of a playbook in force: the draft, or an older version again."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal, Stale
from tenancy.models import Member
from workflow import due
from workflow.actions.drafting import draft_of, keep_rules, lock_draft, lock_for_change, refuse_taken
from workflow.differences import differences, fingerprint
from workflow.models import Due, Playbook, PlaybookVersion, Rule
from workflow.rulebook import RuleSpec

State = PlaybookVersion.State


def rules_of(version: PlaybookVersion) -> list[RuleSpec]:
    rows = Rule.objects.filter(version=version).order_by("position", "pk")
    return [RuleSpec.from_row(rule) for rule in rows]


@transaction.atomic
def publish_draft(playbook: Playbook, *, by: Member, seen: str) -> PlaybookVersion:
    """Put in force exactly the rules that were read before. ``seen``: their fingerprint."""
    draft = lock_draft(playbook, by)
    rules = rules_of(draft)
    if seen != fingerprint(*rules):
        raise Stale(_("在您核对期间，别人又改了草稿，请重新核对。"))
    if not rules:
        raise Refusal(_("草稿里没有规则。不再使用的规则可以逐条停用。"))
    in_force = _in_force(playbook)
    if in_force is not None and not differences(rules_of(in_force), rules):
        raise Refusal(_("草稿和已发布的完全一样，不需要发布。"))
    refuse_taken(playbook, rules)
    _retire(in_force)
    return _put_in_force(draft, by)


@transaction.atomic
def roll_back(version: PlaybookVersion, *, by: Member) -> PlaybookVersion:
    """An older wording in force again, as a version of its own. A draft stays, with the number after it."""
    playbook = lock_for_change(version.playbook, by)
    version = PlaybookVersion.objects.lock(version)
    if version.state != State.RETIRED:
        raise Refusal(_("只有以前发布过的版本可以恢复。"))
    rules = [spec for spec in rules_of(version) if not spec.is_waiting]
    refuse_taken(playbook, rules)
    _retire(_in_force(playbook))
    again = PlaybookVersion(playbook=playbook, number=_next_number(playbook))
    again.published_at, again.state = timezone.now(), State.PUBLISHED
    again.published_by = by
    again.save()
    keep_rules(again, rules)
    due.note(Due.Queue.PLAN, timezone.now())
    return again


def _next_number(playbook: Playbook) -> int:
    last: int = PlaybookVersion.objects.filter(playbook=playbook).aggregate(last=Max("number"))["last"]
    draft = draft_of(playbook)
    if draft is None:
        return last + 1
    draft.number = last + 1
    draft.save()
    return last


def _in_force(playbook: Playbook) -> PlaybookVersion | None:
    return PlaybookVersion.objects.filter(playbook=playbook, state=State.PUBLISHED).first()


def _retire(version: PlaybookVersion | None) -> None:
    if version is not None:
        version.state = State.RETIRED
        version.save()


def _put_in_force(draft: PlaybookVersion, by: Member) -> PlaybookVersion:
    draft.state, draft.published_at, draft.published_by = State.PUBLISHED, timezone.now(), by
    draft.save()
    due.note(Due.Queue.PLAN, timezone.now())
    return draft
