"""Which projects and appointments: the questions the firm asks."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from projects.phases import LANES, OPEN, Phase
from tenancy.models import Member
from tenancy.policies import sees_whole_branch
from workflow.models import Clock, StatefulQuerySet

SLOTS = ("designer", "adviser", "project_manager", "foreman", "engineering_supervisor", "inspector")
KEEPERS = ("designer", "adviser", "project_manager", "engineering_supervisor")
"""Those of them a card on the board may name."""


def named_on(member: Member, prefix: str = "") -> Q:
    """The member stands in one of a project's slots."""
    found = Q()
    for slot in SLOTS:
        found |= Q(**{f"{prefix}{slot}_id": member.pk})
    return found


class ProjectQuerySet(StatefulQuerySet):
    def visible_to(self, member: Member) -> Any:
        """Whole branches for those who answer for them; everybody else the projects they are named on."""
        near = self if member.branch_ids is None else self.filter(branch_id__in=member.branch_ids)
        return near if sees_whole_branch(member) else near.filter(named_on(member))

    def of_mine(self, member: Member) -> Any:
        return self.filter(named_on(member))

    def running(self) -> Any:
        return self.filter(phase__in=OPEN)

    def on_board(self) -> Any:
        return self.filter(phase__in=LANES)

    def with_limit(self, limits: dict[str, int]) -> Any:
        """``limit_at``: until when the phase may last."""
        cases = [
            When(phase=phase, then=F("phase_entered_at") + Value(timedelta(days=days)))
            for phase, days in limits.items()
            if phase in OPEN
        ]
        return self.annotate(limit_at=Case(*cases, default=None, output_field=DateTimeField()))

    def late(self, limits: dict[str, int], now: datetime) -> Any:
        return self.running().filter(is_late(limits, now))

    def for_board(self, limits: dict[str, int], now: datetime, cards: int) -> Any:
        """The first ``cards`` of every lane, late ones on top, with all a card shows."""
        from projects.models import Appointment  # noqa: PLC0415 - models import this module

        visits = Appointment.objects.standing().filter(project_id=OuterRef("pk"), starts_at__gte=now)
        promises = _running_clocks("project").values("due_at")[:1]
        order = [F("is_late").desc(), F("phase_entered_at").desc(), F("id").desc()]
        nth = Window(RowNumber(), partition_by=F("phase"), order_by=order)
        first = self.annotate(is_late=_flag(is_late(limits, now))).annotate(nth=nth).filter(nth__lte=cards)
        return (
            first.with_limit(limits)
            .select_related("customer", "estate", *KEEPERS)
            .annotate(
                promise_due_at=Subquery(promises),
                next_visit_at=Subquery(visits.order_by("starts_at").values("starts_at")[:1]),
            )
            .order_by("nth")
        )

    def totals(self) -> dict[str, tuple[int, int | None]]:
        """phase → how many, and what they are worth."""
        rows = self.order_by().values("phase").annotate(number=Count("pk"), worth=Sum("contract_fen"))
        return {
            phase: (number, worth) for phase, number, worth in rows.values_list("phase", "number", "worth")
        }

    def with_names(self) -> Any:
        return self.select_related("customer", "branch", "estate", *SLOTS)


class AppointmentQuerySet(StatefulQuerySet):
    def visible_to(self, member: Member) -> Any:
        """Branch-wide like projects; everybody else where they are asked to come or are on the project."""
        from projects.models import AppointmentPerson  # noqa: PLC0415 - models import this module

        near = self if member.branch_ids is None else self.filter(branch_id__in=member.branch_ids)
        if sees_whole_branch(member):
            return near
        asked = AppointmentPerson.objects.filter(appointment_id=OuterRef("pk"), member_id=member.pk)
        return near.filter(Q(Exists(asked)) | named_on(member, "project__"))

    def of_mine(self, member: Member) -> Any:
        from projects.models import AppointmentPerson  # noqa: PLC0415 - models import this module

        return self.filter(
            Exists(AppointmentPerson.objects.filter(appointment_id=OuterRef("pk"), member_id=member.pk))
        )

    def standing(self) -> Any:
        return self.filter(state="planned")

    def between(self, first: datetime, last: datetime) -> Any:
        return self.filter(starts_at__lt=last, ends_at__gt=first)

    def for_calendar(self) -> Any:
        return self.select_related("project", "project__estate", "customer", "branch").prefetch_related(
            "people", "people__member"
        )


def is_late(limits: dict[str, int], now: datetime) -> Q:
    """Past the phase's limit, past the planned completion, or with a promise that has run out."""
    past = Q()
    for phase, days in limits.items():
        if phase in OPEN and phase != Phase.INSPECTIONS:
            past |= Q(phase=phase, phase_entered_at__lt=now - timedelta(days=days))
    site = Q(planned_completion_on__lt=timezone.localdate(now)) | Q(
        planned_completion_on=None, phase_entered_at__lt=now - timedelta(days=limits["inspections"])
    )
    return (
        past
        | (Q(phase=Phase.INSPECTIONS) & site)
        | (Q(phase__in=OPEN) & Q(Exists(overdue_clocks("project", now))))
    )


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _running_clocks(kind: str) -> Any:
    return Clock.objects.running().filter(subject_kind=kind, subject_id=OuterRef("pk")).order_by("due_at")


def overdue_clocks(kind: str, now: datetime) -> Any:
    """A promise that waits for the customer is not late."""
    return _running_clocks(kind).filter(paused_at=None, due_at__lt=now)
