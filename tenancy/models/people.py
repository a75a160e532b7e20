"""Branches, members and their posts: what policies ask."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models.base import FirmFK, FirmManager, FirmModel, FirmQuerySet


class Role(models.TextChoices):
    """Roles of domain.md §1. Firms call them by their own words (``RoleLabel``)."""

    FIRM_ADMIN = "firm_admin", _("企业管理员")
    CS_MANAGER = "cs_manager", _("客服经理")
    CS_AGENT = "cs_agent", _("客服专员")
    BRANCH_MANAGER = "branch_manager", _("分公司总经理")
    DESIGNER = "designer", _("设计师")
    DESIGN_REVIEWER = "design_reviewer", _("审图")
    BUDGETER = "budgeter", _("预算员")
    PROJECT_MANAGER = "project_manager", _("项目经理")
    SUPERVISOR = "supervisor", _("工程监督")
    ENGINEERING_MANAGER = "engineering_manager", _("工程部经理")
    TECHNICIAN = "technician", _("维修技师")
    SERVICE_TEAM_LEAD = "service_team_lead", _("阳光服务组长")
    ADMINISTRATION = "administration", _("行政")
    FINANCE = "finance", _("财务")
    PARTNER_API = "partner_api", _("合作分公司系统")


class BranchQuerySet(FirmQuerySet):
    def active(self) -> Any:
        return self.filter(is_active=True)

    def visible_to(self, member: "Member") -> Any:
        return self if member.branch_ids is None else self.filter(pk__in=member.branch_ids)


class Branch(FirmModel):
    """A branch or shop (分公司/门店), own or partner; ``regions`` are the 省/市/区 it serves, for routing."""

    class Kind(models.TextChoices):
        OWN = "own", _("直营")
        PARTNER = "partner", _("加盟")

    code = models.SlugField(_("编码"), max_length=20, db_index=False)
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("性质"), max_length=10, choices=Kind, default=Kind.OWN)
    regions = models.JSONField(_("服务区域"), default=list, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    hotline = models.CharField(_("客服热线"), max_length=30, blank=True)
    is_active = models.BooleanField(_("营业中"), default=True)

    objects = FirmManager.from_queryset(BranchQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("分公司")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "code"],
                name="branch_code_once",
                violation_error_message=_("这个编码已被别的分公司使用。"),
            ),
            models.UniqueConstraint(
                fields=["firm", "name"],
                name="branch_name_once",
                violation_error_message=_("已有同名的分公司。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(FirmQuerySet):
    def active(self) -> Any:
        return self.filter(state=Member.State.ACTIVE)

    def people(self) -> Any:
        """Without the members that only stand for a partner's system."""
        return self.exclude(
            models.Exists(Post.objects.filter(member_id=models.OuterRef("pk"), role=Role.PARTNER_API))
        )

    def with_posts(self) -> Any:
        return self.prefetch_related("posts__branch")

    def holding(self, *roles: str, branch_id: UUID | None = None) -> Any:
        """Active members with one of the roles, in the branch or for the whole firm."""
        posts = Post.objects.filter(member_id=models.OuterRef("pk"), role__in=roles)
        if branch_id is not None:
            posts = posts.filter(models.Q(branch_id=branch_id) | models.Q(branch_id=None))
        return self.active().filter(models.Exists(posts))

    def visible_to(self, member: "Member") -> Any:
        """Colleagues of one's own branches and of headquarters."""
        if member.branch_ids is None:
            return self
        near = Post.objects.filter(member_id=models.OuterRef("pk")).filter(
            models.Q(branch_id__in=member.branch_ids) | models.Q(branch_id=None)
        )
        return self.filter(models.Exists(near))


class Member(FirmModel):
    """A person of the firm (员工). One per user and firm; ``proposed`` members came from a ledger and cannot sign in."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        ACTIVE = "active", _("在职")
        LEFT = "left", _("离职")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        db_index=False,
    )
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机号"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    number = models.CharField(_("工号"), max_length=20, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ACTIVE)
    note = models.CharField(_("备注"), max_length=120, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    personal: ClassVar[frozenset[str]] = frozenset({"phone", "email"})
    objects = FirmManager.from_queryset(MemberQuerySet)()
    _chosen_branch: UUID | None = None

    class Meta(FirmModel.Meta):
        verbose_name = _("员工")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "user"], name="member_once_per_user"),
            models.UniqueConstraint(
                fields=["firm", "number"],
                condition=~models.Q(number=""),
                name="member_number_once",
                violation_error_message=_("这个工号已有人使用。"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "name"], name="member_by_name")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def held_posts(self) -> list["Post"]:
        """All posts, read once per request."""
        return list(self.posts.all())

    @property
    def roles(self) -> set[str]:
        return {post.role for post in self.held_posts}

    @property
    def branch_ids(self) -> set[UUID] | None:
        """The branches this member sees now; None means the whole firm (a post without a branch)."""
        if self._chosen_branch is not None:
            return {self._chosen_branch}
        ids = {post.branch_id for post in self.held_posts}
        return None if None in ids else {branch_id for branch_id in ids if branch_id is not None}

    def look_at(self, branch_id: UUID) -> None:
        """Narrow what this member sees to one branch of theirs, for this request; never widens."""
        if self.branch_ids is None or branch_id in self.branch_ids:
            self._chosen_branch = branch_id

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


class Post(FirmModel):
    """A role held in one branch, or in the whole firm where ``branch`` is empty (岗位)."""

    member = FirmFK(Member, related_name="posts")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    branch = FirmFK(Branch, null=True, blank=True, related_name="posts", verbose_name=_("分公司"))

    class Meta(FirmModel.Meta):
        verbose_name = _("岗位")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "member", "role", "branch"], nulls_distinct=False, name="post_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "role", "branch"], name="post_by_role")]

    def __str__(self) -> str:
        return self.get_role_display()

    def audit_root(self) -> FirmModel:
        return self.member


class RoleLabel(FirmModel):
    """The firm's own word for a role: 客户经理, 监察员 …"""

    role = models.CharField(_("角色"), max_length=20, choices=Role)
    label = models.CharField(_("本企业叫法"), max_length=20)

    class Meta(FirmModel.Meta):
        verbose_name = _("角色叫法")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "role"], name="role_label_once")]

    def __str__(self) -> str:
        return self.label


class Department(FirmModel):
    """A department of a branch or of the firm: addressee of contract information and contact sheets."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("客服")
        DESIGN = "design", _("设计")
        ENGINEERING = "engineering", _("工程")
        FINANCE = "finance", _("财务")
        SALES = "sales", _("业务")
        ADMINISTRATION = "administration", _("行政")
        OTHER = "other", _("其他")

    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=15, choices=Kind)
    branch = FirmFK(Branch, null=True, blank=True, related_name="departments", verbose_name=_("分公司"))
    head = FirmFK(Member, null=True, blank=True, related_name="headed_departments", verbose_name=_("负责人"))

    class Meta(FirmModel.Meta):
        verbose_name = _("部门")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "branch", "name"],
                nulls_distinct=False,
                name="department_name_once",
                violation_error_message=_("这个分公司已有同名部门。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(FirmModel):
    department = FirmFK(Department, related_name="memberships")
    member = FirmFK(Member, related_name="department_memberships")

    class Meta(FirmModel.Meta):
        verbose_name = _("部门成员")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "department", "member"], name="department_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.member}"

    def audit_root(self) -> FirmModel:
        return self.department


class Invitation(FirmModel):
    """A letter that lets one person set a password and enter the firm once. The token is stored hashed.

    The link carries the firm's code, because nobody is signed in when it is opened.
    """

    member = FirmFK(Member, related_name="invitations")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    invited_by = FirmFK(Member, null=True, related_name="+")

    class Meta(FirmModel.Meta):
        verbose_name = _("邀请")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "digest"], name="invitation_digest_once")
        ]

    def __str__(self) -> str:
        return f"邀请 {self.member}"

    def audit_root(self) -> FirmModel:
        return self.member
