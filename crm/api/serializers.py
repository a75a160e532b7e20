"""Customers as other systems read and write them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.text import clean_text
from crm.birthdays import BadBirthday, parse_birthday
from crm.models import ContactPoint, Customer, Estate
from crm.reaching import Way
from crm.words import ContactKind, Importance, Language, Relation, Salutation, Source
from tenancy.api.serializers import FirmModelSerializer, FirmRelatedField
from tenancy.models import Branch, Member

SHOWN = [
    "id",
    "number",
    "name",
    "salutation",
    "birthday",
    "importance",
    "language",
    "source",
    "source_detail",
    "referrer",
    "referrer_name",
    "estate",
    "estate_name",
    "building",
    "unit",
    "room",
    "province",
    "city",
    "district",
    "address",
    "family",
    "lifestyle",
    "style",
    "budget_min_fen",
    "budget_max_fen",
    "core_demands",
    "contact_preference",
    "notes",
    "branch",
    "adviser",
    "contact_points",
    "created_at",
    "last_contact_at",
    "version",
]
MOST_FEN = 10**15


class ContactPointSerializer(FirmModelSerializer):
    """``value`` is masked for keys without the scope ``customers:phones`` and for roles that may not uncover it."""

    value = serializers.SerializerMethodField(
        "shown_value", help_text="规范化后的号码；没有权限时隐藏中间部分"
    )
    is_masked = serializers.SerializerMethodField()

    class Meta:
        model = ContactPoint
        fields = (
            "id", "kind", "value", "is_masked", "extension", "relation", "person_name", "preferred_hours",
            "is_primary", "reach", "verified_at", "note",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def shown_value(self, point: ContactPoint) -> str:
        return point.value if self._in_full else point.masked

    @extend_schema_field(serializers.BooleanField())
    def get_is_masked(self, point: ContactPoint) -> bool:
        return not self._in_full

    @property
    def _in_full(self) -> bool:
        return bool(self.context.get("whole_phones"))


class WaySerializer(serializers.Serializer):
    """One way to reach a customer as it is written."""

    kind = serializers.ChoiceField(choices=ContactKind.choices, default=ContactKind.PHONE)
    value = serializers.CharField(max_length=120)
    relation = serializers.ChoiceField(choices=Relation.choices, default=Relation.OWNER)
    person_name = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    preferred_hours = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)

    def way(self) -> Way:
        return Way(**self.validated_data)


class CustomerSerializer(FirmModelSerializer):
    birthday = serializers.SerializerMethodField()
    estate_name = serializers.CharField(source="estate.name", default="", read_only=True)
    contact_points = ContactPointSerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = tuple(SHOWN)
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(help_text="如 1985年6月3日、农历闰六月十五；空为未登记"))
    def get_birthday(self, customer: Customer) -> str:
        return str(customer.birthday or "")


class SaidSerializer(serializers.Serializer):
    """What may be said about a customer."""

    name = serializers.CharField(max_length=60)
    salutation = serializers.ChoiceField(choices=Salutation.choices, required=False, allow_blank=True)
    birthday = serializers.CharField(max_length=60, required=False, allow_blank=True)
    importance = serializers.ChoiceField(choices=Importance.choices, required=False)
    language = serializers.ChoiceField(choices=Language.choices, required=False)
    source = serializers.ChoiceField(choices=Source.choices, required=False)  # type: ignore[assignment]
    source_detail = serializers.CharField(max_length=80, required=False, allow_blank=True)
    referrer = FirmRelatedField(Customer, required=False, allow_null=True)
    referrer_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    estate = FirmRelatedField(Estate, required=False, allow_null=True)
    building = serializers.CharField(max_length=20, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    room = serializers.CharField(max_length=20, required=False, allow_blank=True)
    province = serializers.CharField(max_length=20, required=False, allow_blank=True)
    city = serializers.CharField(max_length=20, required=False, allow_blank=True)
    district = serializers.CharField(max_length=20, required=False, allow_blank=True)
    address = serializers.CharField(max_length=160, required=False, allow_blank=True)
    family = serializers.CharField(max_length=200, required=False, allow_blank=True)
    lifestyle = serializers.CharField(max_length=300, required=False, allow_blank=True)
    style = serializers.CharField(max_length=120, required=False, allow_blank=True)  # type: ignore[assignment]
    budget_min_fen = serializers.IntegerField(
        min_value=0, max_value=MOST_FEN, required=False, allow_null=True
    )
    budget_max_fen = serializers.IntegerField(
        min_value=0, max_value=MOST_FEN, required=False, allow_null=True
    )
    core_demands = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    contact_preference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=4000, required=False, allow_blank=True)

    def validate_name(self, name: str) -> str:
        if not clean_text(name):
            raise serializers.ValidationError(_("请填写客户姓名。"))
        return name

    def validate_birthday(self, text: str) -> Any:
        try:
            return parse_birthday(text)
        except BadBirthday as bad:
            raise serializers.ValidationError(str(bad)) from bad


class CustomerFactsSerializer(SaidSerializer):
    """In a PATCH only what is named changes."""

    version = serializers.IntegerField(required=False, help_text="读到的版本；别人已改过时返回 409")


class NewCustomerSerializer(SaidSerializer):
    """A customer with the ways to reach them; a partner's key writes into its own branch."""

    contact_points = WaySerializer(many=True, required=False)
    branch = FirmRelatedField(Branch, required=False, allow_null=True)
    adviser = FirmRelatedField(Member, required=False, allow_null=True)
