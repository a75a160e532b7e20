"""Where the screens that span apps stand in the sidebar."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.navigation import HELP, MANAGE, SERVICE, WORK, NavItem, register
from notifications.models import Message
from notifications.policies import CALLERS, MESSENGERS
from workspace.call_desk.queue import mine_today
from workspace.ledger.policies import IMPORT


def calls_waiting(member: Any) -> QuerySet:
    waiting: QuerySet = mine_today(member, timezone.now())
    return waiting


def texts_failed(member: Any) -> QuerySet:
    failed: QuerySet = Message.objects.visible_to(member).filter(status="failed")
    return failed


register(
    NavItem(
        "workbench", _("工作台"), "layout-dashboard", "workspace:workbench", WORK, order=10, roles=CALLERS,
        hotkey="W", phone=True,
    )
)  # fmt: skip
register(
    NavItem(
        "calls", _("回访队列"), "phone-call", "workspace:calls", WORK, order=20, roles=CALLERS, count=calls_waiting,
        hotkey="Q", phone=True, phone_label=_("回访"),
    )
)  # fmt: skip
register(
    NavItem(
        "messages", pgettext_lazy("many", "短信"), "message-2", "workspace:messages", SERVICE, order=30,
        roles=MESSENGERS, count=texts_failed, alarm=True, hotkey="M",
    )
)  # fmt: skip
register(
    NavItem("imports", _("导入台账"), "file-import", "workspace:imports", MANAGE, order=20, roles=IMPORT)
)
register(NavItem("help", _("帮助"), "help-circle", "workspace:help", HELP))
