"""What changes between two wordings of a playbook, told in the rules' own words."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from workflow.rulebook import RuleSpec

LABELS: Final[dict[str, tuple[Promise, str]]] = {
    "changed": (pgettext_lazy("rule", "改"), "y"),
    "added": (pgettext_lazy("rule", "增"), "g"),
    "removed": (pgettext_lazy("rule", "删"), "r"),
    "on": (pgettext_lazy("rule", "启"), "g"),
    "off": (pgettext_lazy("rule", "停"), "r"),
    "moved": (pgettext_lazy("rule", "序"), "b"),
}
UNSPOKEN: Final[dict[str, Promise]] = {
    "words": gettext_lazy("话术或短信模板"),
    "questionnaire": gettext_lazy("问卷"),
    "catch_up": gettext_lazy("错过后的补做期限"),
    "action": gettext_lazy("队列、合并或岗位"),
    "seeds": gettext_lazy("需求编号"),
    "heads": gettext_lazy("任务说明"),
}
"""Fields the sentence does not tell, or not in full."""


@dataclass(frozen=True)
class Change:
    """One difference. ``parts``: (before, after) of the words that changed; ``also``: fields the sentence leaves out."""

    kind: str
    rule_key: str
    name: str
    before: str = ""
    after: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(LABELS[self.kind][0])

    @property
    def tone(self) -> str:
        return LABELS[self.kind][1]


def differences(before: Sequence[RuleSpec], after: Sequence[RuleSpec]) -> list[Change]:
    """In the order of the new wording; what went away and a new order come last."""
    old = {spec.key: spec for spec in before}
    new = {spec.key: spec for spec in after}
    found = [change for spec in after for change in _of_rule(old.get(spec.key), spec)]
    found += [
        Change("removed", spec.key, spec.name, before=spec.sentence())
        for spec in before
        if spec.key not in new
    ]
    stay_before, stay_after = [key for key in old if key in new], [key for key in new if key in old]
    return found + ([Change("moved", "", _("规则的先后顺序"))] if stay_before != stay_after else [])


def fingerprint(*specs: RuleSpec) -> str:
    """Short and the same as long as nobody changed these rules or their order."""
    rows = json.dumps([spec.as_row() for spec in specs], sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(rows.encode()).hexdigest()[:20]


def _of_rule(old: RuleSpec | None, new: RuleSpec) -> Iterator[Change]:
    if old is None:
        yield Change("added", new.key, new.name, after=new.sentence())
        return
    if replace(old, enabled=new.enabled) != new:
        parts, also = tuple(_parts(old, new)), tuple(_unspoken(old, new))
        yield Change("changed", new.key, new.name, old.sentence(), new.sentence(), parts, also)
    if old.enabled != new.enabled:
        yield Change("on" if new.enabled else "off", new.key, new.name, after=new.sentence())


def _parts(old: RuleSpec, new: RuleSpec) -> Iterator[tuple[str, str]]:
    """Tokens of the sentence that became others."""
    theirs, ours = list(_tokens(old)), list(_tokens(new))
    for what, a, b, c, d in SequenceMatcher(a=theirs, b=ours, autojunk=False).get_opcodes():
        if what != "equal":
            yield _(" · ").join(theirs[a:b]), _(" · ").join(ours[c:d])


def _tokens(spec: RuleSpec) -> Iterable[str]:
    return (piece["text"] for piece in spec.pieces() if piece["is_token"])


def _unspoken(old: RuleSpec, new: RuleSpec) -> Iterator[str]:
    for name, label in UNSPOKEN.items():
        if _quiet(name, getattr(old, name)) != _quiet(name, getattr(new, name)):
            yield str(label)


def _quiet(name: str, value: Any) -> Any:
    """Of the action only what the sentence does not say."""
    if name != "action":
        return value
    return {key: one for key, one in value.items() if key in ("lane", "merge", "role", "purpose")}
