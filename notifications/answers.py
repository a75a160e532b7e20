"""Reading what a customer answered: checked against the very version of the script that was asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refusal
from notifications.models import ScriptVersion

LONGEST = 500


@dataclass(frozen=True)
class Answers:
    """``given``: code → what was said. ``scores``: aspect → 1–5. ``integrity``: a treat or a gift was reported."""

    given: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
    issues: list[dict[str, str]] = field(default_factory=list)
    integrity: bool = False


def read(script: ScriptVersion | None, given: Mapping[str, Any], issues: Iterable[str]) -> Answers:
    """Raises Refusal for an answer nobody asked for. Unanswered questions are left out: half a call is a call."""
    asked = {question["code"]: question for question in script.questions} if script else {}
    if strange := set(given) - set(asked):
        raise Refusal(_("问卷里没有这个问题：%(code)s。请刷新页面后再填。") % {"code": min(strange)})
    read_out = {code: _value(asked[code], value) for code, value in given.items() if value not in ("", None)}
    scores = {asked[c]["about"]: v for c, v in read_out.items() if asked[c]["kind"] == "rate"}
    integrity = any(
        v != asked[c].get("good", "no") for c, v in read_out.items() if asked[c]["kind"] == "integrity"
    )
    return Answers(read_out, scores, _issues(script, issues), integrity)


def _value(question: Mapping[str, Any], value: Any) -> Any:
    if question["kind"] == "rate":
        return _score(question, value)
    if question["kind"] in ("yes_no", "integrity"):
        if value not in ("yes", "no", "unknown"):
            raise Refusal(_("“%(question)s”请选是、否或记不清。") % {"question": question["text"]})
        return value
    return str(value).strip()[:LONGEST]


def _score(question: Mapping[str, Any], value: Any) -> int:
    if str(value) not in {"1", "2", "3", "4", "5"}:
        raise Refusal(_("“%(question)s”请打 1 到 5 分。") % {"question": question["text"]})
    return int(value)


def _issues(script: ScriptVersion | None, labels: Iterable[str]) -> list[dict[str, str]]:
    """The chips that were ticked, with the slot each is meant for; what nobody offered goes to the manager."""
    offered = {chip["label"]: chip["to"] for chip in (script.issues if script else [])}
    return [
        {"label": label[:30], "to": offered.get(label, "cs_manager")}
        for label in dict.fromkeys(labels)
        if label
    ]
