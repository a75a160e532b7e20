"""What a rule about a subject may say: every list of words the form offers, from the registries."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from tenancy.models import Role
from workflow import channels, events, wordings
from workflow.registry import Subject
from workflow.rule_words import AUDIENCES
from workflow.triggers.calendar import HOLIDAY_NAMES
from workflow.working_time import WEEKDAYS

Choices = list[tuple[Any, Any]]

TRIGGERS: Final[dict[str, Promise]] = {
    "weekly": gettext_lazy("每周的一天"),
    "date": gettext_lazy("某个日期前后"),
    "appointment": gettext_lazy("预约时间前后"),
    "phase": gettext_lazy("进入或离开阶段"),
    "event": gettext_lazy("发生了一件事"),
    "birthday": gettext_lazy("客户生日"),
    "holiday": gettext_lazy("节日"),
    "month_end": gettext_lazy("每月最后一天"),
    "daily": gettext_lazy("每天"),
}
ROUNDS_ON_HOLIDAYS: Final = [
    ("next_working_day", gettext_lazy("顺延到上班后第一天")),
    ("keep", gettext_lazy("照常")),
    ("skip", gettext_lazy("这周不做")),
]
SIDES: Final = [("", gettext_lazy("当时")), ("before", gettext_lazy("提前")), ("after", gettext_lazy("之后"))]
UNITS: Final = [
    ("minute", gettext_lazy("分钟")),
    ("hour", gettext_lazy("小时")),
    ("working_hour", gettext_lazy("工作小时")),
    ("day", gettext_lazy("天")),
    ("working_day", gettext_lazy("工作日")),
    ("month", gettext_lazy("个月")),
]
LONG_UNITS: Final = [pair for pair in UNITS if pair[0] in ("hour", "day", "month")]
REPEATS: Final = [pair for pair in UNITS if pair[0] in ("day", "month")]
JOINS: Final = [("all", gettext_lazy("同时满足")), ("any", gettext_lazy("满足任何一条"))]
MERGES: Final = [
    ("", gettext_lazy("不合并")),
    ("project", gettext_lazy("同一项目的合成一通")),
    ("customer", gettext_lazy("同一客户的合成一通")),
]
WINDOWS: Final = [("hours", gettext_lazy("在这些钟点之间")), ("within", gettext_lazy("在多久之内"))]
NOT_PEOPLE: Final = frozenset({"customer_id", "project_id", "branch_id"})


def triggers(subject: Subject) -> Choices:
    """Kinds this subject can have: only an appointment has a time of its own, only some have phases."""
    impossible = set()
    if subject.kind != "appointment":
        impossible.add("appointment")
    if not phases(subject):
        impossible.add("phase")
    if "birthday_month" not in subject.by_name:
        impossible.add("birthday")
    if not happenings(subject):
        impossible.add("event")
    return [(kind, label) for kind, label in TRIGGERS.items() if kind not in impossible]


def weekdays() -> Choices:
    return [(nth, _("每周%(day)s") % {"day": day}) for nth, day in enumerate(WEEKDAYS, 1)]


def dates(subject: Subject) -> Choices:
    return [(fact.name, fact.label) for fact in subject.facts if fact.type in ("date", "datetime")]


def groups(subject: Subject) -> Choices:
    """Whom one of each is drawn for: a branch, a person."""
    return [(fact.name, fact.label) for fact in subject.facts if fact.type == "uuid"]


def phases(subject: Subject) -> Choices:
    fact = subject.by_name.get("phase") or subject.by_name.get("state")
    return list(fact.choices) if fact else []


def happenings(subject: Subject) -> Choices:
    """Events about this kind of thing."""
    known = events.known().items()
    return sorted(
        ((name, str(getattr(event, "label", "") or name)) for name, event in known if about(event) == subject.kind),
        key=lambda pair: str(pair[1]),
    )  # fmt: skip


def about(event: type[events.Event]) -> str:
    """The kind an event names: what it says itself, or its first ``…_id``."""
    named = (name.removesuffix("_id") for name in event.__dataclass_fields__ if name.endswith("_id"))
    return event.about or next(named, "")


def holidays() -> Choices:
    return list(HOLIDAY_NAMES.items())


def performers(subject: Subject) -> Choices:
    slots = [
        (fact.name.removesuffix("_id"), fact.label)
        for fact in subject.facts
        if fact.type == "uuid" and fact.name not in NOT_PEOPLE and fact.name.endswith("_id")
    ]
    taken = {value for value, _label in slots}
    roles = [pair for pair in staff_roles() if pair[0] not in taken]
    groups = [(_("登记在案的人"), slots), (_("岗位"), roles)]
    return [("", _("不指定")), *[group for group in groups if group[1]]]


def staff_roles() -> Choices:
    return [(value, label) for value, label in Role.choices if value != Role.PARTNER_API]


def audiences() -> Choices:
    return list(AUDIENCES.items())


def ways() -> Choices:
    return [(kind, channel.label) for kind, channel in channels.channels().items()]


def fallbacks() -> Choices:
    return [("", _("没有")), *[pair for pair in ways() if pair[0] in ("call", "task")]]


def words(kind: wordings.Kind, chosen: str) -> Choices:
    """With what the rule says now, even where the firm no longer has it."""
    return with_chosen([("", _("不指定")), *wordings.choices(kind)], chosen)


def with_chosen(offered: Iterable[tuple[Any, Any]], chosen: str) -> Choices:
    offered = list(offered)
    return offered if chosen in {value for value, _label in offered} else [*offered, (chosen, chosen)]
