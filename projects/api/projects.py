"""Projects for other systems: the same actions, policies and guards as the pages."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from projects import guards, policies
from projects.actions import advancing, opening, recording, standing
from projects.api import serializers as shapes
from projects.models import Project
from projects.querysets import SLOTS
from tenancy.api.idempotency import IdempotentPosts
from tenancy.api.requests import http_of
from tenancy.models import Member
from workflow.moves import is_possible

PEOPLE = frozenset(SLOTS) | opening.OUTSIDERS


class ProjectView(IdempotentPosts, GenericAPIView):
    """Finds a project the member sees; a foreign id never existed."""

    api_resource = "projects"
    queryset = Project.objects.none()
    serializer_class: type[Serializer] = shapes.ProjectSerializer

    @property
    def member(self) -> Member:
        return http_of(self.request).member

    def get_queryset(self) -> Any:
        return Project.objects.visible_to(self.member).select_related("estate")

    def found(self, pk: UUID) -> Project:
        rows = Project.objects.visible_to(self.member).with_names().prefetch_related("statements")
        return get_object_or_404(rows, pk=pk)

    def shown(self, project: Project, code: int = status.HTTP_200_OK) -> Response:
        return Response(
            shapes.ProjectSerializer(project, context=self.get_serializer_context()).data, status=code
        )

    def read(self, shape: Any, **options: Any) -> dict[str, Any]:
        given = shape(data=self.request.data, context=self.get_serializer_context(), **options)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def allow(self, *, given: bool) -> None:
        if not given:
            raise PermissionDenied


class ProjectList(ListModelMixin, ProjectView):
    filterset_fields = ("phase", "mode", "branch", "designer", "project_manager", "customer")

    @extend_schema(summary="项目列表")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="新建项目", request=shapes.NewProjectSerializer, responses={201: shapes.ProjectSerializer}
    )
    def post(self, request: Request) -> Response:
        self.allow(given=policies.may_open(self.member))
        given = self.read(shapes.NewProjectSerializer)
        project = opening.open_project(
            given.pop("customer"), by=self.member, branch=given.pop("branch"), **given
        )
        return self.shown(project, status.HTTP_201_CREATED)


class ProjectDetail(ProjectView):
    @extend_schema(summary="项目")
    def get(self, request: Request, pk: UUID) -> Response:
        return self.shown(self.found(pk))

    @extend_schema(
        summary="修改项目", request=shapes.ChangeProjectSerializer, responses=shapes.ProjectSerializer
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        project = self.found(pk)
        given = self.read(shapes.ChangeProjectSerializer, partial=True)
        people = {name: given.pop(name) for name in list(given) if name in PEOPLE}
        self.allow(
            given=policies.may_change(project, self.member)
            and (not people or policies.may_staff(project, self.member))
        )
        if given:
            project = opening.change_project(project, by=self.member, **given)
        if people:
            project = opening.staff_project(project, by=self.member, **people)
        return self.shown(project)


class ProjectTransitions(ProjectView):
    serializer_class = shapes.TransitionSerializer
    pagination_class = None

    @extend_schema(summary="可执行的流转", responses=shapes.AvailableSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        project = self.found(pk)
        return Response(shapes.AvailableSerializer(_available(project, self.member), many=True).data)

    @extend_schema(
        summary="执行流转", request=shapes.TransitionSerializer, responses={201: shapes.ProjectSerializer}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        project = self.found(pk)
        given = self.read(shapes.TransitionSerializer)
        project = _MOVES[given["transition"]](project, self.member, given)
        return self.shown(project, status.HTTP_201_CREATED)


class ProjectStatements(ProjectView):
    serializer_class = shapes.StatementSerializer
    pagination_class = None

    @extend_schema(summary="项目的声明", responses=shapes.StatementSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        rows = self.found(pk).statements.all()
        return Response(
            shapes.StatementSerializer(rows, many=True, context=self.get_serializer_context()).data
        )

    @extend_schema(
        summary="登记事实", request=shapes.NewStatementSerializer, responses={201: shapes.ProjectSerializer}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        project = self.found(pk)
        given = self.read(shapes.NewStatementSerializer)
        fact, node, on, note = given["fact"], given["node"], given["on"], given["note"]
        if fact == "node_passed":
            project = recording.pass_node(
                project, node, by=self.member, on=on, note=note, waive=given["waive"]
            )
        else:
            project = recording.record_fact(project, fact, by=self.member, on=on, note=note)
        return self.shown(project, status.HTTP_201_CREATED)


def _available(project: Project, member: Member) -> list[dict[str, Any]]:
    """What this member may do with the project now, and what still stands in the way."""
    found = []
    if project.to_phase and is_possible(getattr(project, f"to_{project.to_phase}"), member):
        asked = [_guard(line) for line in guards.ask(project, project.to_phase)]
        found.append({"transition": "advance", "to": project.to_phase, "guards": asked})
    back = {
        "lose": "lost",
        "reopen": project.lost_from,
        "suspend": "suspended",
        "resume": project.suspended_from,
    }
    for name, target in {**back, "cancel": "cancelled"}.items():
        if is_possible(getattr(project, name), member):
            found.append({"transition": name, "to": target, "guards": []})
    return found


def _guard(line: guards.Asked) -> dict[str, Any]:
    guard = line.guard
    return {
        "code": guard.code,
        "sentence": str(guard.sentence),
        "strength": guard.strength,
        "met": line.met,
        "pass_role": guard.pass_role,
        "fact": guard.fact.code if guard.fact else None,
        "is_statement": bool(guard.fact and guard.fact.is_statement),
    }


def _advance(project: Project, by: Member, given: dict[str, Any]) -> Project:
    statements = {fact: recording.Said(on=day) for fact, day in given["statements"].items()}
    return advancing.advance(
        project, to=given["to"], by=by, waive=given["waive"], statements=statements, note=given["note"]
    )


_MOVES: dict[str, Any] = {
    "advance": _advance,
    "lose": lambda project, by, given: standing.lose_project(
        project, by=by, reason=given["reason"], note=given["note"]
    ),
    "reopen": lambda project, by, given: standing.reopen_project(project, by=by, note=given["note"]),
    "suspend": lambda project, by, given: standing.suspend_project(
        project, by=by, reason=given["reason"], note=given["note"], on=given.get("on")
    ),
    "resume": lambda project, by, given: standing.resume_project(project, by=by, note=given["note"]),
    "cancel": lambda project, by, given: standing.cancel_project(
        project, by=by, settlement=given["settlement"], note=given["note"]
    ),
}
