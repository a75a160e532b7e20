"""Conditions of rules: data over registered facts, compiled to ORM lookups and read as sentences. Nothing is evaluated.

A condition is ``{"fact": "phase", "in": ["inspections"]}``, or ``{"all": […]}``, ``{"any": […]}``, ``{"not": {…}}``;
an empty one is always true.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from workflow.registry import Fact, Subject

LOOKUPS: Final = {
    "is": "exact",
    "not": "exact",
    "in": "in",
    "not_in": "in",
    "at_least": "gte",
    "at_most": "lte",
    "before": "lt",
    "after": "gt",
    "known": "isnull",
}
NEGATED: Final = frozenset({"not", "not_in"})
MANY: Final = frozenset({"in", "not_in"})
ORDERED: Final = frozenset({"at_least", "at_most", "before", "after"})
ORDERED_TYPES: Final = frozenset({"int", "date", "datetime"})
GROUPS: Final = ("all", "any", "not")


class BadCondition(ValueError):
    """A condition nobody can mean; the sentence says what to mend."""


def compile_condition(subject: Subject, condition: dict[str, Any]) -> Q:
    """The same condition as a ``Q`` over the subject's ``fact_<name>`` annotations. Its keys come in any order: the
    database sorts those of what it keeps."""
    if not condition:
        return Q()
    if "fact" in condition:
        return _test(condition)
    if "not" in condition:
        return ~compile_condition(subject, condition["not"])
    if "all" in condition:
        return Q(*[compile_condition(subject, part) for part in condition["all"]])
    found = Q()
    for part in condition["any"]:
        found |= compile_condition(subject, part)
    return found


def check_condition(subject: Subject, condition: dict[str, Any]) -> None:
    """Refuse what the vocabulary does not have, before it is stored."""
    if not condition:
        return
    group = next((name for name in GROUPS if name in condition and "fact" not in condition), None)
    if group == "not":
        check_condition(subject, condition["not"])
    elif group:
        if not isinstance(condition[group], list) or not condition[group]:
            raise BadCondition(_("“%(group)s”后面要有至少一个条件。") % {"group": group})
        for part in condition[group]:
            check_condition(subject, part)
    else:
        _check_test(subject, condition)


def check_shape(condition: dict[str, Any]) -> None:
    """Only how it is built, for rules about what does not exist yet: groups, comparisons, no unknown words."""
    if not condition:
        return
    if "fact" in condition:
        if len(condition) != 2 or _parts(condition)[1] not in LOOKUPS:
            raise BadCondition(_('每个条件写一个 fact 和一个比较，例如 fact = "phase", is = "design"。'))
        return
    if len(condition) != 1 or (group := next(iter(condition))) not in GROUPS:
        raise BadCondition(_("条件写 fact，或 all、any、not 其中一个。"))
    parts = condition[group]
    for part in [parts] if isinstance(parts, dict) else parts:
        check_shape(part)


def facts_in(condition: dict[str, Any]) -> Iterator[str]:
    """Every fact a condition asks."""
    if "fact" in condition:
        yield condition["fact"]
        return
    for group in GROUPS:
        parts = condition.get(group, [])
        for part in [parts] if isinstance(parts, dict) else parts:
            yield from facts_in(part)


def condition_words(subject: Subject, condition: dict[str, Any]) -> str:
    """The condition as a person would say it: ``阶段是施工验收或竣工，且重要程度不低于 2``."""
    if not condition:
        return ""
    if "fact" in condition:
        return _test_words(subject.fact(condition["fact"]), condition)
    if "not" in condition:
        return _("并非（%(what)s）") % {"what": condition_words(subject, condition["not"])}
    joint = _("，且") if "all" in condition else _("，或")
    parts = condition.get("all") or condition.get("any") or []
    return joint.join(condition_words(subject, part) for part in parts)


def _test(condition: dict[str, Any]) -> Q:
    name, word, value = _parts(condition)
    if word == "known":
        return Q(**{f"fact_{name}__isnull": not value})
    found = Q(**{f"fact_{name}__{LOOKUPS[word]}": value})
    return ~found if word in NEGATED else found


def _parts(condition: dict[str, Any]) -> tuple[str, str, Any]:
    word = next(key for key in condition if key != "fact")
    return condition["fact"], word, condition[word]


def _check_test(subject: Subject, condition: dict[str, Any]) -> None:
    if "fact" not in condition or len(condition) != 2:
        raise BadCondition(_('每个条件写一个 fact 和一个比较，例如 fact = "phase", is = "design"。'))
    name, word, value = _parts(condition)
    fact = subject.fact(name)
    if word not in LOOKUPS:
        raise BadCondition(_("不认识比较“%(word)s”。") % {"word": word})
    if word in ORDERED and fact.type not in ORDERED_TYPES:
        raise BadCondition(_("“%(fact)s”不能比大小。") % {"fact": fact.label})
    if word in MANY and not isinstance(value, list):
        raise BadCondition(_("“%(word)s”后面要列出几个值。") % {"word": word})
    for one in value if isinstance(value, list) else [value]:
        _check_value(fact, word, one)


def _check_value(fact: Fact, word: str, value: Any) -> None:
    expected = {"bool": bool, "int": int, "text": str, "choice": str, "uuid": str}.get(fact.type)
    if word == "known":
        expected = bool
    if expected and not isinstance(value, expected):
        raise BadCondition(_("“%(fact)s”的值“%(value)s”类型不对。") % {"fact": fact.label, "value": value})
    if fact.type in ("date", "datetime") and word != "known":
        _check_date(fact, value)
    if fact.choices and word != "known" and value not in dict(fact.choices):
        raise BadCondition(_("“%(fact)s”没有“%(value)s”这个值。") % {"fact": fact.label, "value": value})


def _check_date(fact: Fact, value: Any) -> None:
    try:
        date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadCondition(_("“%(fact)s”要写成日期，例如 2026-01-31。") % {"fact": fact.label}) from None


def _test_words(fact: Fact, condition: dict[str, Any]) -> str:
    _name, word, value = _parts(condition)
    values = value if isinstance(value, list) else [value]
    said = {"fact": fact.label, "value": _("或").join(fact.words_for(one) for one in values)}
    if isinstance(value, bool):
        return _bool_words(fact, word, is_true=value != (word == "not"))
    patterns = {
        "is": _("%(fact)s是%(value)s"),
        "not": _("%(fact)s不是%(value)s"),
        "in": _("%(fact)s是%(value)s"),
        "not_in": _("%(fact)s不是%(value)s"),
        "at_least": _("%(fact)s不低于%(value)s"),
        "at_most": _("%(fact)s不超过%(value)s"),
        "before": _("%(fact)s早于%(value)s"),
        "after": _("%(fact)s晚于%(value)s"),
    }
    return patterns[word] % said


def _bool_words(fact: Fact, word: str, *, is_true: bool) -> str:
    if word == "known":
        return (_("有%(fact)s") if is_true else _("没有%(fact)s")) % {"fact": fact.label}
    return str(fact.label) if is_true else _("不是%(fact)s") % {"fact": fact.label}
