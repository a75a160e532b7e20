"""What the list may be cut by. Each filter reads one name of the query string; values nobody knows change nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import CustomerTag, Enquiry, Estate, Tag
from crm.settings import SILENT_DAYS
from crm.words import Importance, Source
from notifications.models import Satisfaction
from projects.models import Project
from projects.phases import Phase
from tenancy import firm_settings
from tenancy.models import Branch, Member
from workflow.models import StaffTask

LOW_SCORE = 3
LOW_SINCE = timedelta(days=90)
CHOICES_OFFERED = 200

STAGES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "lead": (_("洽谈中"), ()),
    "design": (
        _("设计中"),
        (Phase.CONSULTATION, Phase.MEASUREMENT, Phase.DESIGN, Phase.BUDGET, Phase.CONTRACT),
    ),
    "building": (_("在施"), (Phase.HANDOVER, Phase.INSPECTIONS, Phase.COMPLETION)),
    "suspended": (_("停工"), (Phase.SUSPENDED,)),
    "warranty": (_("保修中"), (Phase.WARRANTY,)),
    "closed": (_("已结案"), (Phase.CLOSED,)),
    "lost": (_("流失或退单"), (Phase.LOST, Phase.CANCELLED)),
    "none": (_("没有项目"), ()),
}
ISSUES = {"open": _("有未完成的待办"), "low": _("满意度低于 3 分")}

Choices = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Filter:
    """``choices``: what is offered; ``cut``: the rows that remain; ``kind``: choice, day or text."""

    key: str
    label: Any
    cut: Callable[[QuerySet, str, Member], QuerySet]
    choices: Callable[[Member], Choices] = lambda _member: ()
    kind: str = "choice"


def _stage(rows: QuerySet, value: str, member: Member) -> QuerySet:
    projects = Project.objects.filter(customer_id=OuterRef("pk"))
    if value == "none":
        return rows.filter(~Exists(projects))
    if value == "lead":
        enquiries = Enquiry.objects.filter(customer_id=OuterRef("pk"), closed_at=None)
        return rows.filter(Exists(enquiries), ~Exists(projects))
    return rows.filter(Exists(projects.filter(phase__in=STAGES[value][1]))) if value in STAGES else rows


def _issue(rows: QuerySet, value: str, member: Member) -> QuerySet:
    if value == "open":
        tasks = StaffTask.objects.open().filter(customer_id=OuterRef("pk"))
        return rows.filter(Exists(tasks))
    if value == "low":
        low = Satisfaction.objects.visible_to(member).standing().filter(score__lt=LOW_SCORE)
        return rows.filter(Exists(low.filter(customer_id=OuterRef("pk"), at__gte=timezone.now() - LOW_SINCE)))
    return rows


def _tag(rows: QuerySet, value: str, member: Member) -> QuerySet:
    return rows.filter(Exists(CustomerTag.objects.filter(customer_id=OuterRef("pk"), tag_id=value)))


def _silent(rows: QuerySet, value: str, member: Member) -> QuerySet:
    """Nobody has spoken with them for so many days, and there is something to speak of."""
    try:
        days = min(int(value), 3650)
    except ValueError:
        return rows
    return rows.filter(last_contact_at__lt=timezone.now() - timedelta(days=days))


def _from(rows: QuerySet, value: str, member: Member) -> QuerySet:
    return rows.filter(created_at__gte=_midnight(date.fromisoformat(value)))


def _to(rows: QuerySet, value: str, member: Member) -> QuerySet:
    return rows.filter(created_at__lt=_midnight(date.fromisoformat(value) + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _advisers(member: Member) -> Choices:
    people = Member.objects.visible_to(member).active().order_by("name", "pk").values_list("pk", "name")
    return [("me", _("我自己")), *people[:CHOICES_OFFERED]]


def _adviser(rows: QuerySet, value: str, member: Member) -> QuerySet:
    return rows.filter(adviser_id=member.pk if value == "me" else value)


def _silences(member: Member) -> Choices:
    usual = firm_settings.get(SILENT_DAYS)
    return [(str(days), _("%(n)s 天没联系") % {"n": days}) for days in sorted({usual, 7, 30, 90})]


def _named(model: Any, order: str = "name") -> Callable[[Member], Choices]:
    def choices(member: Member) -> Choices:
        return list(
            model.objects.visible_to(member).order_by(order, "pk").values_list("pk", "name")[:CHOICES_OFFERED]
        )

    return choices


def _equals(column: str) -> Callable[[QuerySet, str, Member], QuerySet]:
    return lambda rows, value, _member: rows.filter(**{column: value})


FILTERS: tuple[Filter, ...] = (
    Filter("stage", _("阶段"), _stage, lambda _member: [(key, label) for key, (label, _p) in STAGES.items()]),
    Filter("branch", _("分公司"), _equals("branch_id"), _named(Branch)),
    Filter("adviser", _("顾问"), _adviser, _advisers),
    Filter("source", _("来源"), _equals("source"), lambda _member: Source.choices),
    Filter("importance", _("重要程度"), _equals("importance"), lambda _member: Importance.choices),
    Filter("tag", _("标签"), _tag, _named(Tag)),
    Filter("issue", _("问题"), _issue, lambda _member: list(ISSUES.items())),
    Filter("silent", _("未跟进"), _silent, _silences),
    Filter("estate", _("小区"), _equals("estate_id"), _named(Estate, "pinyin")),
    Filter("from", _("建档自"), _from, kind="day"),
    Filter("to", _("建档至"), _to, kind="day"),
)
BY_KEY = {one.key: one for one in FILTERS}
_IDS = {"branch", "tag", "estate"}


def is_sound(key: str, value: str) -> bool:
    """Whether a value can be asked of the database at all; anything else is dropped from the query string."""
    if not value or "\x00" in value or len(value) > 60:
        return False
    if key in _IDS or (key == "adviser" and value != "me"):
        return _is_uuid(value)
    return _is_day(value) if BY_KEY[key].kind == "day" else True


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _is_day(value: str) -> bool:
    try:
        return 1900 < date.fromisoformat(value).year < 9000
    except ValueError:
        return False
