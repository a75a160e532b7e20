"""From a rule to the fields of its form, and back to the data a rule is read from."""

from typing import Any, Final

from workflow.forms.ladder import span
from workflow.registry import Subject
from workflow.rule_files import as_data
from workflow.rulebook import RuleSpec
from workflow.spans import Span

Fields = dict[str, Any]

USUAL: Final[Fields] = {
    "trigger_kind": "date", "every": 1, "on_holiday": "next_working_day", "working_days": False,
    "delay_unit": "day", "audience": "owner", "kind": "call", "opens": "09:00", "closes": "20:00",
    "window_kind": "hours", "days": 0, "catch_unit": "day",
}  # fmt: skip


def as_fields(spec: RuleSpec | None) -> Fields:
    """What the form starts with; a new rule with what is usual."""
    if spec is None:
        return dict(USUAL)
    return USUAL | {
        "name": spec.name,
        **_trigger_fields(spec.trigger),
        **_delay_fields(spec.delay),
        "audience": spec.audience,
        "performer": spec.performer,
        **_action_fields(spec.action),
        **_word_fields(spec.words),
        **_window_fields(spec.window),
        **_length_fields("catch", spec.catch_up),
        **_fallback_fields(spec.fallback),
        **_cap_fields(spec.cap),
    }


def as_rule(key: str, subject: Subject, spec: RuleSpec | None, given: Fields) -> Fields:
    """A table as in a file; what the form does not ask is as it was."""
    known = as_data(spec) if spec else {}
    asked: Fields = {
        "key": key,
        "subject": subject.kind,
        "name": given["name"],
        "trigger": _trigger(given),
        "delay": _delay(given),
        "audience": given["audience"],
        "performer": given["performer"],
        "action": _action(known.get("action", {}), given),
        "words": _words(known.get("words", {}), given),
        "window": _window(given),
        "catch_up": span(given["catch_count"], given["catch_unit"] or "day"),
        "max": _cap(given),
        "fallback": _fallback(known.get("fallback", {}), given),
    }
    said = {**known, **asked, **(_meant_the_same(known, asked) if spec else {})}
    return {name: value for name, value in said.items() if value != {}}


def _meant_the_same(known: Fields, asked: Fields) -> Fields:
    """Parts that say what they said before, in the words they had: what is left out as usual stays left out."""
    found = {}
    for name, (fields_of, nothing) in PARTS.items():
        old, new = known.get(name, nothing), asked[name]
        if USUAL | fields_of(old) == USUAL | fields_of(new):
            found[name] = old
    return found


def _trigger_fields(trigger: Fields) -> Fields:
    found: Fields = {"trigger_kind": trigger.get("kind", "")}
    names = {"weekday": "weekday", "every": "every", "holiday": "on_holiday", "working_days": "working_days"}
    names |= {"fact": "date_fact"}
    found |= {field: trigger[name] for name, field in names.items() if name in trigger}
    if "name" in trigger:
        found["holiday_name" if trigger["kind"] == "holiday" else "event_name"] = trigger["name"]
    for side in ("entered", "left"):
        if side in trigger:
            found |= {"phase_side": side, "phase_state": trigger[side]}
    if "repeat" in trigger:
        found |= _length_fields("repeat", trigger["repeat"])
    return found | dict(trigger.get("pick", {}))


def _trigger(given: Fields) -> Fields:
    kind = given["trigger_kind"]
    asked: dict[str, Fields] = {
        "weekly": {"weekday": int(given["weekday"] or 1), "every": given["every"] or 1, "holiday": given["on_holiday"] or "next_working_day"},
        "date": {"fact": given["date_fact"]},
        "phase": {given["phase_side"] or "entered": given["phase_state"]},
        "event": {"name": given["event_name"]},
        "holiday": {"name": given["holiday_name"]},
        "daily": {"working_days": given["working_days"]},
    }  # fmt: skip
    found = {"kind": kind, **asked.get(kind, {})}
    if kind == "weekly" and given["one_per"]:
        pick = {"one_per": given["one_per"], "longest_since": given["longest_since"]}
        found["pick"] = {name: value for name, value in pick.items() if value}
    if kind == "date" and given["repeat_count"]:
        found["repeat"] = span(given["repeat_count"], given["repeat_unit"] or "month")
    return found


def _delay_fields(text: str) -> Fields:
    delay = Span.read(text)
    side = "before" if delay.count < 0 else ("after" if delay.count else "")
    return {"delay_side": side, "delay_count": abs(delay.count), "delay_unit": delay.unit}


def _delay(given: Fields) -> str:
    sign = {"before": "-", "after": ""}.get(given["delay_side"] or "")
    unit = given["delay_unit"] or "day"
    return span(0, unit) if sign is None else f"{sign}{span(given['delay_count'], unit)}"


def _action_fields(action: Fields) -> Fields:
    return {name: action[name] for name in ("kind", "lane", "merge", "role", "document", "what") if name in action}  # fmt: skip


def _word_fields(words: Fields) -> Fields:
    return {name: words[name] for name in ("script", "template") if name in words}


def _action(known: Fields, given: Fields) -> Fields:
    """Of this kind, without what only another kind has."""
    asked = {"call": ("lane", "merge"), "letter": ("document", "role"), "gift": ("what", "role"), "sms": ()}
    names = asked.get(given["kind"], ("role",))
    kept = {name: value for name, value in known.items() if name == "purpose"}
    said = {name: given[name] for name in names if given[name]}
    return {"kind": given["kind"], **kept, **said}


def _words(known: Fields, given: Fields) -> Fields:
    said = {name: given[name] for name in ("script", "template") if given[name]}
    return {**{name: value for name, value in known.items() if name not in ("script", "template")}, **said}


def _window_fields(window: Fields) -> Fields:
    found = {"opens": window.get("from", "09:00"), "closes": window.get("until", "20:00")}
    found |= {"days": window.get("days", 0), "window_kind": "within" if "within" in window else "hours"}
    return found | (_length_fields("within", window["within"]) if "within" in window else {})


def _window(given: Fields) -> Fields:
    hours = {"from": given["opens"], "until": given["closes"]}
    hours = {name: value for name, value in hours.items() if value}
    if given["window_kind"] == "within":
        return {**hours, "within": span(given["within_count"], given["within_unit"] or "hour")}
    return {**hours, **({"days": given["days"]} if given["days"] else {})}


def _fallback_fields(fallback: Fields) -> Fields:
    if not fallback:
        return {}
    return {"fallback_kind": fallback["kind"], **_length_fields("fallback", fallback.get("after", "0 hours"))}


def _cap_fields(cap: Fields) -> Fields:
    return {"cap_count": cap["count"], **_length_fields("per", cap["per"])} if cap else {}


def _cap(given: Fields) -> Fields:
    if not given["cap_count"]:
        return {}
    return {"count": given["cap_count"], "per": span(given["per_count"], given["per_unit"] or "day")}


def _fallback(known: Fields, given: Fields) -> Fields:
    if not given["fallback_kind"]:
        return {}
    said = {"kind": given["fallback_kind"]}
    if given["fallback_count"]:
        said["after"] = span(given["fallback_count"], given["fallback_unit"] or "hour")
    return {**{name: known[name] for name in ("lane", "role") if name in known}, **said}


def _length_fields(name: str, text: str) -> Fields:
    length = Span.read(text)
    return {f"{name}_count": length.count, f"{name}_unit": length.unit}


PARTS: Final[dict[str, tuple[Any, Any]]] = {
    "trigger": (_trigger_fields, {}),
    "delay": (_delay_fields, "0 days"),
    "action": (_action_fields, {}),
    "words": (_word_fields, {}),
    "window": (_window_fields, {}),
    "catch_up": (lambda text: _length_fields("catch", text), "0 days"),
    "max": (_cap_fields, {}),
    "fallback": (_fallback_fields, {}),
}
"""Parts of a rule's data, the fields each becomes, and what it is when left out."""
