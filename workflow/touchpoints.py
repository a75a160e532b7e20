"""Closing touchpoints when their work item ends, and saying why one exists."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflow import channels
from workflow.conditions import condition_words
from workflow.models import Touchpoint
from workflow.registry import Fact
from workflow.rulebook import RuleSpec
from workflow.spans import NOW, Span
from workflow.working_time import Reason


def finish_touchpoints(ids: Iterable[UUID], *, state: str = Touchpoint.State.DONE) -> int:
    """Their call was made, their message sent, their task done (or ``cancelled``). Superseded ones stay so."""
    open_ones = Touchpoint.objects.open().filter(pk__in=list(ids))
    return int(open_ones.update(state=state, closed_at=timezone.now()))


def why(touchpoint: Touchpoint) -> list[str]:
    """Why somebody sees this, as sentences: the rule, its occasion, how the date came about."""
    rule = touchpoint.rule
    spec = RuleSpec.from_row(rule)
    origin = _("服务标准“%(playbook)s”%(version)s 的规则“%(rule)s”：%(sentence)s。") % {
        "playbook": rule.version.playbook.title,
        "version": rule.version,
        "rule": rule.name,
        "sentence": spec.sentence(),
    }
    return [origin, *[_reason(spec, data) for data in touchpoint.why]]


def known_facts(touchpoint: Touchpoint, spec: RuleSpec) -> list[tuple[str, str]]:
    """What was known when it was planned, in words; ids say nothing to a reader and stay away."""
    told = []
    for fact in spec.subject.facts:
        value = touchpoint.snapshot.get(fact.name)
        if fact.type not in ("uuid", "json") and value not in (None, ""):
            told.append((str(fact.label), _value(fact, value)))
    return told


def _value(fact: Fact, value: Any) -> str:
    if fact.type == "bool":
        return _("是") if value else _("否")
    if fact.type == "date":
        return _day(date.fromisoformat(value))
    if fact.type == "datetime":
        return _moment(timezone.localtime(datetime.fromisoformat(value)))
    return fact.words_for(value)


def _reason(spec: RuleSpec, data: dict[str, Any]) -> str:
    match data["code"]:
        case "weekly":
            said = {
                "week": data["week"].split("-W")[1].lstrip("0"),
                "day": _day(date.fromisoformat(data["on"])),
            }
            return _("%(day)s零点时符合条件（第 %(week)s 周，每周只排一次）。") % said
        case "date" | "appointment":
            return _anchor(spec, data)
        case "birthday" | "holiday" | "month_end" | "daily":
            return _day_of_calendar(spec, data)
        case "capped":
            said = {"per": Span.read(data["per"]).length_words(), "count": data["count"]}
            return _("同一客户%(per)s内最多 %(count)d 次，这一次不再安排。") % said
        case "stopped":
            moment = timezone.localtime(datetime.fromisoformat(data["at"]))
            return _("%(at)s 已符合停止条件（%(what)s），安排撤回。") % {
                "at": _moment(moment),
                "what": condition_words(spec.subject, spec.stop) or spec.name,
            }
        case "fallback":
            return _fallback(data)
        case "phase" | "event":
            moment = timezone.localtime(datetime.fromisoformat(data["at"]))
            said = {"what": spec.read_trigger().words(spec.subject, ""), "at": _moment(moment)}
            return _("%(at)s %(what)s。") % said
    return f"{Reason.from_data(data)}。"


def _anchor(spec: RuleSpec, data: dict[str, Any]) -> str:
    moment = timezone.localtime(datetime.fromisoformat(data["at"]))
    trigger, delay = spec.read_trigger(), Span.read(data.get("delay", "0 days"))
    fact = spec.subject.fact(trigger.facts()[0])
    said = {
        "what": spec.subject.label if data["code"] == "appointment" else trigger.words(spec.subject, ""),
        "at": _day(moment.date()) if fact.type == "date" else _moment(moment),
        "delay": delay.words(),
    }
    if delay == NOW:
        return _("%(what)s：%(at)s，当天安排。") % said
    return _("%(what)s：%(at)s，%(delay)s安排。") % said


def _day_of_calendar(spec: RuleSpec, data: dict[str, Any]) -> str:
    moment, delay = timezone.localtime(datetime.fromisoformat(data["at"])), Span.read(data["delay"])
    said = {
        "what": spec.read_trigger().words(spec.subject, ""),
        "at": _day(moment.date()),
        "delay": delay.words(),
    }
    if delay == NOW:
        return _("%(what)s：%(at)s，当天安排。") % said
    return _("%(what)s：%(at)s，%(delay)s安排。") % said


def _fallback(data: dict[str, Any]) -> str:
    said = {
        "first": channels.get(data["from"]).label,
        "then": channels.get(data["to"]).label,
        "why": data["why"],
    }
    return _("%(first)s没有成功（%(why)s），改为%(then)s。") % said


def _day(day: date) -> str:
    return date_format(day, "Y年n月j日")


def _moment(at: datetime) -> str:
    return date_format(at, "Y年n月j日 H:i")
