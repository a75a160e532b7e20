from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_fsm import FSMField, transition

from tenancy.models import FirmFK, FirmManager, Member, Role
from tenancy.policies import may_manage, sees_whole_branch
from workflow.models.stateful import StatefulModel, StatefulQuerySet
from workflow.models.touchpoints import Touchpoint


class StaffTaskQuerySet(StatefulQuerySet):
    def visible_to(self, member: Member) -> Any:
        """One's own, those for one's role, and for those who see the whole branch all of its."""
        rows = self if member.branch_ids is None else self.filter(branch_id__in=member.branch_ids)
        return rows if sees_whole_branch(member) else rows.for_member(member)

    def for_member(self, member: Member) -> Any:
        """What this member is asked to do: named, or anybody of their role."""
        mine = models.Q(assignee=member)
        anybodys = models.Q(assignee=None, role__in=member.roles)
        if member.branch_ids is not None:
            anybodys &= models.Q(branch_id__in=member.branch_ids)
        return self.filter(mine | anybodys)

    def open(self) -> Any:
        return self.filter(state=StaffTask.State.OPEN)


def may_finish(task: Any, member: Any) -> bool:
    """Who is asked; anybody of the role that is asked; and a manager."""
    if task.assignee_id is not None:
        return task.assignee_id == member.pk or may_manage(member)
    return not task.role or member.has_role(task.role) or may_manage(member)


class StaffTask(StatefulModel):
    """Something a colleague has to do (待办), made by a rule, by another action or by hand."""

    filed_as: ClassVar[str] = "staff_task"
    branch_wall: ClassVar[bool] = True

    class Kind(models.TextChoices):
        RULE = "rule", _("规则安排")
        FOLLOW_UP = "follow_up", _("跟进")
        CHECK = "check", _("核对")
        IMPORT = "import", _("导入待核")
        CONTACT_SHEET = "contact_sheet", _("联系单")
        NOTICE = "notice", _("通知")
        LETTER = "letter", _("书面资料")
        GIFT = "gift", _("礼物")
        VISIT = "visit", pgettext_lazy("task", "上门")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "待办")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind, default=Kind.FOLLOW_UP)
    title = models.CharField(_("事项"), max_length=120)
    detail = models.TextField(_("说明"), blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    branch = FirmFK("tenancy.Branch", null=True, related_name="+", verbose_name=_("分公司"))
    assignee = FirmFK(Member, null=True, related_name="staff_tasks", verbose_name=_("负责人"))
    role = models.CharField(_("角色"), max_length=20, choices=Role, blank=True)
    due_at = models.DateTimeField(_("截止"), null=True)
    state = FSMField(_("状态"), max_length=10, choices=State, default=State.OPEN, protected=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = FirmFK(Member, null=True, related_name="+", verbose_name=_("完成人"))
    result = models.CharField(_("结果"), max_length=300, blank=True)
    touchpoint = FirmFK(Touchpoint, null=True, related_name="+")
    created_by = FirmFK(Member, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = FirmManager.from_queryset(StaffTaskQuerySet)()

    class Meta(StatefulModel.Meta):
        verbose_name = _("待办")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "touchpoint"],
                condition=models.Q(touchpoint__isnull=False),
                name="task_of_touchpoint",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False), name="task_done_when"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "assignee", "due_at"], name="task_mine", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["firm", "role", "due_at"], name="task_of_role", condition=models.Q(state="open")
            ),
            models.Index(fields=["firm", "subject_kind", "subject_id"], name="task_of_subject"),
            models.Index(fields=["firm", "customer_id"], name="task_of_customer"),
            models.Index(fields=["firm", "project_id"], name="task_of_project"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        """How the list draws its kind."""
        return {
            "notice": "bell", "letter": "file-text", "gift": "gift", "visit": "map-pin", "contact_sheet": "notes",
        }.get(self.kind, "list-check")  # fmt: skip

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.due_at is not None and self.due_at < timezone.now()

    @transition(state, source=State.OPEN, target=State.DONE, permission=may_finish)
    def finish(self, *, member: Member, at: datetime, result: str = "") -> None:
        """Done, with what came of it."""
        self.done_by, self.done_at, self.result = member, at, result

    @transition(state, source=State.DONE, target=State.OPEN, permission=may_finish)
    def reopen(self) -> None:
        """It turned out not to be done."""
        self.done_by, self.done_at, self.result = None, None, ""

    @transition(state, source=State.OPEN, target=State.CANCELLED)
    def cancel(self) -> None:
        """No longer needed: its occasion moved or went away."""
