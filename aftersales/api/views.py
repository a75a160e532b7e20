"""Warranties for other systems, read only: they follow from the acceptance of the works."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from aftersales.models import Warranty
from tenancy.api.requests import http_of
from tenancy.api.serializers import FirmModelSerializer


class WarrantySerializer(FirmModelSerializer):
    project_id = serializers.UUIDField(read_only=True)
    branch_id = serializers.UUIDField(read_only=True)

    class Meta:
        model = Warranty
        fields = ("id", "project_id", "branch_id", "category", "starts_on", "months", "ends_on")
        read_only_fields = fields


@extend_schema(summary="保修列表")
class WarrantyList(ListAPIView):
    api_resource = "warranties"
    serializer_class = WarrantySerializer
    queryset = Warranty.objects.none()
    filterset_fields = {
        "project": ["exact"],
        "category": ["exact"],
        "ends_on": ["gte", "lte"],
    }

    def get_queryset(self) -> Any:
        return Warranty.objects.visible_to(http_of(self.request).member)
