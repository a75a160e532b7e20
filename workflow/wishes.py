"""From a condition to facts that meet it: what a made subject must look like for a rule to concern it."""

from datetime import date, timedelta
from typing import Any

from workflow.registry import Fact, Subject
from workflow.rulebook import RuleSpec

Facts = dict[str, Any]


def of_rule(spec: RuleSpec) -> Facts:
    """Facts under which the rule's condition holds and nothing stops it; the first way found of several."""
    subject = spec.subject
    return {**(_without(subject, spec.stop) if spec.stop else {}), **_with(subject, spec.condition)}


def _with(subject: Subject, condition: dict[str, Any]) -> Facts:
    if not condition:
        return {}
    if "fact" in condition:
        word = next(key for key in condition if key != "fact")
        fact = subject.fact(condition["fact"])
        return {fact.name: _meeting(fact, word, condition[word])}
    if "not" in condition:
        return _without(subject, condition["not"])
    if "any" in condition:
        return _with(subject, condition["any"][0])
    return {name: value for part in condition["all"] for name, value in _with(subject, part).items()}


def _without(subject: Subject, condition: dict[str, Any]) -> Facts:
    if "fact" in condition:
        word = next(key for key in condition if key != "fact")
        fact = subject.fact(condition["fact"])
        return {fact.name: _missing(fact, word, condition[word])}
    if "not" in condition:
        return _with(subject, condition["not"])
    if "all" in condition:
        return _without(subject, condition["all"][0])
    return {name: value for part in condition["any"] for name, value in _without(subject, part).items()}


def _meeting(fact: Fact, word: str, value: Any) -> Any:
    match word:
        case "is" | "at_least" | "at_most":
            return value
        case "in":
            return value[0]
        case "not" | "not_in":
            return _other(fact, value if isinstance(value, list) else [value])
        case "known":
            return _some(fact) if value else None
        case "before":
            return date.fromisoformat(str(value)[:10]) - timedelta(days=1)
        case "after":
            return date.fromisoformat(str(value)[:10]) + timedelta(days=1)
    raise ValueError(word)


def _missing(fact: Fact, word: str, value: Any) -> Any:
    match word:
        case "is" | "in":
            return _other(fact, value if isinstance(value, list) else [value])
        case "not" | "not_in":
            return value[0] if isinstance(value, list) else value
        case "known":
            return None if value else _some(fact)
        case "at_least":
            return value - 1
        case "at_most":
            return value + 1
    return None


def _other(fact: Fact, values: list[Any]) -> Any:
    if fact.type == "bool":
        return not values[0]
    if fact.choices:
        return next((value for value, _label in fact.choices if value not in values), "")
    return "" if fact.type in ("text", "choice") else None


def _some(fact: Fact) -> Any:
    if fact.choices:
        return fact.choices[0][0]
    return {"bool": True, "int": 1, "date": date(2026, 1, 5), "text": "x"}.get(fact.type)
