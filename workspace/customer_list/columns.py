"""The columns one may choose, and how the rows of a page learn what stands in them: one query a column at most."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Case, IntegerField, Min, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from crm.models import ContactPoint, Customer, CustomerTag, Tag
from crm.words import ContactKind
from notifications.models import CallTask, Satisfaction
from projects.models import Project
from projects.phases import OPEN, ROUTES, Phase, position
from tenancy.models import Member


@dataclass(frozen=True)
class Column:
    """``text`` is its value in a spreadsheet; ``workspace.customer_list.rows`` draws its cell."""

    key: str
    label: Any
    text: Callable[["Row"], Any]
    right: bool = False


@dataclass
class Row:
    """A customer with everything a line of the list may show."""

    customer: Customer
    project: Project | None = None
    project_count: int = 0
    rating: float | None = None
    next_call: datetime | None = None
    phones: list[ContactPoint] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)

    @property
    def pk(self) -> UUID:
        return self.customer.pk

    @property
    def phone(self) -> str:
        """Masked, always: the whole number is a recorded click away."""
        return self.phones[0].masked if self.phones else ""

    @property
    def whole_phones(self) -> str:
        return "、".join(phone.display for phone in self.phones)

    @property
    def house(self) -> str:
        return self.customer.place or (self.project.place if self.project else "")

    @property
    def work(self) -> str:
        """128 ㎡ 全包."""
        if self.project is None:
            return ""
        area = f"{self.project.area_m2.normalize():f} ㎡" if self.project.area_m2 else ""
        return " ".join(
            part for part in (area, self.project.get_mode_display() if self.project.mode else "") if part
        )

    @property
    def stage(self) -> str:
        return self.project.get_phase_display() if self.project else ""

    @property
    def step(self) -> int:
        return position(self.project.mode, self.project.phase) if self.project else 0

    @property
    def steps(self) -> int:
        return len(ROUTES[self.project.mode]) if self.project else 0

    @property
    def people(self) -> list[str]:
        if self.project is None:
            return []
        return [
            person.name if person else "" for person in (self.project.designer, self.project.project_manager)
        ]


COLUMNS = {
    one.key: one
    for one in (
        Column("phone", _("电话"), lambda row: row.phone),
        Column("house", _("房屋"), lambda row: row.house),
        Column("stage", _("阶段"), lambda row: row.stage),
        Column("people", _("设计师 / 项目经理"), lambda row: " / ".join(name or "—" for name in row.people)),
        Column(
            "amount", _("合同额"), lambda row: row.project.contract_fen if row.project else None, right=True
        ),
        Column("rating", _("满意度"), lambda row: row.rating),
        Column("next", _("下次联系"), lambda row: row.next_call),
        Column("adviser", _("顾问"), lambda row: row.customer.adviser.name if row.customer.adviser else ""),
        Column("branch", _("分公司"), lambda row: row.customer.branch.name if row.customer.branch else ""),
        Column("tags", _("标签"), lambda row: "、".join(tag.name for tag in row.tags)),
        Column("importance", _("重要程度"), lambda row: row.customer.get_importance_display()),
        Column("created", _("建档时间"), lambda row: row.customer.created_at),
        Column("contact", _("最近联系"), lambda row: row.customer.last_contact_at),
    )
}
DEFAULT = ("phone", "house", "stage", "people", "amount", "rating", "next")


OF_CUSTOMER = (
    "number", "name", "pinyin", "source", "importance", "building", "unit", "room", "address", "created_at",
    "last_contact_at", "estate__name", "branch__name", "adviser__name",
)  # fmt: skip
OF_PROJECT = (
    "customer_id", "phase", "phase_entered_at", "mode", "area_m2", "contract_fen", "room", "address", "estate__name",
    "designer__name", "project_manager__name",
)  # fmt: skip


def related(rows: QuerySet) -> QuerySet:
    """What a row shows of the customer, and no more: a customer has forty columns."""
    return rows.select_related("estate", "branch", "adviser").only(*OF_CUSTOMER)


def filled(customers: Sequence[Customer], member: Member) -> list[Row]:
    """The same number of queries for one row and for a hundred. Without prefetching: it makes a query set a row."""
    ids = [one.pk for one in customers]
    projects, counts = _projects(ids, member)
    ratings, calls = _ratings(ids, member), _calls(ids, member)
    phones, tags = _phones(ids), _tags(ids)
    return [
        Row(
            customer=one,
            project=projects.get(one.pk),
            project_count=counts.get(one.pk, 0),
            rating=ratings.get(one.pk),
            next_call=calls.get(one.pk),
            phones=phones[one.pk],
            tags=tags[one.pk],
        )
        for one in customers
    ]


def _phones(ids: list[UUID]) -> dict[UUID, list[ContactPoint]]:
    """Of each customer the primary one first."""
    points = ContactPoint.objects.filter(kind=ContactKind.PHONE, customer_id__in=ids)
    found = defaultdict(list)
    for point in points.order_by("-is_primary", "created_at", "pk"):
        found[point.customer_id].append(point)
    return found


def _tags(ids: list[UUID]) -> dict[UUID, list[Tag]]:
    taggings = (
        CustomerTag.objects.filter(customer_id__in=ids).select_related("tag").order_by("tag__name", "pk")
    )
    found = defaultdict(list)
    for tagging in taggings:
        found[tagging.customer_id].append(tagging.tag)
    return found


def _projects(ids: list[UUID], member: Member) -> tuple[dict[UUID, Project], dict[UUID, int]]:
    """The one that matters of each customer: somebody at work on it, else under warranty, else the newest."""
    weight = Case(
        When(phase__in=OPEN, then=Value(0)),
        When(phase=Phase.WARRANTY, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Project.objects.visible_to(member).filter(customer_id__in=ids).annotate(weight=weight)
    rows = rows.select_related("designer", "project_manager", "estate").only(*OF_PROJECT)
    rows = rows.order_by("weight", "-phase_entered_at", "pk")
    chosen: dict[UUID, Project] = {}
    counts: dict[UUID, int] = {}
    for project in rows:
        chosen.setdefault(project.customer_id, project)
        counts[project.customer_id] = counts.get(project.customer_id, 0) + 1
    return chosen, counts


def _ratings(ids: list[UUID], member: Member) -> dict[UUID, float]:
    rows = Satisfaction.objects.visible_to(member).standing().filter(customer_id__in=ids).order_by()
    return {pk: float(value) for pk, value in rows.values_list("customer_id").annotate(Avg("score"))}


def _calls(ids: list[UUID], member: Member) -> dict[UUID, datetime]:
    rows = CallTask.objects.visible_to(member).open().filter(customer_id__in=ids).order_by()
    return dict(rows.values_list("customer_id").annotate(Min("due_at")))
