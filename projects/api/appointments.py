"""Appointments for other systems: each thing one does with them is a noun one creates."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Refusal
from projects import policies
from projects.actions import answers, appointments as actions
from projects.api import serializers as shapes
from projects.models import Appointment
from tenancy.api.idempotency import IdempotentPosts
from tenancy.api.requests import http_of
from tenancy.models import Member


class AppointmentView(IdempotentPosts, GenericAPIView):
    api_resource = "appointments"
    queryset = Appointment.objects.none()
    serializer_class = shapes.AppointmentSerializer

    @property
    def member(self) -> Member:
        return http_of(self.request).member

    def get_queryset(self) -> Any:
        return Appointment.objects.visible_to(self.member).prefetch_related("people__member")

    def found(self, pk: UUID) -> Appointment:
        return get_object_or_404(self.get_queryset().select_related("project"), pk=pk)

    def to_handle(self, pk: UUID) -> Appointment:
        found = self.found(pk)
        if not policies.may_answer_for(found, self.member):
            raise PermissionDenied
        return found

    def shown(self, appointment: Appointment, code: int = status.HTTP_201_CREATED) -> Response:
        fresh = Appointment.objects.prefetch_related("people__member").get(pk=appointment.pk)
        return Response(
            shapes.AppointmentSerializer(fresh, context=self.get_serializer_context()).data, status=code
        )

    def read(self, shape: Any) -> dict[str, Any]:
        given = shape(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class AppointmentList(ListModelMixin, AppointmentView):
    filterset_fields = {
        "state": ["exact"],
        "kind": ["exact"],
        "project": ["exact"],
        "customer": ["exact"],
        "starts_at": ["gte", "lt"],
    }

    @extend_schema(summary="预约列表")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="新建预约",
        request=shapes.NewAppointmentSerializer,
        responses={201: shapes.AppointmentSerializer},
    )
    def post(self, request: Request) -> Response:
        given = self.read(shapes.NewAppointmentSerializer)
        project = given.pop("project")
        customer = project.customer if project else given["customer"]
        given.pop("customer")
        if not policies.may_plan(project, self.member):
            raise PermissionDenied
        branch = project.branch if project else customer.branch
        if branch is None:
            raise Refusal(_("客户还没有归属分公司，请先在客户资料里选定。"))
        made = actions.make_appointment(
            by=self.member, customer=customer, branch=branch, project=project, **given
        )
        return self.shown(made)


class AppointmentDetail(AppointmentView):
    @extend_schema(summary="预约")
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(self.get_serializer(self.found(pk)).data)


class AppointmentMoves(AppointmentView):
    @extend_schema(
        summary="改期",
        request=shapes.MoveAppointmentSerializer,
        responses={201: shapes.AppointmentSerializer},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        found = self.to_handle(pk)
        given = self.read(shapes.MoveAppointmentSerializer)
        return self.shown(actions.move_appointment(found, by=self.member, **given))


class AppointmentOutcome(AppointmentView):
    @extend_schema(
        summary="登记结果", request=shapes.OutcomeSerializer, responses={201: shapes.AppointmentSerializer}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        found = self.to_handle(pk)
        given = self.read(shapes.OutcomeSerializer)
        if given.pop("result") == "missed":
            return self.shown(actions.miss_appointment(found, by=self.member, outcome=given["outcome"]))
        return self.shown(actions.hold_appointment(found, by=self.member, **given))


class AppointmentCancellation(AppointmentView):
    @extend_schema(
        summary="取消预约",
        request=shapes.CancelAppointmentSerializer,
        responses={201: shapes.AppointmentSerializer},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        found = self.to_handle(pk)
        given = self.read(shapes.CancelAppointmentSerializer)
        return self.shown(actions.cancel_appointment(found, by=self.member, **given))


class AppointmentAnswers(AppointmentView):
    @extend_schema(
        summary="登记确认", request=shapes.AnswerSerializer, responses={201: shapes.AppointmentSerializer}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        found = self.to_handle(pk)
        given = self.read(shapes.AnswerSerializer)
        person = get_object_or_404(found.people.select_related("appointment"), pk=given["person"])
        answers.answer_for(person, by=self.member, answer=given["answer"])
        return self.shown(found)
