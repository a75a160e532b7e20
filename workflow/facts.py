"""The channels this app brings itself, work for a colleague; the subjects of the house itself; and the playbook a new
firm starts with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery, UUIDField, Value
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from tenancy.founding import on_founding
from tenancy.models import Branch, Firm, Member, Post, Role
from workflow import channels, playbooks, staff_tasks
from workflow.models import StaffTask
from workflow.registry import Fact, Subject, register

Expression = Callable[[datetime], Any]

for kind, label in {
    "task": _("待办"),
    "notice": _("通知"),
    "letter": _("书面资料"),
    "gift": _("礼物"),
    "visit": pgettext_lazy("task", "上门"),
}.items():
    channels.register(kind, staff_tasks.materialise, label=label, withdraw=staff_tasks.withdraw)


@on_founding
def install_playbooks(firm: Firm) -> None:
    playbooks.install(firm)


def column(path: str) -> Expression:
    """A column as it stands now."""
    return lambda _at: F(path)


def nobody(_at: datetime) -> Any:
    return Value(None, output_field=UUIDField())


def no_number(_at: datetime) -> Any:
    return Value("", output_field=CharField())


def holder(*roles: str) -> Expression:
    """Who holds the role in this branch, the longest there first."""

    def expression(_at: datetime) -> Subquery:
        posts = Post.objects.filter(role__in=roles, member__state=Member.State.ACTIVE)
        return Subquery(posts.filter(branch_id=OuterRef("pk")).order_by("member_id").values("member_id")[:1])

    return expression


def of_post(name: str) -> Expression:
    """A column of the member's first post: of headquarters where they have one there."""

    def expression(_at: datetime) -> Subquery:
        posts = Post.objects.filter(member_id=OuterRef("pk"))
        return Subquery(posts.order_by(F("branch_id").asc(nulls_first=True), "pk").values(name)[:1])

    return expression


register(
    Subject(
        kind="branch",
        label=_("分公司"),
        model_label="tenancy.Branch",
        queryset=lambda: Branch.objects.active(),  # noqa: PLW0108 - a manager needs a firm in scope
        facts=(
            Fact("customer_id", _("客户"), "uuid", nobody),
            Fact("project_id", _("项目"), "uuid", nobody),
            Fact("branch_id", _("分公司"), "uuid", column("pk")),
            Fact("title", _("分公司"), "text", column("name")),
            Fact("phone", _("电话"), "text", no_number, personal=True),
            Fact("branch_manager_id", _("分公司总经理"), "uuid", holder(Role.BRANCH_MANAGER)),
            Fact("cs_manager_id", _("客服经理"), "uuid", holder(Role.CS_MANAGER)),
            Fact("engineering_manager_id", _("工程部经理"), "uuid", holder(Role.ENGINEERING_MANAGER)),
            Fact("service_team_lead_id", _("阳光服务组长"), "uuid", holder(Role.SERVICE_TEAM_LEAD)),
        ),
    )
)
register(
    Subject(
        kind="member",
        label=_("员工"),
        model_label="tenancy.Member",
        queryset=lambda: Member.objects.active().people(),
        facts=(
            Fact("customer_id", _("客户"), "uuid", nobody),
            Fact("project_id", _("项目"), "uuid", nobody),
            Fact("branch_id", _("分公司"), "uuid", of_post("branch_id")),
            Fact("title", _("姓名"), "text", column("name")),
            Fact("phone", _("电话"), "text", column("phone"), personal=True),
            Fact("member_id", _("本人"), "uuid", column("pk")),
            Fact("role", _("岗位"), "choice", of_post("role"), choices=Role.choices),
            Fact("joined_at", _("加入时间"), "datetime", column("joined_at")),
        ),
    )
)
register(
    Subject(
        kind="staff_task",
        label=_("待办"),
        model_label="workflow.StaffTask",
        queryset=lambda: StaffTask.objects.all(),  # noqa: PLW0108 - as above
        facts=(
            Fact("customer_id", _("客户"), "uuid", column("customer_id")),
            Fact("project_id", _("项目"), "uuid", column("project_id")),
            Fact("branch_id", _("分公司"), "uuid", column("branch_id")),
            Fact("title", _("事项"), "text", column("title")),
            Fact("phone", _("电话"), "text", no_number, personal=True),
            Fact("kind", _("类别"), "choice", column("kind"), choices=StaffTask.Kind.choices),
            Fact("state", _("状态"), "choice", column("state"), choices=StaffTask.State.choices),
            Fact("assignee_id", _("负责人"), "uuid", column("assignee_id")),
            Fact("created_at", _("交办时间"), "datetime", column("created_at")),
            Fact("due_at", _("答应时间"), "datetime", column("due_at")),
        ),
    )
)
