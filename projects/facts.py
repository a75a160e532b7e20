"""What rules of a playbook may ask about projects and appointments."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from crm.models import ContactPoint
from crm.words import ContactKind, Reach
from notifications.models import CallAttempt, CallTask, Lane
from projects.models import Appointment, AppointmentPerson, Project
from projects.phases import SHIPPED_NODE_SETS, UNDER_CONSTRUCTION, Mode, Phase
from projects.querysets import SLOTS
from workflow.history import state_at
from workflow.models import StaffTask
from workflow.registry import Fact, Subject, register

Expression = Callable[[datetime], Any]

ASKING_LANES = [lane for lane in Lane if lane not in (Lane.CONFIRMATION, Lane.PAYMENT)]
NODE_CHOICES = [(node.code, node.label) for nodes in SHIPPED_NODE_SETS.values() for node in nodes]


def column(path: str) -> Expression:
    """A column as it stands now; most facts have no history."""
    return lambda _at: F(path)


def phone_of(path: str) -> Expression:
    """The number one would call: the primary one, never one known to be wrong."""

    def expression(_at: datetime) -> Subquery:
        numbers = ContactPoint.objects.filter(customer_id=OuterRef(path), kind=ContactKind.PHONE)
        return Subquery(numbers.exclude(reach=Reach.WRONG).order_by("-is_primary", "id").values("value")[:1])

    return expression


def title_of(prefix: str = "") -> Expression:
    """What people call the site."""

    def expression(_at: datetime) -> Any:
        named = Coalesce(F(f"{prefix}estate__name"), F(f"{prefix}address"))
        place = Trim(Concat(named, Value(" "), F(f"{prefix}room"), output_field=TextField()))
        return Coalesce(NullIf(place, Value("")), F(f"{prefix}number"), output_field=TextField())

    return expression


def last_visited(at: datetime) -> Any:
    """When somebody was last there because a rule asked for it."""
    visits = StaffTask.objects.filter(project_id=OuterRef("pk"), kind=StaffTask.Kind.VISIT, done_at__lte=at)
    return Subquery(visits.order_by("-done_at").values("done_at")[:1])


def calls_reached(at: datetime) -> Any:
    """How often somebody asked the owner how things are and got an answer; reminders of dates and payments apart.

    The lane is read task by task, not joined: the planner allows hash joins only, and would make one for each project.
    """
    asked = CallAttempt.objects.standing().filter(project_id=OuterRef("pk"), at__lte=at)
    asked = asked.filter(outcome=CallAttempt.Outcome.REACHED, is_refused=False)
    lane = Subquery(CallTask.objects.filter(pk=OuterRef("task_id")).values("lane"))
    asked = asked.alias(lane=lane).filter(lane__in=ASKING_LANES)
    counted = asked.order_by().values("project_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def three_fifths(_at: datetime) -> Any:
    """The day on which three fifths of the planned works are over."""
    whole = ExpressionWrapper(F("planned_completion_on") - F("started_on"), output_field=DurationField())
    part = ExpressionWrapper(whole * Value(0.6), output_field=DurationField())
    return Cast(ExpressionWrapper(F("started_on") + part, output_field=DateTimeField()), DateField())


def passed_node(_at: datetime) -> Any:
    """The node before the current one in a shipped set: what was accepted last."""
    steps = [
        When(node_set=code, node=after.code, then=Value(before.code))
        for code, nodes in SHIPPED_NODE_SETS.items()
        for before, after in pairwise(nodes)
    ]
    return Case(*steps, default=Value(""), output_field=TextField())


def phase_at(at: datetime) -> Any:
    return state_at("project", at)


def in_phases(*phases: str) -> Expression:
    def expression(at: datetime) -> Any:
        return _is_true(phase_at(at), phases)

    return expression


def _is_true(state: Any, values: Any) -> Any:
    """A project that did not exist yet is in no phase."""
    return Case(
        When(In(state, [Value(str(value), output_field=TextField()) for value in values]), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _label(name: str) -> Any:
    """Read before all apps are ready, hence from the column itself."""
    return {field.name: field.verbose_name for field in Project._meta.local_fields}[name]


def people(prefix: str = "") -> tuple[Fact, ...]:
    labels = {slot: _label(slot) for slot in SLOTS}
    ids = [Fact(f"{slot}_id", labels[slot], "uuid", column(f"{prefix}{slot}_id")) for slot in SLOTS]
    names = [Fact(f"{slot}_name", labels[slot], "text", column(f"{prefix}{slot}__name")) for slot in SLOTS]
    return (*ids, *names)


DATES = (
    "opened_on",
    "measured_on",
    "proposal_on",
    "designer_accepted_on",
    "drafted_on",
    "draft_accepted_on",
    "design_agreement_on",
    "final_on",
    "final_confirmed_on",
    "budget_confirmed_on",
    "signed_on",
    "first_paid_on",
    "planned_start_on",
    "started_on",
    "planned_completion_on",
    "internal_accepted_on",
    "accepted_on",
    "settled_on",
    "air_tested_on",
    "card_issued_on",
    "closed_on",
    "suspended_on",
)

register(
    Subject(
        kind="project",
        label=_("项目"),
        model_label="projects.Project",
        queryset=lambda: Project.objects.all(),  # noqa: PLW0108 - a manager needs a firm in scope
        facts=(
            Fact("customer_id", _("客户"), "uuid", column("customer_id")),
            Fact("project_id", _("项目"), "uuid", column("pk")),
            Fact("branch_id", _("分公司"), "uuid", column("branch_id")),
            Fact("title", _("工地"), "text", title_of()),
            Fact("phone", _("电话"), "text", phone_of("customer_id"), personal=True),
            Fact("customer_name", _("客户姓名"), "text", column("customer__name"), personal=True),
            Fact("importance", _("重要程度"), "choice", column("customer__importance")),
            Fact("number", _("项目编号"), "text", column("number")),
            Fact("phase", _("阶段"), "choice", phase_at, choices=Phase.choices),
            Fact("phase_entered_at", _("进入阶段时间"), "datetime", column("phase_entered_at")),
            Fact("under_construction", _("在施"), "bool", in_phases(*UNDER_CONSTRUCTION)),
            Fact("suspended", _("停工中"), "bool", in_phases(Phase.SUSPENDED)),
            Fact("mode", _("装修方式"), "choice", column("mode"), choices=Mode.choices),
            Fact("node", _("当前节点"), "text", column("node")),
            Fact("passed_node", _("刚通过的节点"), "choice", passed_node, choices=NODE_CHOICES),
            Fact("three_fifths_on", _("工期过六成"), "date", three_fifths),
            Fact("calls_reached", _("已接通的回访"), "int", calls_reached, looked_up=True),
            Fact("last_contact_at", _("最近联系"), "datetime", column("customer__last_contact_at")),
            Fact("last_visited_at", _("最近上门"), "datetime", last_visited, looked_up=True),
            Fact("is_returning", _("回单"), "bool", column("is_returning")),
            Fact(
                "imported",
                _("由台账导入"),
                "bool",
                lambda _at: ExpressionWrapper(Q(imported_at__isnull=False), output_field=BooleanField()),
            ),
            *[Fact(name, _label(name), "date", column(name)) for name in DATES],
            *people(),
        ),
    )
)


def everybody_comes(_at: datetime) -> Any:
    open_answers = AppointmentPerson.objects.filter(appointment_id=OuterRef("pk")).exclude(
        answer=AppointmentPerson.Answer.CONFIRMED
    )
    return ~Exists(open_answers)


def owner_comes(_at: datetime) -> Any:
    return Exists(
        AppointmentPerson.objects.filter(
            appointment_id=OuterRef("pk"), part="owner", answer=AppointmentPerson.Answer.CONFIRMED
        )
    )


def node_of_visit(_at: datetime) -> Any:
    """The node it was made for; other visits are about where the site stands."""
    return Coalesce(NullIf(F("node"), Value("")), F("project__node"), output_field=TextField())


def standing(at: datetime) -> Any:
    return _is_true(state_at("appointment", at), [Appointment.State.PLANNED])


register(
    Subject(
        kind="appointment",
        label=_("预约"),
        model_label="projects.Appointment",
        queryset=lambda: Appointment.objects.all(),  # noqa: PLW0108 - a manager needs a firm in scope
        facts=(
            Fact("customer_id", _("客户"), "uuid", column("customer_id")),
            Fact("project_id", _("项目"), "uuid", column("project_id")),
            Fact("branch_id", _("分公司"), "uuid", column("branch_id")),
            Fact(
                "title",
                _("工地"),
                "text",
                lambda at: Coalesce(title_of("project__")(at), F("place"), output_field=TextField()),
            ),
            Fact("phone", _("电话"), "text", phone_of("customer_id"), personal=True),
            Fact("customer_name", _("客户姓名"), "text", column("customer__name"), personal=True),
            Fact("kind", _("事项"), "choice", column("kind"), choices=Appointment.Kind.choices),
            Fact("state", _("状态"), "choice", column("state"), choices=Appointment.State.choices),
            Fact("planned", _("仍有效"), "bool", standing),
            Fact("node", _("节点"), "choice", node_of_visit, choices=NODE_CHOICES),
            Fact("starts_at", _("开始时间"), "datetime", column("starts_at")),
            Fact("ends_at", _("结束时间"), "datetime", column("ends_at")),
            Fact("place", _("地点"), "text", column("place"), personal=True),
            Fact("everybody_comes", _("全部确认"), "bool", everybody_comes),
            Fact("owner_comes", _("业主已确认"), "bool", owner_comes),
            Fact("phase", _("项目阶段"), "choice", column("project__phase"), choices=Phase.choices),
            Fact("mode", _("装修方式"), "choice", column("project__mode"), choices=Mode.choices),
            Fact(
                "supervisor_phone",
                _("工程监督电话"),
                "text",
                column("project__engineering_supervisor__phone"),
                personal=True,
            ),
            *people("project__"),
        ),
    )
)
