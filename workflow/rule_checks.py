"""Whether a rule makes sense: everything the planner will rely on, refused with one sentence."""

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from tenancy.models import Role
from workflow import awaiting, channels, ladders
from workflow.conditions import BadCondition, check_condition, check_shape
from workflow.ladders import BadLadder
from workflow.registry import UnknownName
from workflow.rule_words import AUDIENCES
from workflow.spans import BadSpan, Span
from workflow.triggers import BadTrigger, kind_of

if TYPE_CHECKING:
    from workflow.rulebook import RuleSpec

NEEDED: Final = frozenset({"key", "name", "subject", "trigger", "action", "audience"})
FIELDS: Final = NEEDED | {
    "condition", "stop", "delay", "performer", "words", "questionnaire", "window", "catch_up", "max", "escalation",
    "fallback", "seeds", "heads", "awaits", "enabled",
}  # fmt: skip
HEADS: Final = frozenset({"task", "node", "procedure", "key_point", "standard", "limit", "documents"})
FALLBACKS: Final = frozenset({"task", "call"})


class BadRule(ValueError):
    """A rule that cannot be kept, named, with the sentence that says why."""


def check_names(data: dict[str, Any]) -> None:
    """Every field known, none of the needed ones left out."""
    key = str(data.get("key", "?"))
    if unknown := set(data) - FIELDS:
        raise BadRule(_("规则 %(key)s：不认识“%(name)s”。") % {"key": key, "name": unknown.pop()})
    if missing := set(NEEDED) - set(data):
        raise BadRule(_("规则 %(key)s：缺少“%(name)s”。") % {"key": key, "name": missing.pop()})


def check(spec: "RuleSpec") -> None:
    """Everything; of a rule that waits for what does not exist yet only its shape."""
    try:
        _check_times(spec)
        _check_channels(spec)
        _check_cap(spec.cap)
        ladders.check(spec.escalation)
        _check_labels(spec)
        (_check_shape if awaiting.missing(spec.awaits) else _check_meaning)(spec)
    except (
        BadTrigger, BadSpan, BadCondition, BadLadder, UnknownName, LookupError, TypeError, ValueError, AttributeError,
    ) as error:  # fmt: skip
        raise BadRule(f"{spec.key}：{error}") from error


def _check_meaning(spec: "RuleSpec") -> None:
    spec.read_trigger()
    check_condition(spec.subject, spec.condition)
    check_condition(spec.subject, spec.stop)
    if (
        spec.performer
        and f"{spec.performer}_id" not in spec.subject.by_name
        and spec.performer not in Role.values
    ):
        raise BadCondition(_("执行人“%(who)s”既不是项目上的人，也不是岗位。") % {"who": spec.performer})


def _check_shape(spec: "RuleSpec") -> None:
    known = {field.name for field in dataclasses.fields(kind_of(spec.trigger))} | {"kind", "entered", "left"}
    if unknown := set(spec.trigger) - known:
        raise BadTrigger(_("触发里不认识“%(name)s”。") % {"name": unknown.pop()})
    check_shape(spec.condition)
    check_shape(spec.stop)


def _check_times(spec: "RuleSpec") -> None:
    for length in (spec.delay, spec.catch_up):
        Span.read(length)
    spec.read_window()


def _check_channels(spec: "RuleSpec") -> None:
    channels.get(spec.action.get("kind", ""))
    if spec.audience not in AUDIENCES:
        raise BadCondition(_("对象“%(who)s”不在可用之列。") % {"who": spec.audience})
    if (role := spec.action.get("role", "")) and role not in Role.values:
        raise BadCondition(_("“%(role)s”不是岗位。") % {"role": role})
    if spec.action.get("merge", "project") not in ("project", "customer"):
        raise BadCondition(_("merge 可以是 project 或 customer。"))
    if fallback := spec.fallback:
        if fallback.get("kind") not in FALLBACKS or set(fallback) - {"kind", "after", "lane", "role"}:
            raise BadCondition(_('fallback 写 { kind = "task" 或 "call", after = "…" }。'))
        Span.read(fallback.get("after", "0 days"))


def _check_cap(cap: dict[str, Any]) -> None:
    if not cap:
        return
    if set(cap) != {"count", "per"} or not isinstance(cap["count"], int) or cap["count"] < 1:
        raise BadCondition(_('max 写 { count = 1, per = "7 days" }。'))
    per = Span.read(cap["per"])
    if per.count < 1 or per.unit.startswith("working"):
        raise BadSpan(_("max 的 per 要大于零，写小时、天或月。"))


def _check_labels(spec: "RuleSpec") -> None:
    if not isinstance(spec.seeds, list) or not all(isinstance(seed, str) for seed in spec.seeds):
        raise BadCondition(_('seeds 列出需求编号，例如 ["C-02"]。'))
    if unknown := set(spec.heads) - HEADS:
        raise BadCondition(_("heads 里不认识“%(name)s”。") % {"name": unknown.pop()})
