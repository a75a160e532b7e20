"""What stands in a text, and where it goes, read from its subject when it leaves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.phone import BadPhone, parse_phone
from notifications.models import Message
from tenancy.models import Branch
from workflow import registry


def address_and_values(message: Message, now: datetime) -> tuple[str, dict[str, str]]:
    """Given by hand where they were, else from the facts of the subject. Two queries at most."""
    variables = message.template.variables
    facts = _facts(message, variables, now)
    if "hotline" not in facts:
        facts["hotline"] = _hotline(message)
    values = {
        v["name"]: message.values.get(v["name"]) or _said(facts.get(v.get("fact", "")), v) for v in variables
    }
    return message.address or _mobile(facts.get("phone")), values


def _facts(message: Message, variables: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    subject = registry.subjects().get(message.subject_kind)
    if subject is None:
        return {}
    wanted = {"phone"} | {v["fact"] for v in variables if v.get("fact") and not message.values.get(v["name"])}
    known = [name for name in sorted(wanted) if name in subject.by_name]
    return registry.facts_of(message.subject_kind, [message.subject_id], known, now).get(
        message.subject_id, {}
    )


def _said(value: Any, variable: Mapping[str, Any]) -> str:
    """A fact in the words of a text, never longer than the template promised its carrier."""
    if value is None or value == "":
        return ""
    text = _moment(value, variable["type"]) if isinstance(value, date | datetime) else str(value)
    return text[: variable["max_length"]]


def _moment(value: date | datetime, kind: str) -> str:
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    if kind == "time":
        return f"{local:%H:%M}" if isinstance(local, datetime) else ""
    return f"{local.month}月{local.day}日"


def _hotline(message: Message) -> str:
    branch = Branch.objects.filter(pk=message.branch_id).first() if message.branch_id else None
    return branch.hotline if branch else ""


def _mobile(phone: Any) -> str:
    """Only a mobile receives a text; a fixed line is for calls."""
    try:
        found = parse_phone(phone) if phone else None
    except BadPhone:
        return ""
    return found.e164 if found and found.takes_sms else ""
