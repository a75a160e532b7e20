"""Planning a text, taking it back, sending a failed one again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from notifications import policies, wording
from notifications.models import Message, Template, TemplateVersion
from tenancy import firm_settings
from tenancy.models import Branch, Member, uuid7
from workflow import due
from workflow.moves import move

QUEUE = "messages"


def plan_message(  # noqa: PLR0913 - each names one fact of the message
    *,
    template_key: str,
    by: Member | None,
    subject_kind: str,
    subject_id: UUID,
    address: str = "",
    name: str = "",
    values: Mapping[str, str] | None = None,
    branch: Branch | None = None,
    customer_id: UUID | None = None,
    project_id: UUID | None = None,
    due_at: datetime | None = None,
    dedupe_key: str = "",
    source: str = "",
) -> Message:
    """Put one text into the outbox. It leaves only after the commit, and only if the gatekeeper agrees then.

    ``dedupe_key`` names the occasion: the same one twice is one message. Variables not given are read from the
    subject when it is sent, and so is the address.
    """
    if by is not None and not policies.may_send(by):
        raise Refusal(_("您的岗位不能发短信。"), code="wrong_role")
    version, now = current_version(template_key), timezone.now()
    at, hours = max(due_at or now, now), firm_settings.get("sms.hours_kept")
    message, is_new = Message.objects.get_or_create(
        dedupe_key=dedupe_key or f"hand/{uuid7()}",
        defaults={
            "template": version,
            "purpose": version.template.purpose,
            "address": address,
            "name": name[:60],
            "values": checked_values(version, values or {}),
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "customer_id": customer_id,
            "project_id": project_id,
            "branch": branch,
            "source": source[:80] or _("手动发送"),
            "made_by": by,
            "due_at": at,
            "next_at": at,
            "expires_at": at + timedelta(hours=hours),
        },
    )
    if is_new:
        due.note(QUEUE, at)
    return message


def cancel_message(message: Message, *, by: Member | None, why: str = "") -> Message:
    """Take back a text that has not left yet."""
    _refuse_reader(by)
    message = Message.objects.lock(message)
    if message.status not in Message.WAITING:
        raise Refusal(_("短信已经“%(state)s”，不能取消。") % {"state": message.get_status_display()})
    move(message.cancel, by=by, why=why or _("人工取消"), at=timezone.now())
    return message


def retry_message(message: Message, *, by: Member | None) -> Message:
    """Send a failed text again. What may have arrived is never sent again: its outcome is asked about instead."""
    _refuse_reader(by)
    message, now = Message.objects.lock(message), timezone.now()
    if message.status == Message.Status.UNKNOWN:
        raise Refusal(_("这条短信可能已经发出，正在向服务商核实，不能重发。"), code="may_have_left")
    if message.status != Message.Status.FAILED:
        raise Refusal(_("短信是“%(state)s”，不需要重发。") % {"state": message.get_status_display()})
    if message.failure_code in PERMANENT:
        raise Refusal(_("%(why)s，重发也不会成功，请先核实号码。") % {"why": message.why}, code="permanent")
    message.expires_at = now + timedelta(hours=firm_settings.get("sms.hours_kept"))
    move(message.put_back, by=by, at=now, why=_("人工重发"))
    due.note(QUEUE, now)
    return message


PERMANENT = frozenset({"invalid_number", "landline", "opted_out"})


def current_version(template_key: str) -> TemplateVersion:
    """The wording in use; refuses an unknown or retired template."""
    template = Template.objects.filter(key=template_key, is_active=True).first()
    if template is None:
        raise Refusal(_("没有这个短信模板：%(key)s。") % {"key": template_key}, code="no_template")
    return TemplateVersion.objects.select_related("template").get(template=template, number=template.number)


def checked_values(version: TemplateVersion, values: Mapping[str, Any]) -> dict[str, str]:
    """Typed variables: known names, not too long, nothing that would break the template."""
    known = {variable["name"]: variable for variable in version.variables}
    if strange := set(values) - set(known):
        raise Refusal(_("模板里没有变量“%(name)s”。") % {"name": min(strange)}, code="unknown_variable")
    return {name: _checked(known[name], str(value)) for name, value in values.items() if str(value).strip()}


def _checked(variable: Mapping[str, Any], value: str) -> str:
    value, longest = value.strip(), variable["max_length"]
    if len(value) > longest:
        told = {"label": variable["label"], "n": longest}
        raise Refusal(_("“%(label)s”最多 %(n)d 个字。") % told, code="too_long")
    if wording.SLOT.search(value):
        raise Refusal(_("“%(label)s”里不能有花括号。") % {"label": variable["label"]})
    return value


def _refuse_reader(by: Member | None) -> None:
    if by is not None and not policies.may_send(by):
        raise Refusal(_("您的岗位不能处理短信。"), code="wrong_role")
