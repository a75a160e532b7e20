"""A rule as the engine uses it: read from a shipped file or from a stored row, checked, and told as a sentence."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from tenancy.models import Role
from workflow import channels, registry
from workflow.conditions import BadCondition, check_condition, condition_words, facts_in
from workflow.models import Rule
from workflow.registry import Subject, UnknownName
from workflow.spans import NOW, BadSpan, Span, Window
from workflow.triggers import BadTrigger, Trigger, Weekly, read_trigger

AUDIENCES = {
    "owner": gettext_lazy("业主"),
    "designer": gettext_lazy("设计师"),
    "adviser": gettext_lazy("家装顾问"),
    "project_manager": gettext_lazy("项目经理"),
    "supervisor": gettext_lazy("工程监督"),
    "branch_manager": gettext_lazy("分公司总经理"),
    "finance": gettext_lazy("财务"),
    "engineering": gettext_lazy("工程部"),
}
FIELDS = frozenset(
    {
        "key", "name", "subject", "trigger", "condition", "delay", "action", "audience", "performer", "words",
        "questionnaire", "window", "catch_up", "escalation", "enabled",
    }
)  # fmt: skip


class BadRule(ValueError):
    """A rule that cannot be kept, named, with the sentence that says why."""


@dataclass(frozen=True)
class RuleSpec:
    """One rule, understood. ``catch_up``: how long after its window an occasion missed is still made up for."""

    key: str
    name: str
    subject_kind: str
    trigger: dict[str, Any]
    action: dict[str, Any]
    audience: str
    condition: dict[str, Any] = field(default_factory=dict)
    delay: str = "0 days"
    performer: str = ""
    words: dict[str, Any] = field(default_factory=dict)
    questionnaire: str = ""
    window: dict[str, Any] = field(default_factory=dict)
    catch_up: str = "0 days"
    escalation: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "RuleSpec":
        """A table of a TOML file."""
        key = str(data.get("key", "?"))
        if unknown := set(data) - FIELDS:
            raise BadRule(_("规则 %(key)s：不认识“%(name)s”。") % {"key": key, "name": unknown.pop()})
        if missing := {"key", "name", "subject", "trigger", "action", "audience"} - set(data):
            raise BadRule(_("规则 %(key)s：缺少“%(name)s”。") % {"key": key, "name": missing.pop()})
        spec = cls(subject_kind=data["subject"], **{k: v for k, v in data.items() if k != "subject"})
        spec.check()
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
            delay=rule.delay.get("span", "0 days"),
            performer=rule.performer,
            words=rule.words,
            questionnaire=rule.questionnaire,
            window={key: value for key, value in rule.window.items() if key != "catch_up"},
            catch_up=rule.window.get("catch_up", "0 days"),
            escalation=rule.escalation,
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
            "delay": {"span": self.delay},
            "action": self.action,
            "audience": self.audience,
            "performer": self.performer,
            "words": self.words,
            "questionnaire": self.questionnaire,
            "window": {**self.window, "catch_up": self.catch_up},
            "escalation": self.escalation,
            "enabled": self.enabled,
        }

    def check(self) -> None:
        """Everything the planner will rely on, refused here with one sentence."""
        try:
            self.read_trigger()
            for length in (self.delay, self.catch_up):
                Span.read(length)
            self.read_window()
            check_condition(self.subject, self.condition)
            channels.get(self.action.get("kind", ""))
            self._check_people()
            self._check_escalation()
        except (BadTrigger, BadSpan, BadCondition, UnknownName, LookupError, TypeError) as error:
            raise BadRule(f"{self.key}：{error}") from error

    @property
    def subject(self) -> Subject:
        return registry.get(self.subject_kind)

    @property
    def channel(self) -> str:
        return str(self.action["kind"])

    def read_trigger(self) -> Trigger:
        return read_trigger(self.trigger, self.subject)

    def read_delay(self) -> Span:
        return Span.read(self.delay)

    def read_window(self) -> Window:
        return Window.read(self.window)

    def fact_names(self) -> list[str]:
        """All a plan of this rule needs: everything registered but persons' data, the condition's and the anchor's."""
        kept = [fact.name for fact in self.subject.facts if not fact.personal]
        return list(dict.fromkeys([*kept, *facts_in(self.condition), *self.read_trigger().facts()]))

    def sentence(self) -> str:
        """``当每周六且阶段是施工验收，给业主安排电话回访「周六在施回访」，由家装顾问在当天 20:00 前完成``."""
        return "".join(str(piece["text"]) for piece in self.pieces()).replace("， ", "，").strip()

    def pieces(self) -> list[dict[str, str]]:
        """The sentence cut into words and tokens; a token has an icon and a tone."""
        trigger, delay = self.read_trigger(), self.read_delay()
        delay_words = "" if delay == NOW else delay.words()
        found = [_text(_("当 ")), _token(trigger.words(self.subject, delay_words), trigger.icon, "")]
        if said := condition_words(self.subject, self.condition):
            found += [_text(_(" 且 ")), _token(said, "route", "v")]
        found += [_text(_("，给 ")), _token(str(AUDIENCES.get(self.audience, self.audience)), "users", "t")]
        found += [
            _text(_(" 安排 ")),
            _token(f"{channels.get(self.channel).label}「{self.name}」", self.icon, ""),
        ]
        if self.performer:
            found += [_text(_("，由 ")), _token(self.performer_words(), "user", "t")]
        else:
            found += [_text(_("，"))]
        return [*found, *self._deadline_pieces()]

    @property
    def icon(self) -> str:
        return {"call": "phone", "sms": "message-2", "task": "list-check"}.get(self.channel, "bell")

    def _deadline_pieces(self) -> list[dict[str, str]]:
        window = self.read_window()
        if self.channel == "sms":
            return [_text(_(" 在 ")), _token(window.hours_words(), "alarm", "y"), _text(_(" 发出"))]
        end = _(" 完成") if window.within is not None or window.days else _(" 前完成")
        return [
            _text(_(" 在 ")),
            _token(window.words(), "alarm", "y"),
            _text(end),
            *self._escalation_pieces(),
        ]

    def _escalation_pieces(self) -> list[dict[str, str]]:
        if not self.escalation:
            return []
        after, to = Span.read(self.escalation["after"]).length_words(), Role(self.escalation["to"]).label
        return [
            _text(_("；超时 ")),
            _token(after, "alarm", "y"),
            _text(_(" 告知 ")),
            _token(str(to), "users", "t"),
        ]

    def performer_words(self) -> str:
        fact = self.subject.by_name.get(f"{self.performer}_id")
        if fact is not None:
            return str(fact.label)
        return str(Role(self.performer).label)

    def is_weekly(self) -> bool:
        return self.trigger.get("kind") == Weekly.kind

    def _check_people(self) -> None:
        if self.audience not in AUDIENCES:
            raise BadCondition(_("对象“%(who)s”不在可用之列。") % {"who": self.audience})
        if (
            self.performer
            and f"{self.performer}_id" not in self.subject.by_name
            and self.performer not in Role.values
        ):
            raise BadCondition(_("执行人“%(who)s”既不是项目上的人，也不是岗位。") % {"who": self.performer})

    def _check_escalation(self) -> None:
        if not self.escalation:
            return
        if Span.read(self.escalation.get("after", "")).count < 0:
            raise BadSpan(_("升级的时间（after）不能在截止之前。"))
        if self.escalation.get("to") not in Role.values:
            raise BadCondition(_("升级给谁（to）要写岗位。"))


def _text(text: str) -> dict[str, str]:
    return {"text": text, "icon": "", "tone": "", "is_token": ""}


def _token(text: str, icon: str, tone: str) -> dict[str, str]:
    return {"text": text, "icon": icon, "tone": tone, "is_token": "1"}
