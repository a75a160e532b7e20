from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.navigation import MANAGE, WORK, NavItem, register
from tenancy.models import Role
from workflow.models import StaffTask
from workflow.policies import READ_PLAYBOOKS


def waiting_for_me(member: Any) -> QuerySet:
    open_tasks: QuerySet = StaffTask.objects.for_member(member).open()
    return open_tasks


register(
    NavItem(
        "tasks",
        pgettext_lazy("many", "待办"),
        "list-check",
        "workflow:tasks",
        WORK,
        order=25,
        count=waiting_for_me,
        hotkey="T",
        phone=True,
    )
)
register(
    NavItem(
        "playbooks",
        _("服务标准"),
        "route",
        "workflow:playbooks",
        MANAGE,
        order=40,
        roles=READ_PLAYBOOKS - {Role.PARTNER_API},
        also=("/touchpoints/",),
    )
)
