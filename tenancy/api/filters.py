from django_filters import rest_framework as filters

from tenancy.forms import FirmFilterSet


class ApiFilterSet(FirmFilterSet, filters.FilterSet):
    """``filterset_fields`` of a view become this: row choices are what the member may see."""


class FirmFilters(filters.DjangoFilterBackend):
    filterset_base = ApiFilterSet
