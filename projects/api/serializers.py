"""What projects and appointments look like to other systems, and what those may send."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.models import Customer, Estate
from projects.models import Appointment, AppointmentPerson, LossReason, Project, Statement, SuspensionReason
from projects.phases import Mode, Phase
from projects.querysets import SLOTS
from projects.stated import FACTS
from tenancy.api.serializers import FirmModelSerializer, FirmRelatedField
from tenancy.models import Branch, Member

TRANSITIONS = ("advance", "lose", "reopen", "suspend", "resume", "cancel")
DATES = tuple(field.name for field in Project._meta.concrete_fields if field.name.endswith("_on"))


class ProjectSerializer(FirmModelSerializer):
    """Money in fen; people by id."""

    customer_id = serializers.UUIDField(read_only=True)
    branch_id = serializers.UUIDField(read_only=True)
    estate_id = serializers.UUIDField(read_only=True, allow_null=True)
    place = serializers.CharField(read_only=True)
    phase_label = serializers.CharField(source="get_phase_display", read_only=True)
    people = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = (
            "id",
            "number",
            "customer_id",
            "branch_id",
            "estate_id",
            "place",
            "address",
            "room",
            "area_m2",
            "mode",
            "style",
            "budget_fen",
            "contract_number",
            "contract_fen",
            "phase",
            "phase_label",
            "phase_entered_at",
            "node",
            "people",
            "third_party_supervisor",
            "is_returning",
            "returning_how",
            "lost_reason",
            "suspended_reason",
            "imported_at",
            *DATES,
        )
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.UUIDField(allow_null=True)))
    def get_people(self, project: Project) -> dict[str, Any]:
        return {slot: getattr(project, f"{slot}_id") for slot in SLOTS}


class HomeFields(serializers.Serializer):
    """What is written about a project."""

    estate = FirmRelatedField(Estate, required=False, allow_null=True)
    address = serializers.CharField(required=False, allow_blank=True, max_length=120)
    room = serializers.CharField(required=False, allow_blank=True, max_length=40)
    area_m2 = serializers.DecimalField(8, 2, required=False, allow_null=True, min_value=1)
    mode = serializers.ChoiceField(Mode.choices, required=False, allow_blank=True)
    style = serializers.CharField(  # type: ignore[assignment]  # the stubs know style as a keyword of every field
        required=False, allow_blank=True, max_length=40
    )
    budget_fen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10**13)
    contract_number = serializers.CharField(required=False, allow_blank=True, max_length=40)
    contract_fen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10**13)
    planned_start_on = serializers.DateField(required=False, allow_null=True)
    planned_completion_on = serializers.DateField(required=False, allow_null=True)
    is_returning = serializers.BooleanField(required=False)
    returning_how = serializers.CharField(required=False, allow_blank=True, max_length=80)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class PeopleFields(serializers.Serializer):
    """Who works on it, each a member of the firm."""

    designer = FirmRelatedField(Member, required=False, allow_null=True)
    adviser = FirmRelatedField(Member, required=False, allow_null=True)
    project_manager = FirmRelatedField(Member, required=False, allow_null=True)
    foreman = FirmRelatedField(Member, required=False, allow_null=True)
    engineering_supervisor = FirmRelatedField(Member, required=False, allow_null=True)
    inspector = FirmRelatedField(Member, required=False, allow_null=True)
    third_party_supervisor = serializers.CharField(required=False, allow_blank=True, max_length=40)
    third_party_phone = serializers.CharField(required=False, allow_blank=True, max_length=20)


class NewProjectSerializer(HomeFields, PeopleFields):
    customer = FirmRelatedField(Customer)
    branch = FirmRelatedField(Branch)


class ChangeProjectSerializer(HomeFields, PeopleFields):
    pass


class TransitionSerializer(serializers.Serializer):
    """One move. ``statements``: fact → day; ``waive``: guard → reason; see what GET says about both."""

    transition = serializers.ChoiceField(TRANSITIONS)
    to = serializers.ChoiceField(Phase.choices, required=False)
    reason = serializers.ChoiceField(
        sorted({*LossReason.values, *SuspensionReason.values}), required=False, help_text="lose、suspend 必填"
    )
    settlement = serializers.CharField(required=False, max_length=300, help_text="cancel 必填")
    on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    statements = serializers.DictField(child=serializers.DateField(), required=False, default=dict)
    waive = serializers.DictField(child=serializers.CharField(max_length=300), required=False, default=dict)

    def validate_statements(self, value: dict[str, Any]) -> dict[str, Any]:
        _refuse_unknown_facts(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = {"advance": "to", "lose": "reason", "suspend": "reason", "cancel": "settlement"}
        missing = needed.get(attrs["transition"])
        if missing and not attrs.get(missing):
            raise serializers.ValidationError({missing: ["必填。"]}, code="required")
        return attrs


def _refuse_unknown_facts(codes: Any) -> None:
    if unknown := sorted(set(codes) - (FACTS.keys() - {"node_passed"})):
        raise serializers.ValidationError(f"没有这些事实：{'、'.join(unknown)}", code="unknown_fact")


class GuardAnswerSerializer(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()
    strength = serializers.ChoiceField(("must", "should"))
    met = serializers.BooleanField()
    pass_role = serializers.CharField(allow_null=True)
    fact = serializers.CharField(allow_null=True)
    is_statement = serializers.BooleanField()


class AvailableSerializer(serializers.Serializer):
    transition = serializers.ChoiceField(TRANSITIONS)
    to = serializers.CharField()
    guards = GuardAnswerSerializer(many=True)


class StatementSerializer(FirmModelSerializer):
    by_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = Statement
        fields = ("id", "fact", "node", "stated_on", "by_id", "at", "note")
        read_only_fields = fields


class NewStatementSerializer(serializers.Serializer):
    """``node``: with the fact ``node_passed`` the node that passed; ``waive``: why, when not all parties confirmed."""

    fact = serializers.ChoiceField(sorted(FACTS))
    on = serializers.DateField()
    node = serializers.CharField(required=False, allow_blank=True, max_length=30, default="")
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    waive = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["fact"] == "node_passed" and not attrs["node"]:
            raise serializers.ValidationError({"node": ["必填。"]}, code="required")
        return attrs


class AppointmentPersonSerializer(FirmModelSerializer):
    name = serializers.CharField(source="shown_name", read_only=True)
    member_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = AppointmentPerson
        fields = ("id", "member_id", "name", "part", "answer", "answered_at")
        read_only_fields = fields


class AppointmentSerializer(FirmModelSerializer):
    customer_id = serializers.UUIDField(read_only=True)
    project_id = serializers.UUIDField(read_only=True, allow_null=True)
    branch_id = serializers.UUIDField(read_only=True)
    people = AppointmentPersonSerializer(many=True, read_only=True)

    class Meta:
        model = Appointment
        fields = (
            "id",
            "kind",
            "state",
            "customer_id",
            "project_id",
            "branch_id",
            "starts_at",
            "ends_at",
            "place",
            "note",
            "outcome",
            "held_at",
            "people",
        )
        read_only_fields = fields


class NewAppointmentSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(Appointment.Kind.choices)
    project = FirmRelatedField(Project, required=False, allow_null=True, default=None)
    customer = FirmRelatedField(Customer, required=False, allow_null=True, default=None)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    members = FirmRelatedField(Member, many=True, required=False, default=list)
    place = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["project"] and not attrs["customer"]:
            raise serializers.ValidationError({"customer": ["请给出项目或客户。"]}, code="required")
        return attrs


class MoveAppointmentSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class OutcomeSerializer(serializers.Serializer):
    """``proposal_on`` is required when a measure visit was held."""

    result = serializers.ChoiceField(("held", "missed"))
    outcome = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    held_at = serializers.DateTimeField(required=False)
    proposal_on = serializers.DateField(required=False)


class CancelAppointmentSerializer(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class AnswerSerializer(serializers.Serializer):
    person = serializers.UUIDField()
    answer = serializers.ChoiceField(AppointmentPerson.Answer.choices)
