"""Customers through the other door: the same actions, the same policies, phones masked where they are masked."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.api import MomentFilter, NewestFirst
from crm import actions, policies, search
from crm.api import reading
from crm.api.serializers import (
    ContactPointSerializer,
    CustomerFactsSerializer,
    CustomerSerializer,
    NewCustomerSerializer,
    WaySerializer,
)
from crm.models import Customer
from crm.reaching import BadContact, Way, normalise
from crm.words import ContactKind
from tenancy.api.idempotency import IdempotentPosts
from tenancy.api.requests import http_of
from tenancy.forms import FirmFilterSet
from tenancy.models import AuditEntry, Member

PHONES = "customers:phones"


class CustomerFilter(FirmFilterSet):
    """``phone``: the whole number, however it is written; ``q``: as in the search box."""

    q = django_filters.CharFilter(method="by_words", max_length=60)
    phone = django_filters.CharFilter(method="by_phone", max_length=30)
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Customer
        fields = ("branch", "adviser", "estate", "source", "importance", "number")

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return search.customers(rows, value)

    def by_phone(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        try:
            number, _extension = normalise(ContactKind.PHONE, value)
        except BadContact:
            return rows.none()
        return rows.filter(pk__in=search.by_value(number))


class CustomerViewSet(IdempotentPosts, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """客户：列出、读取、新建、修改，以及联系方式。"""

    api_resource = "customers"
    extra_scopes = ("phones",)
    queryset_model = Customer
    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    pagination_class = NewestFirst
    filterset_class = CustomerFilter
    lookup_value_converter = "uuid"

    @property
    def member(self) -> Member:
        return http_of(self.request).member

    def get_queryset(self) -> Any:
        rows = Customer.objects.visible_to(self.member).select_related("estate")
        return rows.prefetch_related("contact_points")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "whole_phones": self._whole_phones()}

    @extend_schema(summary="客户列表")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(Customer.objects.visible_to(self.member))
        page = self.paginate_queryset(rows.values(*reading.PLAIN, *reading.BIRTHDAY))
        found = reading.told(page or [], whole_phones=self._whole_phones())
        self._note_reading(len(found))
        return self.get_paginated_response(found)

    @extend_schema(summary="读取客户")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = self._shown(kwargs["pk"], 200)
        self._note_reading(1)
        return response

    @extend_schema(summary="新建客户", request=NewCustomerSerializer, responses={201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        self._require(policies.may_write(self.member))
        given = self._read(NewCustomerSerializer)
        ways = [Way(**way) for way in given.pop("contact_points", [])]
        customer = actions.create_customer(given.pop("name"), by=self.member, contact_points=ways, **given)
        return self._shown(customer.pk, 201)

    @extend_schema(
        summary="修改客户", request=CustomerFactsSerializer(partial=True), responses={200: CustomerSerializer}
    )
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        self._require(policies.may_write(self.member))
        customer = self.get_object()
        given = self._read(CustomerFactsSerializer, partial=True)
        return self._shown(actions.change_customer(customer, by=self.member, **given).pk, 200)

    @extend_schema(
        summary="添加联系方式",
        request=WaySerializer,
        responses={201: ContactPointSerializer},
        parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["post"], url_path="contact-points", url_name="contact-points")
    def contact_points(self, request: Request, pk: Any = None) -> Response:
        self._require(policies.may_write(self.member))
        customer = self.get_object()
        point = actions.add_contact_point(customer, way=Way(**self._read(WaySerializer)), by=self.member)
        return Response(ContactPointSerializer(point, context=self.get_serializer_context()).data, status=201)

    def _shown(self, pk: UUID, status: int) -> Response:
        rows = Customer.objects.visible_to(self.member).values(*reading.PLAIN, *reading.BIRTHDAY)
        found = reading.told([get_object_or_404(rows, pk=pk)], whole_phones=self._whole_phones())
        return Response(found[0], status=status)

    def _read(self, shape: type[serializers.Serializer], **options: Any) -> dict[str, Any]:
        given = shape(data=self.request.data, context=self.get_serializer_context(), **options)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _require(self, allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence
        if not allowed:
            raise PermissionDenied

    def _whole_phones(self) -> bool:
        """A key needs the scope, a person the role; colleagues on the pages uncover one number at a time."""
        http = getattr(self.request, "_request", None) if self.request else None
        member = getattr(http, "member", None)
        if http is None or member is None:
            return False
        client = http.api_client
        return PHONES in client.scopes if client is not None else False

    def _note_reading(self, count: int) -> None:
        """Whole numbers read by a machine are put on the trail, one line an answer."""
        if count and self._whole_phones():
            AuditEntry.note_look(
                self.member, AuditEntry.Verb.REVEALED, note=f"API {count}", fields=("contact_points",)
            )
