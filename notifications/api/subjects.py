"""What a body names as its subject, found only among what the member may see: a foreign id never existed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from tenancy.models import Branch, Member
from workflow import registry

FACTS = ("customer_id", "project_id", "branch_id", "title")


@dataclass(frozen=True)
class About:
    """A subject with what every call and text keeps of it."""

    kind: str
    pk: UUID
    facts: dict[str, Any]

    def as_fields(self) -> dict[str, Any]:
        branch_id = self.facts["branch_id"]
        return {
            "subject_kind": self.kind,
            "subject_id": self.pk,
            "customer_id": self.facts["customer_id"],
            "project_id": self.facts["project_id"],
            "branch": Branch.objects.filter(pk=branch_id).first() if branch_id else None,
        }


def find(kind: str, pk: UUID, member: Member) -> About:
    """Raises a validation error with one sentence, the same for what is hidden and for what never was."""
    subject = registry.subjects().get(kind)
    if subject is None:
        raise serializers.ValidationError({"subject_kind": [_("没有这种对象：%(kind)s。") % {"kind": kind}]})
    rows = subject.queryset()
    visible = rows.visible_to(member) if hasattr(rows, "visible_to") else rows.none()
    if not visible.filter(pk=pk).exists():
        raise serializers.ValidationError({"subject_id": [_("找不到这个对象。")]})
    return About(kind, pk, registry.facts_of(kind, [pk], FACTS, timezone.now())[pk])
