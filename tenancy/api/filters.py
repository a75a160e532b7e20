from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from core.api import NewestFirst
from tenancy.forms import FirmFilterSet

PAGING = {NewestFirst.cursor_query_param, NewestFirst.page_size_query_param}


class ApiFilterSet(FirmFilterSet, filters.FilterSet):
    """``filterset_fields`` of a view become this: row choices are what the member may see."""


class FirmFilters(filters.DjangoFilterBackend):
    filterset_base = ApiFilterSet

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        """A request that names no filter does not pay for the form of all of them: it costs as much as the page."""
        if request.query_params.keys() <= PAGING:
            return queryset
        return super().filter_queryset(request, queryset, view)
