"""The trail of one customer in words: who, when, through which door, which fields from what to what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from core.phone import mask_phone
from tenancy.models import AuditEntry

DOORS = {"page": _("页面"), "api": _("接口"), "task": _("后台"), "import": _("导入"), "shell": _("命令行")}
HIDDEN = frozenset({"version", "pinyin", "reach_at", "firm", "id"})
MASKED = frozenset({"value", "extension"})


@dataclass(frozen=True)
class Line:
    """``changes``: (field, before, after); what was erased or is nobody's business is left empty."""

    at: Any
    who: str
    door: str
    act: str
    thing: str
    note: str
    changes: list[tuple[str, str, str]]


def trail_of(root_kind: str, ids: Sequence[UUID], *, limit: int) -> list[Line]:
    """Newest first, two queries."""
    entries = AuditEntry.objects.filter(root_kind=root_kind, root_id__in=list(ids)).select_related("actor")
    return [
        _line(entry) for entry in entries.prefetch_related("personal_values").order_by("-at", "-id")[:limit]
    ]


def _line(entry: AuditEntry) -> Line:
    model = _model(entry.subject_kind)
    return Line(
        at=entry.at,
        who=entry.actor.name if entry.actor else entry.actor_label,
        door=str(DOORS.get(entry.door, entry.door)),
        act=entry.get_verb_display(),
        thing=str(model._meta.verbose_name) if model else entry.subject_kind,
        note=entry.note,
        changes=_changes(entry, model) if model and entry.verb != AuditEntry.Verb.CREATED else [],
    )


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _changes(entry: AuditEntry, model: Any) -> list[tuple[str, str, str]]:
    fields = {field.name: field for field in model._meta.fields}
    values = {name: change for name, change in entry.changes.items() if change is not None}
    for personal in entry.personal_values.all():
        values |= personal.values
    return [
        (str(fields[name].verbose_name), *_said(fields[name], values.get(name)))
        for name in entry.changes
        if name in fields and name not in HIDDEN
    ]


def _said(field: Any, change: Any) -> tuple[str, str]:
    """References are not looked up: that they changed is said, to what is read on the page itself."""
    if change is None or field.is_relation:
        return "", ""
    before, after = (_word(field, value) for value in change)
    return before, after


def _word(field: Any, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if field.name in MASKED:
        return mask_phone(str(value)) if str(value).startswith("+") else "***"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return str(dict(field.flatchoices).get(value, value))[:120]
