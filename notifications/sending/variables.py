"""What stands in texts, and where they go, read from their subjects when they leave."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.phone import BadPhone, parse_phone
from notifications.models import Message
from tenancy.models import Branch
from workflow import registry

Recipient = tuple[str, dict[str, str]]
"""Where a text goes and the values of its variables."""


def recipients(messages: Sequence[Message], now: datetime) -> dict[UUID, Recipient]:
    """Given by hand where they were, else from the facts of the subject. A query for each kind of subject, and one."""
    facts, hotlines = _facts(messages, now), _hotlines(messages)
    return {message.pk: _recipient(message, facts, hotlines) for message in messages}


def _recipient(
    message: Message,
    facts: Mapping[tuple[str, UUID], Mapping[str, Any]],
    hotlines: Mapping[UUID | None, str],
) -> Recipient:
    known = {"hotline": hotlines.get(message.branch_id, "")}
    known |= facts.get((message.subject_kind, message.subject_id), {})
    values = {
        v["name"]: message.values.get(v["name"]) or _said(known.get(v.get("fact", "")), v)
        for v in message.template.variables
    }
    return message.address or _mobile(known.get("phone")), values


def _facts(messages: Iterable[Message], now: datetime) -> dict[tuple[str, UUID], dict[str, Any]]:
    """What any text about a kind of subject wants is read for all of that kind."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        if wanted := _wanted(message):
            ids[message.subject_kind].add(message.subject_id)
            names[message.subject_kind] |= wanted
    return {
        (kind, subject_id): facts
        for kind in ids
        for subject_id, facts in registry.facts_of(kind, ids[kind], sorted(names[kind]), now).items()
    }


def _wanted(message: Message) -> set[str]:
    """The facts nobody gave by hand, as far as the subject knows them."""
    subject = registry.subjects().get(message.subject_kind)
    names = {v["fact"] for v in _open(message) if v.get("fact")} | (set() if message.address else {"phone"})
    return names & set(subject.by_name) if subject else set()


def _open(message: Message) -> list[dict[str, Any]]:
    return [v for v in message.template.variables if not message.values.get(v["name"])]


def _hotlines(messages: Iterable[Message]) -> dict[UUID | None, str]:
    asking = [m for m in messages if any(v.get("fact") == "hotline" for v in _open(m))]
    ids = {message.branch_id for message in asking if message.branch_id}
    return dict(Branch.objects.filter(pk__in=ids).values_list("pk", "hotline")) if ids else {}


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


def _mobile(phone: Any) -> str:
    """Only a mobile receives a text; a fixed line is for calls."""
    try:
        found = parse_phone(phone) if phone else None
    except BadPhone:
        return ""
    return found.e164 if found and found.takes_sms else ""
