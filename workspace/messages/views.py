"""Texts by state, with why in words; taking one back or sending it again where that is lawful."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.phone import BadPhone, parse_phone
from core.toasts import toast
from crm.models import Customer
from notifications import actions, policies, wording
from notifications.actions.messages import PERMANENT
from notifications.models import Message
from notifications.sending.accounts import account_of_firm
from tenancy import firm_settings
from tenancy.http import MemberRequest
from workspace.call_desk.queue import start_of_day

PAGE = 20
TABS = (
    ("", gettext_lazy("全部"), ()),
    ("waiting", gettext_lazy("待发送"), ("planned", "held", "pending", "sending")),
    ("sent", gettext_lazy("已提交"), ("sent",)),
    ("delivered", gettext_lazy("已送达"), ("delivered",)),
    ("failed", gettext_lazy("失败"), ("failed",)),
    ("unknown", gettext_lazy("结果待查"), ("unknown",)),
    ("stopped", gettext_lazy("未发出"), ("suppressed", "expired", "cancelled")),
)
TONES = {
    "delivered": "g",
    "failed": "r",
    "unknown": "y",
    "held": "y",
    "sent": "b",
    "suppressed": "",
    "expired": "y",
}


@dataclass(frozen=True)
class Tab:
    code: str
    label: Any
    number: int
    is_alarm: bool


@dataclass(frozen=True)
class Line:
    """One text as the list shows it."""

    message: Message
    name: str

    @property
    def words(self) -> str:
        """What it said, or what it will say as far as that is known now."""
        return self.message.body or wording.fill(self.message.template.body, self.message.values)

    @property
    def tone(self) -> str:
        return TONES.get(self.message.status, "")

    @property
    def may_cancel(self) -> bool:
        return self.message.status in Message.WAITING

    @property
    def may_retry(self) -> bool:
        return self.message.status == Message.Status.FAILED and self.message.failure_code not in PERMANENT


@require_GET
def messages(request: MemberRequest) -> HttpResponse:
    """Newest first, by state; a text of another branch does not exist."""
    _require_reader(request)
    status, now = request.GET.get("status", ""), timezone.now()
    visible = Message.objects.visible_to(request.member)
    chosen = _searched(_in_tab(visible, status), request.GET.get("q", "").strip())
    listed, next_before = _page(chosen, request.GET.get("before", ""))
    given = {
        "status": status,
        "q": request.GET.get("q", ""),
        "tabs": _tabs(visible),
        "lines": _lines(listed),
        "next_url": _next_url(request, next_before),
        "today": _today(visible, now),
        "window": "–".join(firm_settings.get("sms.window")),
        "has_inbox": account_of_firm().provider == "dev_inbox",
        "may_send": policies.may_send(request.member),
    }
    return render(
        request,
        "workspace/messages/_list.html" if request.htmx else "workspace/messages/messages.html",
        given,
    )


@require_GET
def dev_inbox(request: MemberRequest) -> HttpResponse:
    """The owner's phone, as the demo shows it: the texts that arrived, grouped by number."""
    _require_reader(request)
    if account_of_firm().provider != "dev_inbox":
        raise Http404
    arrived = Message.objects.visible_to(request.member).filter(provider="dev_inbox", status="delivered")
    newest = list(arrived.select_related("template").order_by("-ended_at", "-pk")[: PAGE * 2])
    return render(request, "workspace/messages/dev_inbox.html", {"lines": _lines(newest)})


@require_POST
def cancellation(request: MemberRequest, pk: UUID) -> HttpResponse:
    message = _find_to_handle(request, pk)
    actions.cancel_message(message, by=request.member)
    toast(request, _("已取消发送"))
    return redirect("workspace:messages")


@require_POST
def retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    message = _find_to_handle(request, pk)
    actions.retry_message(message, by=request.member)
    toast(request, _("已重新排队"))
    return redirect("workspace:messages")


def _find_to_handle(request: MemberRequest, pk: UUID) -> Message:
    found: Message = get_object_or_404(Message.objects.visible_to(request.member), pk=pk)
    if not policies.may_send(request.member):
        raise PermissionDenied
    return found


def _require_reader(request: MemberRequest) -> None:
    if not policies.may_read_messages(request.member):
        raise PermissionDenied


def _in_tab(messages: QuerySet, status: str) -> QuerySet:
    states = next((states for code, _label, states in TABS if code == status), ())
    return messages.filter(status__in=states) if states else messages


def _searched(messages: QuerySet, text: str) -> QuerySet:
    """A whole number, or the beginning of a name: equality is what row security lets an index answer."""
    if not text:
        return messages
    try:
        return messages.filter(address=parse_phone(text).e164)
    except BadPhone:
        named = Customer.objects.filter(name=text).values_list("pk", flat=True)[:50]
        return messages.filter(customer_id__in=list(named))


def _page(messages: Any, before: str) -> tuple[list[Message], str]:
    rows = messages.select_related("template__template").newest_first()
    if before:
        moment, _sep, pk = before.partition("~")
        rows = _older(rows, moment, pk)
    listed = list(rows[: PAGE + 1])
    if len(listed) <= PAGE:
        return listed, ""
    last = listed[PAGE - 1]
    return listed[:PAGE], f"{last.due_at.isoformat()}~{last.pk}"


def _older(rows: QuerySet, moment: str, pk: str) -> QuerySet:
    try:
        at, last = datetime.fromisoformat(moment.replace(" ", "+")), UUID(pk)
    except ValueError:
        return rows
    return rows.filter(Q(due_at__lt=at) | Q(due_at=at, pk__lt=last))


def _lines(listed: list[Message]) -> list[Line]:
    names: dict[Any, str] = dict(
        Customer.objects.filter(pk__in=[m.customer_id for m in listed if m.customer_id]).values_list(
            "pk", "name"
        )
    )
    return [Line(message, names.get(message.customer_id) or message.name) for message in listed]


def _tabs(visible: QuerySet) -> list[Tab]:
    counted = dict(visible.order_by().values("status").annotate(n=Count("pk")).values_list("status", "n"))
    numbers = {code: sum(counted.get(s, 0) for s in states) for code, _label, states in TABS}
    numbers[""] = sum(counted.values())
    return [
        Tab(code, label, numbers[code], code == "failed" and numbers[code] > 0)
        for code, label, _states in TABS
    ]


def _today(visible: QuerySet, now: datetime) -> dict[str, int]:
    midnight = start_of_day(now)
    left = visible.filter(sent_at__gte=midnight).order_by().values("status").annotate(n=Count("pk"))
    counted = dict(left.values_list("status", "n"))
    return {"sent": sum(counted.values()), "delivered": counted.get("delivered", 0)}


def _next_url(request: MemberRequest, before: str) -> str:
    if not before:
        return ""
    asked = request.GET.copy()
    asked["before"] = before
    return f"?{asked.urlencode()}"
