"""The audit trail as a person reads it: who did what, when, from where, and which fields from what to what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from core.phone import display_phone
from tenancy import policies
from tenancy.faces import Panel
from tenancy.models import AuditEntry, AuditPersonal, FirmFK, FirmModel, Member

DOORS = {
    "page": gettext_lazy("网页"),
    "api": gettext_lazy("接口"),
    "task": gettext_lazy("自动任务"),
    "import": gettext_lazy("导入"),
    "shell": gettext_lazy("命令行"),
}
ICONS = {
    "created": ("plus", "g"), "changed": ("edit", "b"), "deleted": ("trash", "r"), "revealed": ("eye", "y"),
    "exported": ("download", "y"), "downloaded": ("download", ""), "signed_in": ("user-check", ""), "refused": ("ban", "r"),
}  # fmt: skip
NOTHING = "—"
Kind = type[models.Model] | None


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One entry, ready to show. ``deed``: what was done to what kind of thing; ``about``: on which object's page it is
    read; ``hidden``: labels of personal fields not shown.
    """

    entry: AuditEntry
    who: str
    door: str
    deed: str
    about: str
    icon: str
    tone: str
    changes: list[Change] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def at(self) -> datetime:
        return self.entry.at


def of(root: FirmModel, member: Member, *, limit: int = 25) -> list[Line]:
    """The newest lines about one object and what belongs to it. Whoever sees the object may ask."""
    entries = AuditEntry.objects.filter(root_kind=root._meta.label_lower, root_id=root.pk).order_by(
        "-at", "-pk"
    )
    return told(entries[:limit], member)


def told(entries: Iterable[AuditEntry], member: Member) -> list[Line]:
    """In a number of queries that does not grow with the entries."""
    entries = list(entries)
    personal = _personal(entries) if policies.may_unmask(member) else {}
    names = _Names(entries, personal)
    return [_line(entry, personal.get(entry.pk, {}), names) for entry in entries]


def panel(subject_kind: str, *, order: int = 90) -> Panel:
    """``faces.panel(trail.panel("customer"))``: the trail as a part of that thing's page."""
    return Panel(
        subject_kind, "trail", gettext_lazy("操作记录"), "tenancy/_trail.html", _panel_context, order=order
    )


def kinds() -> list[tuple[str, str]]:
    """Everything that leaves a trail, for the filter."""
    found = [m for m in apps.get_models() if issubclass(m, FirmModel) and m.audit == "audited"]
    return sorted(((m._meta.label_lower, str(m._meta.verbose_name)) for m in found), key=lambda pair: pair[1])


def erase(root: FirmModel) -> int:
    """Forget what personal fields said; that they changed stays. Part of erasing a person."""
    return AuditPersonal.objects.filter(root_id=root.pk).delete()[0]


def _panel_context(subject: FirmModel, member: Member) -> dict[str, Any]:
    return {"trail": of(subject, member)}


def _personal(entries: Sequence[AuditEntry]) -> dict[UUID, dict[str, Any]]:
    rows = AuditPersonal.objects.filter(entry_id__in=[entry.pk for entry in entries])
    return dict(rows.values_list("entry_id", "values"))


def _line(entry: AuditEntry, personal: dict[str, Any], names: "_Names") -> Line:
    model = model_of(entry.subject_kind)
    icon, tone = ICONS.get(entry.verb, ("edit", ""))
    shown = {
        name: values
        for name, values in {**entry.changes, **personal}.items()
        if isinstance(values, list) and _is_told(model, name)
    }
    rows = len(shown.pop("rows", []))
    return Line(
        entry=entry,
        who=names.person(entry) or entry.actor_label,
        door=str(DOORS.get(entry.door, entry.door)),
        deed=_deed(entry, model),
        about=names.root(entry),
        icon=icon,
        tone=tone,
        changes=[c for name, values in shown.items() if (c := _change(model, name, values, names))],
        hidden=[
            label_of(model, name)
            for name, values in entry.changes.items()
            if values is None and name not in shown
        ],
        rows=rows,
    )


def _deed(entry: AuditEntry, model: Kind) -> str:
    """``修改员工``; a sign-in needs no object."""
    if entry.verb in (AuditEntry.Verb.SIGNED_IN, AuditEntry.Verb.REFUSED):
        return entry.get_verb_display()
    kind = str(model._meta.verbose_name) if model else entry.subject_kind
    between = "" if entry.verb in ("created", "changed", "deleted") else " · "
    return f"{entry.get_verb_display()}{between}{kind}"


def _change(model: Kind, name: str, values: list[Any], names: "_Names") -> Change | None:
    old, new = (value_of(model, name, value, names) for value in values)
    return Change(label_of(model, name), old, new) if old != new else None


def model_of(kind: str) -> Kind:
    """None for a table that has been removed since."""
    try:
        return apps.get_model(kind)
    except LookupError:
        return None


def _field(model: Kind, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def label_of(model: Kind, name: str) -> str:
    """The word on the form; a reference nobody has named is called after what it points to."""
    found = _field(model, name)
    if found is None:
        return name
    if isinstance(found, models.ForeignKey) and found.verbose_name == name.replace("_", " "):
        return str(found.remote_field.model._meta.verbose_name)
    return str(found.verbose_name)


def _is_told(model: Kind, name: str) -> bool:
    """When a row was written stands above it already."""
    found = _field(model, name)
    return not (getattr(found, "auto_now", False) or getattr(found, "auto_now_add", False))


def value_of(model: Kind, name: str, value: Any, names: "_Names") -> str:
    if value in (None, "", [], {}):
        return NOTHING
    found = _field(model, name)
    if isinstance(found, FirmFK | models.ForeignKey):
        return names.of(found.remote_field.model, value)
    if found is not None and found.choices:
        return str(dict(found.flatchoices).get(value, value))
    return _plain(found, name, value)


def _plain(found: Any, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(found, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    if isinstance(found, models.DateField) and (day := parse_date(str(value))):
        return f"{day:%Y-%m-%d}"
    if name.endswith("_fen"):
        return f"¥{int(value) / 100:,.2f}"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "；".join(f"{key}：{inner}" for key, inner in value.items())
    return display_phone(value) if str(value).startswith("+") and str(value)[1:].isdigit() else str(value)


class _Names:
    """What the ids in these entries are called now, one query for each kind of thing they point to."""

    def __init__(self, entries: Sequence[AuditEntry], personal: dict[UUID, dict[str, Any]]) -> None:
        wanted: dict[type[models.Model], set[str]] = defaultdict(set)
        wanted[Member] |= {str(entry.actor_id) for entry in entries if entry.actor_id}
        for entry in entries:
            if (root := model_of(entry.root_kind)) and entry.root_id:
                wanted[root].add(str(entry.root_id))
            self._collect(entry, {**entry.changes, **personal.get(entry.pk, {})}, wanted)
        self._names = {
            model: {str(row.pk): str(row) for row in model._default_manager.filter(pk__in=ids)}
            for model, ids in wanted.items()
            if ids
        }

    def of(self, model: type[models.Model], value: Any) -> str:
        return self._names.get(model, {}).get(str(value), _("已删除"))

    def person(self, entry: AuditEntry) -> str:
        return self._names.get(Member, {}).get(str(entry.actor_id), "")

    def root(self, entry: AuditEntry) -> str:
        root = model_of(entry.root_kind)
        return self._names.get(root, {}).get(str(entry.root_id), "") if root else ""

    def _collect(
        self, entry: AuditEntry, changes: dict[str, Any], wanted: dict[type[models.Model], set[str]]
    ) -> None:
        model = model_of(entry.subject_kind)
        for name, values in changes.items():
            found = _field(model, name)
            if isinstance(found, models.ForeignKey) and isinstance(values, list):
                wanted[found.remote_field.model] |= {str(value) for value in values if value}
