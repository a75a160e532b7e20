"""Tasks for other systems: the same rows and the same action as the page."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.api.idempotency import IdempotentPosts
from tenancy.models import Member
from workflow import staff_tasks
from workflow.api.serializers import CompletionSerializer, StaffTaskSerializer
from workflow.models import StaffTask


class StaffTaskView(IdempotentPosts, GenericAPIView):
    api_resource = "staff-tasks"
    queryset = StaffTask.objects.none()
    serializer_class = StaffTaskSerializer

    @property
    def member(self) -> Member:
        return self.request._request.member  # type: ignore[attr-defined]  # noqa: SLF001 - filled by the middleware

    def get_queryset(self) -> Any:
        return StaffTask.objects.visible_to(self.member)


class StaffTaskList(ListModelMixin, StaffTaskView):
    filterset_fields = ("state", "kind", "assignee", "role", "project_id", "customer_id")

    @extend_schema(summary="待办列表")
    def get(self, request: Request) -> Response:
        return self.list(request)


class StaffTaskCompletion(StaffTaskView):
    @extend_schema(summary="完成待办", request=CompletionSerializer, responses=StaffTaskSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        task = get_object_or_404(self.get_queryset(), pk=pk)
        given = CompletionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task = staff_tasks.finish_task(task, by=self.member, result=given.validated_data["result"])
        return Response(self.get_serializer(task).data)
