"""Who I am, and the branches and colleagues I see: read only, for partners' systems and for our own pages."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.phone import mask_phone
from tenancy.api.requests import http_of
from tenancy.api.serializers import FirmModelSerializer
from tenancy.models import Branch, Member, Post


def _member(request: Request) -> Member:
    """Found by the middleware before the scope opened."""
    return http_of(request).member


class BranchSerializer(FirmModelSerializer):
    class Meta:
        model = Branch
        fields = ("id", "code", "name", "kind", "regions", "address", "hotline", "is_active")
        read_only_fields = fields


class PostSerializer(serializers.ModelSerializer):
    branch_id = serializers.UUIDField(allow_null=True, read_only=True, help_text="null：全企业")

    class Meta:
        model = Post
        fields = ("role", "branch_id")
        read_only_fields = fields


class MemberSerializer(FirmModelSerializer):
    """Colleagues: their phones masked, as everywhere."""

    posts = PostSerializer(many=True, read_only=True)
    phone = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = ("id", "name", "number", "phone", "state", "posts")
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_phone(self, member: Member) -> str:
        return mask_phone(member.phone) if member.phone else ""


class FirmSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class MeSerializer(serializers.Serializer):
    firm = FirmSerializer()
    member = MemberSerializer()
    client = serializers.CharField(allow_null=True, help_text="接口密钥的名称；用会话访问时为 null")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="接口密钥的权限范围")


class MeView(APIView):
    """Whoever got in may ask who they are; a partner's first call is this one."""

    api_resource = None

    @extend_schema(responses=MeSerializer, summary="我是谁")
    def get(self, request: Request) -> Response:
        http = http_of(request)
        client = http.api_client
        answer = {
            "firm": http.firm,
            "member": http.member,
            "client": client.name if client else None,
            "scopes": client.scopes if client else [],
        }
        return Response(MeSerializer(answer, context={"request": request}).data)


@extend_schema(summary="分公司列表")
class BranchList(ListAPIView):
    api_resource = "branches"
    serializer_class = BranchSerializer
    queryset = Branch.objects.none()

    def get_queryset(self) -> Any:
        return Branch.objects.visible_to(_member(self.request))


@extend_schema(summary="分公司")
class BranchDetail(RetrieveAPIView):
    api_resource = "branches"
    serializer_class = BranchSerializer
    queryset = Branch.objects.none()

    def get_queryset(self) -> Any:
        return Branch.objects.visible_to(_member(self.request))


@extend_schema(summary="员工列表")
class MemberList(ListAPIView):
    api_resource = "members"
    serializer_class = MemberSerializer
    queryset = Member.objects.none()
    filterset_fields = ("state",)

    def get_queryset(self) -> Any:
        return Member.objects.visible_to(_member(self.request)).prefetch_related("posts")


@extend_schema(summary="员工")
class MemberDetail(RetrieveAPIView):
    api_resource = "members"
    serializer_class = MemberSerializer
    queryset = Member.objects.none()

    def get_queryset(self) -> Any:
        return Member.objects.visible_to(_member(self.request)).prefetch_related("posts")
