"""The questions the call desk and the outbox ask; each chains with the others."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Avg, Exists, OuterRef, Q

from notifications import policies
from tenancy.models import FirmQuerySet, Member
from workflow.models import StatefulQuerySet

OPEN = ("due", "in_call", "rescheduled")


def in_branches(queryset: Any, member: Member) -> Any:
    return queryset if member.branch_ids is None else queryset.filter(branch_id__in=member.branch_ids)


class CallTaskQuerySet(StatefulQuerySet):
    def visible_to(self, member: Member) -> Any:
        """The calls of one's branches; without a branch-wide role only those given to one by name."""
        if policies.sees_all_calls(member):
            return in_branches(self, member)
        return self.filter(assignee_id=member.pk)

    def open(self) -> Any:
        return self.filter(status__in=OPEN)

    def ended(self) -> Any:
        return self.exclude(status__in=OPEN)

    def free(self, now: datetime) -> Any:
        """Nobody is on the phone about it, or whoever was has let the lease run out."""
        return self.filter(Q(status__in=["due", "rescheduled"]) | Q(status="in_call", lease_until__lte=now))

    def callable_at(self, now: datetime) -> Any:
        return self.free(now).filter(not_before__lte=now)

    def for_member(self, member: Member) -> Any:
        """Given to this member, or to nobody."""
        return self.filter(Q(assignee_id=member.pk) | Q(assignee_id=None))

    def in_lane(self, lane: str) -> Any:
        return self.filter(lane=lane) if lane else self

    def by_promise(self) -> Any:
        return self.order_by("due_at", "pk")


class CallAttemptQuerySet(FirmQuerySet):
    def standing(self) -> Any:
        return self.filter(undone_at=None)

    def visible_to(self, member: Member) -> Any:
        """Raw answers: only for those who may read them, and never about oneself."""
        from notifications.models import Satisfaction  # noqa: PLC0415 - models are built on these querysets

        if not policies.reads_answers(member):
            return self.none()
        about_me = Satisfaction.objects.filter(attempt_id=OuterRef("pk"), member_id=member.pk)
        return in_branches(self, member).filter(~Exists(about_me))


class SatisfactionQuerySet(FirmQuerySet):
    def standing(self) -> Any:
        return self.filter(attempt__undone_at=None)

    def visible_to(self, member: Member) -> Any:
        if not policies.reads_answers(member):
            return self.none()
        return in_branches(self, member).exclude(member_id=member.pk)

    def average(self) -> float | None:
        value = self.aggregate(value=Avg("score"))["value"]
        return None if value is None else float(value)


class MessageQuerySet(StatefulQuerySet):
    def visible_to(self, member: Member) -> Any:
        if policies.sees_all_calls(member):
            return in_branches(self, member)
        return self.none()

    def waiting(self) -> Any:
        return self.filter(status__in=["planned", "held", "pending"])

    def to_handle(self, now: datetime) -> Any:
        """Due for the gatekeeper, or left in the air by somebody who did not come back."""
        return self.filter(
            status__in=["planned", "held", "pending", "sending", "unknown"], next_at__lte=now
        ).order_by("next_at", "pk")

    def newest_first(self) -> Any:
        return self.order_by("-due_at", "-pk")


class ConsentQuerySet(FirmQuerySet):
    def newest_of(self, addresses: list[str]) -> Any:
        """One row for each address and purpose: what counts now."""
        return (
            self.filter(address__in=addresses)
            .order_by("address", "purpose", "-at", "-pk")
            .distinct("address", "purpose")
        )


class SuppressionQuerySet(FirmQuerySet):
    def standing(self) -> Any:
        return self.filter(lifted_at=None)

    def against(self, address: str, purpose: str) -> Any:
        return (
            self.standing().filter(address=address).filter(models.Q(purpose=purpose) | models.Q(purpose=""))
        )
