"""The draft of a playbook: a copy of the published rules that can be changed without anybody being called for it.

Every act locks the playbook first, so that two people at once change it one after the other; a form brings the
fingerprint of what it was opened with, so that the second never overwrites the first unseen.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core.errors import Refusal, Stale
from tenancy.models import Member
from workflow.differences import fingerprint
from workflow.models import Playbook, PlaybookVersion, Rule
from workflow.policies import may_change_playbooks
from workflow.rulebook import RuleSpec

State = PlaybookVersion.State
MOST_RULES: Final = 300


def draft_of(playbook: Playbook) -> PlaybookVersion | None:
    return PlaybookVersion.objects.filter(playbook=playbook, state=State.DRAFT).first()


@transaction.atomic
def begin_draft(playbook: Playbook, *, by: Member) -> PlaybookVersion:
    """The draft there is, or a new one with the rules in force."""
    lock_for_change(playbook, by)
    if draft := draft_of(playbook):
        return draft
    last = PlaybookVersion.objects.filter(playbook=playbook).aggregate(last=Max("number"))["last"]
    draft = PlaybookVersion.objects.create(playbook=playbook, number=(last or 0) + 1, state=State.DRAFT)
    in_force = Rule.objects.published().filter(version__playbook=playbook).order_by("position")
    keep_rules(draft, [RuleSpec.from_row(rule) for rule in in_force])
    return draft


@transaction.atomic
def discard_draft(playbook: Playbook, *, by: Member) -> None:
    draft = lock_draft(playbook, by)
    rules_in(draft).delete()
    draft.delete()


@transaction.atomic
def put_rule(playbook: Playbook, spec: RuleSpec, *, by: Member, seen: str = "") -> Rule:
    """Add a rule to the draft, or give the one of this key a new wording. ``seen``: fingerprint of the old wording."""
    draft = lock_draft(playbook, by)
    rule = Rule.objects.filter(version=draft, rule_key=spec.key).first()
    if rule is None:
        return _add(draft, spec, seen)
    if seen != fingerprint(RuleSpec.from_row(rule)):
        raise Stale(_("在您填写期间，别人已经改过这条规则。"))
    return _reword(rule, spec)


@transaction.atomic
def remove_rule(rule: Rule, *, by: Member) -> None:
    lock_draft(rule.version.playbook, by)
    Rule.objects.lock(rule).delete()


@transaction.atomic
def switch_rule(rule: Rule, *, enabled: bool, by: Member) -> Rule:
    """On or off in the draft; a rule in force is switched in a draft begun for it."""
    draft = begin_draft(rule.version.playbook, by=by)
    drafted = Rule.objects.filter(version=draft, rule_key=rule.rule_key).first()
    if drafted is None:
        raise Refusal(_("草稿里已经没有“%(rule)s”。") % {"rule": rule.name})
    drafted.enabled = enabled
    drafted.save()
    return drafted


@transaction.atomic
def move_rule(rule: Rule, *, up: bool, by: Member) -> None:
    """Change places with the neighbour; the first goes no higher and the last no lower."""
    draft = lock_draft(rule.version.playbook, by)
    rows = list(rules_in(draft))
    here = next(index for index, row in enumerate(rows) if row.pk == rule.pk)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    _number(rows)


@transaction.atomic
def restore_rule(playbook: Playbook, rule_key: str, *, by: Member) -> None:
    """The draft's rule becomes again what is in force; one that is new goes away."""
    draft = lock_draft(playbook, by)
    ours = Rule.objects.filter(version=draft, rule_key=rule_key).first()
    theirs = Rule.objects.published().filter(version__playbook=playbook, rule_key=rule_key).first()
    if theirs is None:
        if ours is not None:
            ours.delete()
        return
    known = RuleSpec.from_row(theirs)
    if ours is None:
        _add(draft, known, "", position=theirs.position)
    else:
        _reword(ours, known)


@transaction.atomic
def replace_rules(playbook: Playbook, rules: Sequence[RuleSpec], *, by: Member) -> PlaybookVersion:
    """All rules of the draft at once, as from a file; a draft is begun for them."""
    draft = begin_draft(playbook, by=by)
    refuse_taken(playbook, rules)
    rules_in(draft).delete()
    keep_rules(draft, rules)
    return draft


def lock_for_change(playbook: Playbook, by: Member) -> Playbook:
    if not may_change_playbooks(by):
        raise Refusal(_("您的岗位不能修改服务标准。"), code="not_allowed")
    locked: Playbook = Playbook.objects.lock(playbook)
    return locked


def lock_draft(playbook: Playbook, by: Member) -> PlaybookVersion:
    lock_for_change(playbook, by)
    draft = draft_of(playbook)
    if draft is None:
        raise Stale(_("草稿刚刚已经发布或放弃，请刷新后再看。"))
    return draft


def rules_in(version: PlaybookVersion) -> Any:
    """In their order; with the version, whose page tells what became of them."""
    return Rule.objects.filter(version=version).select_related("version").order_by("position", "pk")


def keep_rules(version: PlaybookVersion, rules: Iterable[RuleSpec]) -> None:
    rows = [Rule(version=version, position=nth, **spec.as_row()) for nth, spec in enumerate(rules, 1)]
    Rule.objects.bulk_create(rows)


def in_force_elsewhere(playbook: Playbook) -> dict[str, str]:
    """Rules other playbooks of the firm have in force: their keys, and in which playbook."""
    others = Rule.objects.published().exclude(version__playbook=playbook)
    return dict(others.values_list("rule_key", "version__playbook__title"))


def refuse_taken(playbook: Playbook, rules: Iterable[RuleSpec]) -> None:
    """A rule is in force once in a firm."""
    there = in_force_elsewhere(playbook)
    taken = [spec for spec in rules if spec.key in there]
    if taken:
        raise Refusal(
            *(
                _("“%(rule)s”已在“%(playbook)s”里，不能重复。")
                % {"rule": spec.name, "playbook": there[spec.key]}
                for spec in taken
            )
        )


def _add(draft: PlaybookVersion, spec: RuleSpec, seen: str, *, position: int = 0) -> Rule:
    """At the end, or before what stands at ``position``. A form opened on a rule that went away meanwhile is refused."""
    if seen:
        raise Stale(_("这条规则刚刚被移出草稿，请刷新后再看。"))
    rows = rules_in(draft)
    if rows.count() >= MOST_RULES:
        raise Refusal(_("一份服务标准最多 %(count)d 条规则。") % {"count": MOST_RULES})
    if position:
        rows.filter(position__gte=position).update(position=F("position") + 1)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    rule: Rule = Rule.objects.create(version=draft, position=position or last + 1, **spec.as_row())
    return rule


def _reword(rule: Rule, spec: RuleSpec) -> Rule:
    for name, value in spec.as_row().items():
        setattr(rule, name, value)
    rule.save()
    return rule


def _number(rows: list[Rule]) -> None:
    for nth, row in enumerate(rows, 1):
        row.position = nth
    Rule.objects.bulk_update(rows, ["position"])
