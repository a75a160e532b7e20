"""Calls and texts as partners' systems read and write them. Raw answers and whole numbers stay in the house."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.phone import mask_phone
from notifications.models import CallAttempt, CallTask, Lane, Message
from tenancy.api.serializers import FirmModelSerializer, FirmRelatedField
from tenancy.models import Branch, Member


class CallTaskSerializer(FirmModelSerializer):
    branch = FirmRelatedField(Branch, read_only=True, allow_null=True)
    assignee = FirmRelatedField(Member, read_only=True, allow_null=True)
    status = serializers.CharField(read_only=True)

    class Meta:
        model = CallTask
        fields = (
            "id",
            "subject_kind",
            "subject_id",
            "customer_id",
            "project_id",
            "branch",
            "title",
            "reason",
            "lane",
            "week",
            "due_at",
            "not_before",
            "assignee",
            "status",
            "attempts",
            "postponed",
            "made_at",
            "ended_at",
        )
        read_only_fields = fields


class NewCallTaskSerializer(serializers.Serializer):
    subject_kind = serializers.CharField(max_length=20)
    subject_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=120)
    due_at = serializers.DateTimeField()
    lane = serializers.ChoiceField(choices=Lane.choices, default=Lane.MANUAL)
    script = serializers.SlugField(max_length=40, default="general")
    assignee = FirmRelatedField(Member, required=False, allow_null=True, default=None)
    merge_key = serializers.CharField(max_length=120, default="", allow_blank=True)


@extend_schema_serializer(component_name="CallOutcome")
class OutcomeSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=CallAttempt.Outcome.choices)
    answers = serializers.DictField(default=dict)
    issues = serializers.ListField(child=serializers.CharField(max_length=30), default=list, max_length=20)
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    is_refused = serializers.BooleanField(default=False)
    again_at = serializers.DateTimeField(default=None, allow_null=True)


class CallAttemptSerializer(serializers.ModelSerializer):
    """That somebody rang and what came of it; what was said is read on the page."""

    task = serializers.UUIDField(source="task_id", read_only=True)
    task_status = serializers.CharField(source="task.status", read_only=True)

    class Meta:
        model = CallAttempt
        fields = ("id", "task", "task_status", "outcome", "is_refused", "at")
        read_only_fields = fields


class MessageSerializer(FirmModelSerializer):
    branch = FirmRelatedField(Branch, read_only=True, allow_null=True)
    template = serializers.CharField(source="template.template.key", read_only=True)
    address = serializers.SerializerMethodField()
    status = serializers.CharField(read_only=True)

    class Meta:
        model = Message
        fields = (
            "id",
            "template",
            "purpose",
            "address",
            "body",
            "segments",
            "subject_kind",
            "subject_id",
            "customer_id",
            "project_id",
            "branch",
            "source",
            "due_at",
            "status",
            "why",
            "failure_code",
            "sent_at",
            "ended_at",
        )
        read_only_fields = fields

    def get_address(self, message: Message) -> str:
        return mask_phone(message.address) if message.address else ""


class NewMessageSerializer(serializers.Serializer):
    template = serializers.SlugField(max_length=40)
    subject_kind = serializers.CharField(max_length=20)
    subject_id = serializers.UUIDField()
    values = serializers.DictField(
        child=serializers.CharField(max_length=100, allow_blank=True), default=dict
    )
    due_at = serializers.DateTimeField(default=None, allow_null=True)
    dedupe_key = serializers.CharField(max_length=150, default="", allow_blank=True)

    def validate_dedupe_key(self, value: str) -> str:
        """Callers have a space of their own: nobody takes the key of one of our rules."""
        return f"api/{value}" if value else ""
