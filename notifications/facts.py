"""Calls and texts as channels of the playbooks, and a call as something rules may be about."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from notifications.channels import planned
from notifications.models import CallTask, Lane, Script, Template
from workflow import channels, wordings
from workflow.registry import Fact, Subject, register

channels.register("call", planned.open_calls, label=_("电话回访"), withdraw=planned.withdraw_calls)
channels.register("sms", planned.write_messages, label=_("短信"), withdraw=planned.withdraw_messages)
wordings.register("lane", lambda: Lane.choices)
wordings.register("script", lambda: _titles(Script))
wordings.register("template", lambda: _titles(Template))


def _titles(model: type[Script] | type[Template]) -> Iterable[tuple[str, str]]:
    rows: Any = model.objects
    titles: Iterable[tuple[str, str]] = (
        rows.filter(is_active=True).order_by("title", "key").values_list("key", "title")
    )
    return titles


def column(name: str) -> Callable[[datetime], F]:
    return lambda _at: F(name)


register(
    Subject(
        kind="call_task",
        label=_("回访任务"),
        model_label="notifications.CallTask",
        queryset=CallTask.objects.all,
        facts=(
            Fact("customer_id", _("客户"), "uuid", column("customer_id")),
            Fact("project_id", _("项目"), "uuid", column("project_id")),
            Fact("branch_id", _("分公司"), "uuid", column("branch_id")),
            Fact("title", _("工地"), "text", column("title")),
            Fact("phone", _("电话"), "text", column("phone"), personal=True),
            Fact("lane", _("队列"), "choice", column("lane"), choices=Lane.choices),
            Fact("status", _("状态"), "choice", column("status"), choices=CallTask.Status.choices),
            Fact("attempts", _("已拨次数"), "int", column("attempts")),
            Fact("due_at", _("应完成"), "datetime", column("due_at")),
            Fact("assignee_id", _("负责人"), "uuid", column("assignee_id")),
        ),
    )
)
