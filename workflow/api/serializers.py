from typing import Any

from rest_framework import serializers

from tenancy.api.serializers import FirmModelSerializer, FirmRelatedField
from tenancy.models import Branch, Member
from workflow.models import StaffTask, Touchpoint


class StaffTaskSerializer(FirmModelSerializer):
    branch: Any = FirmRelatedField(Branch, read_only=True, allow_null=True)
    assignee: Any = FirmRelatedField(Member, read_only=True, allow_null=True)
    done_by: Any = FirmRelatedField(Member, read_only=True, allow_null=True)
    touchpoint: Any = FirmRelatedField(Touchpoint, read_only=True, allow_null=True)

    class Meta:
        model = StaffTask
        fields = (
            "id",
            "kind",
            "title",
            "detail",
            "subject_kind",
            "subject_id",
            "customer_id",
            "project_id",
            "branch",
            "assignee",
            "role",
            "due_at",
            "state",
            "done_at",
            "done_by",
            "result",
            "touchpoint",
            "created_at",
        )
        read_only_fields = fields


class CompletionSerializer(serializers.Serializer):
    """What came of it."""

    result = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
