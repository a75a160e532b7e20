"""Whether a text may leave now, asked at the moment it would: not when it was planned.

Order matters: what is over expires, what is forbidden is suppressed, and only then does waiting make sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import segments, windows, wording
from notifications.models import Message, Purpose, Template
from notifications.sending.known import CAPS, Known
from notifications.settings import SMS_KEYS
from tenancy import firm_settings

RETRY_APPROVAL = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """``pass`` with the words as they go out, or what happens instead and why."""

    kind: Literal["pass", "hold", "suppress", "expire", "fail"]
    why: str = ""
    until: datetime | None = None
    address: str = ""
    body: str = ""
    count: int = 1
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GateRules:
    window: windows.Window
    caps: dict[str, int]

    @classmethod
    def of_firm(cls) -> Self:
        value = firm_settings.get_many(*SMS_KEYS)
        caps = {"marketing": value["sms.marketing_per_week"], "care": value["sms.care_per_month"]}
        return cls(window=windows.parse(value["sms.window"]), caps=caps)


def judge(message: Message, known: Known, *, signature: str, rules: GateRules, now: datetime) -> Verdict:
    """``known`` is about a batch this message belongs to; what passes counts against the caps of the next one."""
    if message.expires_at <= now:
        return Verdict("expire", _("过了该发的时间"))
    address, values = known.recipients[message.pk]
    if not address:
        return Verdict("fail", _("客户没有可用的手机号"))
    if why := _forbidden(address, message.purpose, known):
        return Verdict("suppress", why, address=address)
    waits = _not_yet(message, values, rules, now) or _capped(message, address, known, rules, now)
    return waits or _ready(message, address, values, signature)


def _forbidden(address: str, purpose: str, known: Known) -> str:
    stopped = known.stop(address, purpose)
    if stopped is not None:
        return str(stopped.get_cause_display())
    if purpose == Purpose.NOTICE:
        return ""
    allowed = known.allowed.get((address, purpose))
    if allowed is None:
        return _("客户没有同意接收营销短信") if purpose == Purpose.MARKETING else ""
    return "" if allowed else _("客户已拒收这类短信")


def _not_yet(message: Message, values: Mapping[str, str], rules: GateRules, now: datetime) -> Verdict | None:
    template = message.template.template
    if template.approval != Template.Approval.APPROVED or not template.is_active:
        return Verdict("hold", _("模板还没有通过审核"), until=now + RETRY_APPROVAL)
    if absent := wording.missing(message.template.body, values):
        return Verdict(
            "hold", _("缺少：%(names)s") % {"names": "、".join(absent)}, until=now + RETRY_APPROVAL
        )
    if not windows.is_open(now, [rules.window]):
        opens = windows.next_open(now, [rules.window])
        return Verdict("hold", _("不在发送时段，%(at)s再发") % {"at": _say(opens)}, until=opens)
    return None


def _capped(message: Message, address: str, known: Known, rules: GateRules, now: datetime) -> Verdict | None:
    """So many a week or a month."""
    length = CAPS.get(message.purpose)
    if length is None:
        return None
    left, limit = known.left[address, message.purpose], rules.caps[message.purpose]
    if len(left) < limit:
        left.append(now)
        return None
    until = (left[0] if left else now) + length
    return Verdict("hold", _("这位客户近期已收到 %(n)d 条同类短信") % {"n": limit}, until=until)


def _ready(message: Message, address: str, values: Mapping[str, str], signature: str) -> Verdict:
    body = segments.signed(wording.fill(message.template.body, values), signature)
    if message.purpose == Purpose.MARKETING:
        body += _("拒收请回复R")
    if faults := segments.faults(body.removeprefix(f"【{signature}】")):
        return Verdict("fail", faults[0], address=address)
    return Verdict("pass", address=address, body=body, count=segments.count(body), values=values)


def _say(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def apply(message: Message, verdict: Verdict, now: datetime) -> tuple[Any, dict[str, Any]]:
    """The transition a verdict means, with its facts; ``clear`` for one that may pass."""
    message.address = verdict.address or message.address
    message.name = message.name or verdict.values.get("称呼", "")[:60]
    if verdict.kind == "pass":
        message.values = dict(verdict.values)
        return message.clear, {"body": verdict.body, "segments": verdict.count}
    if verdict.kind == "hold":
        return message.hold, {"until": verdict.until, "why": verdict.why}
    if verdict.kind == "suppress":
        return message.suppress, {"why": verdict.why, "at": now}
    if verdict.kind == "expire":
        return message.expire, {"why": verdict.why, "at": now}
    return message.fail, {"code": "not_sendable", "why": verdict.why, "at": now}
