"""Where projects and appointments stand in the sidebar."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.navigation import CUSTOMERS, WORK, NavItem, register
from projects.models import Appointment
from tenancy.models import Role
from tenancy.policies import BRANCH_WIDE

ON_SITE = frozenset({Role.DESIGNER, Role.PROJECT_MANAGER, Role.SUPERVISOR, Role.TECHNICIAN})


def waiting_for_me(member: Any) -> QuerySet:
    """Appointments of today the member is asked to."""
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Appointment.objects.of_mine(member).standing().between(day, day + timedelta(days=1))


register(
    NavItem(
        "appointments",
        _("预约日程"),
        "calendar-event",
        "projects:appointments",
        WORK,
        order=30,
        count=waiting_for_me,
        hotkey="A",
        phone=True,
        phone_label=_("预约"),
    )
)
register(
    NavItem(
        "confirmations",
        _("三方确认"),
        "checklist",
        "projects:confirmations",
        WORK,
        order=32,
        roles=(BRANCH_WIDE - {Role.PARTNER_API}) | {Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.DESIGNER},
    )
)
register(
    NavItem(
        "projects",
        pgettext_lazy("many", "项目"),
        "layout-kanban",
        "projects:projects",
        CUSTOMERS,
        order=20,
        roles=BRANCH_WIDE - {Role.PARTNER_API},
        hotkey="P",
        phone=True,
    )
)
register(
    NavItem(
        "my_projects",
        _("我的项目"),
        "home",
        "projects:mine",
        WORK,
        order=20,
        roles=ON_SITE,
        hotkey="M",
        phone=True,
    )
)
