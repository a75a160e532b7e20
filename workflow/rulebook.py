"""A rule as the engine uses it: read from a shipped file or from a stored row, checked, and told as a sentence."""

from dataclasses import dataclass, field
from typing import Any

from workflow import awaiting, registry, rule_checks, rule_words
from workflow.conditions import facts_in
from workflow.ladders import Ladder, Rung
from workflow.models import Rule
from workflow.registry import Subject
from workflow.rule_checks import BadRule
from workflow.rule_words import AUDIENCES
from workflow.spans import Span, Window
from workflow.triggers import Trigger, Weekly, read_trigger

OTHER_NAMES = {"subject": "subject_kind", "max": "cap"}


@dataclass(frozen=True)
class RuleSpec:
    """One rule, understood. ``catch_up``: how long after its window an occasion missed is still made up for.

    ``stop``: while it holds nothing is planned and open touchpoints are withdrawn. ``cap``: at most ``count`` touches
    of the rule's purpose for one customer ``per`` so long. ``awaits``: names of events or subjects it needs that no
    app has yet; such a rule is shipped and never installed.
    """

    key: str
    name: str
    subject_kind: str
    trigger: dict[str, Any]
    action: dict[str, Any]
    audience: str
    condition: dict[str, Any] = field(default_factory=dict)
    stop: dict[str, Any] = field(default_factory=dict)
    delay: str = "0 days"
    performer: str = ""
    words: dict[str, Any] = field(default_factory=dict)
    questionnaire: str = ""
    window: dict[str, Any] = field(default_factory=dict)
    catch_up: str = "0 days"
    cap: dict[str, Any] = field(default_factory=dict)
    escalation: Ladder = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    awaits: str | list[str] = ""
    enabled: bool = True

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "RuleSpec":
        """A table of a TOML file."""
        rule_checks.check_names(data)
        fallback = {"fallback": data["fallback"]} if "fallback" in data else {}
        given = {OTHER_NAMES.get(name, name): value for name, value in data.items() if name != "fallback"}
        spec = cls(**{**given, "action": {**data["action"], **fallback}})
        rule_checks.check(spec)
        return spec

    @classmethod
    def from_row(cls, rule: Rule) -> "RuleSpec":
        return cls(
            key=rule.rule_key,
            name=rule.name,
            subject_kind=rule.subject_kind,
            trigger=rule.trigger,
            action=rule.action,
            audience=rule.audience,
            condition=rule.condition,
            stop=rule.stop,
            delay=rule.delay.get("span", "0 days"),
            performer=rule.performer,
            words=rule.words,
            questionnaire=rule.questionnaire,
            window={key: value for key, value in rule.window.items() if key != "catch_up"},
            catch_up=rule.window.get("catch_up", "0 days"),
            cap=rule.cap,
            escalation=rule.escalation,
            seeds=rule.seeds,
            heads=rule.heads,
            enabled=rule.enabled,
        )

    def as_row(self) -> dict[str, Any]:
        """Field values of a ``Rule``."""
        return {
            "rule_key": self.key,
            "name": self.name,
            "subject_kind": self.subject_kind,
            "trigger": self.trigger,
            "condition": self.condition,
            "stop": self.stop,
            "delay": {"span": self.delay},
            "action": self.action,
            "audience": self.audience,
            "performer": self.performer,
            "words": self.words,
            "questionnaire": self.questionnaire,
            "window": {**self.window, "catch_up": self.catch_up},
            "cap": self.cap,
            "escalation": self.escalation,
            "seeds": self.seeds,
            "heads": self.heads,
            "enabled": self.enabled,
        }

    @property
    def subject(self) -> Subject:
        return registry.get(self.subject_kind)

    @property
    def channel(self) -> str:
        return str(self.action["kind"])

    @property
    def fallback(self) -> dict[str, Any]:
        """The channel used when the first is refused or impossible: ``{"kind": "task", "after": "2 hours"}``, or {}."""
        given = self.action.get("fallback", {})
        return {"kind": given} if isinstance(given, str) else dict(given)

    @property
    def is_waiting(self) -> bool:
        """Something it speaks of does not exist yet."""
        return bool(awaiting.missing(self.awaits))

    def read_trigger(self) -> Trigger:
        return read_trigger(self.trigger, self.subject)

    def read_delay(self) -> Span:
        return Span.read(self.delay)

    def read_catch_up(self) -> Span:
        return Span.read(self.catch_up)

    def read_window(self) -> Window:
        return Window.read(self.window)

    def ladder(self) -> list[Rung]:
        return Rung.read_all(self.escalation)

    def fact_names(self) -> list[str]:
        """All a plan of this rule needs: what its snapshot keeps, the condition's and the anchor's."""
        return list(dict.fromkeys([*self.kept_facts(), *self.deciding_facts()]))

    def kept_facts(self) -> list[str]:
        """What is written down with a plan: no persons' data, and nothing looked up that decided nothing."""
        deciding = self.deciding_facts()
        kept = [fact for fact in self.subject.facts if not fact.personal]
        return [fact.name for fact in kept if not fact.looked_up or fact.name in deciding]

    def deciding_facts(self) -> list[str]:
        """Those that say for whom and when: the condition's and the anchor's."""
        return list(dict.fromkeys([*facts_in(self.condition), *self.read_trigger().facts()]))

    def sentence(self) -> str:
        """``当每周六且阶段是施工验收，给业主安排电话回访「周六在施回访」，由家装顾问在当天 20:00 前完成``."""
        return rule_words.sentence(self)

    def pieces(self) -> list[dict[str, str]]:
        """The sentence cut into words and tokens; a token has an icon and a tone."""
        return rule_words.pieces(self)

    @property
    def icon(self) -> str:
        return rule_words.ICONS.get(self.channel, "bell")

    def performer_words(self) -> str:
        return rule_words.performer_words(self)

    def is_weekly(self) -> bool:
        return self.trigger.get("kind") == Weekly.kind


__all__ = ["AUDIENCES", "BadRule", "RuleSpec"]
