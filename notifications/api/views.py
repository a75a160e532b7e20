"""Calls and texts through the other door: the same actions, the same policies."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.api import MomentFilter, NewestFirst
from notifications import actions, policies
from notifications.api import subjects
from notifications.api.serializers import (
    CallAttemptSerializer,
    CallTaskSerializer,
    MessageSerializer,
    NewCallTaskSerializer,
    NewMessageSerializer,
    OutcomeSerializer,
)
from notifications.models import CallTask, Message
from tenancy.api.idempotency import IdempotentPosts
from tenancy.api.requests import http_of
from tenancy.forms import FirmFilterSet
from tenancy.models import Member


class CallTaskFilter(FirmFilterSet):
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = CallTask
        fields = ("status", "lane", "week", "project_id", "customer_id")


class MessageFilter(FirmFilterSet):
    class Meta:
        model = Message
        fields = ("status", "purpose", "project_id", "customer_id")


class SoonestMade(NewestFirst):
    ordering = ("-made_at", "-id")  # type: ignore[assignment]


class CallTaskViewSet(IdempotentPosts, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """回访任务：列出、读取、约一通、记录结果。"""

    api_resource = "call-tasks"
    queryset_model = CallTask
    serializer_class = CallTaskSerializer
    pagination_class = SoonestMade
    filterset_class = CallTaskFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CallTask.objects.none()
        return CallTask.objects.visible_to(_member(self.request)).select_related("branch", "assignee")

    @extend_schema(request=NewCallTaskSerializer, responses={201: CallTaskSerializer})
    def create(self, request: Request) -> Response:
        """Agree a call about something this member sees."""
        member = _member(request)
        if not (policies.may_use_desk(member) or policies.may_send(member)):
            raise PermissionDenied
        given = _checked(NewCallTaskSerializer, request)
        about = subjects.find(given.pop("subject_kind"), given.pop("subject_id"), member)
        task = actions.open_call_task(
            by=member,
            title=about.facts["title"] or "",
            script_key=given.pop("script"),
            **about.as_fields(),
            **given,
        )
        return Response(CallTaskSerializer(task, context=self.get_serializer_context()).data, status=201)

    @extend_schema(request=OutcomeSerializer, responses={201: CallAttemptSerializer})
    @action(detail=True, methods=["post"])
    def outcome(self, request: Request, pk: str) -> Response:
        """What came of a call; it is taken first where nobody had opened it."""
        task = self.get_object()
        if not policies.may_call(task, _member(request)):
            raise PermissionDenied
        attempt = actions.record_outcome(task, by=_member(request), **_checked(OutcomeSerializer, request))
        attempt.task.refresh_from_db()
        return Response(CallAttemptSerializer(attempt).data, status=201)


class MessageViewSet(IdempotentPosts, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """短信：列出、读取、按模板发送。"""

    api_resource = "messages"
    queryset_model = Message
    serializer_class = MessageSerializer
    pagination_class = SoonestMade
    filterset_class = MessageFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Message.objects.none()
        member = _member(self.request)
        rows = Message.objects.visible_to(member) if _may_read(member) else Message.objects.none()
        return rows.select_related("template__template", "branch")

    @extend_schema(request=NewMessageSerializer, responses={201: MessageSerializer})
    def create(self, request: Request) -> Response:
        """Put a text into the outbox; whether and when it leaves is the gatekeeper's decision."""
        member = _member(request)
        if not policies.may_send(member):
            raise PermissionDenied
        given = _checked(NewMessageSerializer, request)
        about = subjects.find(given.pop("subject_kind"), given.pop("subject_id"), member)
        message = actions.plan_message(
            by=member, template_key=given.pop("template"), source="API", **about.as_fields(), **given
        )
        return Response(MessageSerializer(message, context=self.get_serializer_context()).data, status=201)


def _checked(serializer_class: Any, request: Request) -> dict[str, Any]:
    given = serializer_class(data=request.data, context={"request": request})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _may_read(member: Member) -> bool:
    return policies.may_read_messages(member) or policies.may_send(member)


def _member(request: Any) -> Member:
    return http_of(request).member
