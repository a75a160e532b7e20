"""Writes the audit trail from the ORM's own doors: save, delete, update, bulk_create, bulk_update.

Changed fields come from a snapshot taken when the row was read. Without triggers the trail works on a distributed
database and costs one INSERT. The trail is complete only because every door is here; a guard compares row counts.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenancy.audit.actor import current_actor

if TYPE_CHECKING:
    from tenancy.models.base import FirmModel, FirmQuerySet

MANY = 1000

_told: ContextVar[bool] = ContextVar("audit_told", default=False)
_bulk: ContextVar[tuple[str, str] | None] = ContextVar("audit_bulk", default=None)


class TooManyRows(RuntimeError):
    """More than ``MANY`` audited rows changed at once outside ``bulk_action``."""


@contextmanager
def bulk_action(name: str, reason: str) -> Iterator[None]:
    """Let one statement change many audited rows: the trail gets one summary with all their ids."""
    token = _bulk.set((name, reason))
    try:
        yield
    finally:
        _bulk.reset(token)


@contextmanager
def told_already() -> Iterator[None]:
    """Inside, queryset writes are not recorded again (``bulk_update`` calls ``update``)."""
    token = _told.set(True)
    try:
        yield
    finally:
        _told.reset(token)


def remember(instance: "FirmModel") -> None:
    """A plain copy, for every row that is read pays for it; it is compared only if the row is saved."""
    if instance.audit != "audited":
        return
    loaded = instance.__dict__.copy()
    loaded.pop("_loaded", None)
    for name in _changeable(type(instance)) & loaded.keys():
        loaded[name] = copy.deepcopy(loaded[name])
    instance.__dict__["_loaded"] = loaded


def row_saved(instance: "FirmModel", *, adding: bool, update_fields: Iterable[str] | None) -> None:
    if instance.audit != "audited":
        return
    old = {} if adding else _named(instance, getattr(instance, "_loaded", {}))
    changes = _differences(instance, old, _snapshot(instance), only=update_fields)
    if adding or changes:
        _write([(instance, "created" if adding else "changed", changes)])
    remember(instance)


def row_going(instance: "FirmModel") -> None:
    if instance.audit == "audited":
        _write([(instance, "deleted", _differences(instance, _snapshot(instance), {}))])


@contextmanager
def rows_changing(queryset: "FirmQuerySet", changes: dict[str, Any]) -> Iterator[None]:
    """Read the old rows under lock, let the update run, and compare; expressions are read back afterwards."""
    if not _is_recorded(queryset.model):
        yield
        return
    old = {row.pk: row for row in queryset.order_by().select_for_update(of=("self",))}
    yield
    computed = any(hasattr(value, "resolve_expression") for value in changes.values())
    now = queryset.model._base_manager.in_bulk(list(old)) if computed else {}
    _record([(row, "changed", _after_update(row, now.get(pk), changes)) for pk, row in old.items()])


@contextmanager
def rows_going(queryset: "FirmQuerySet") -> Iterator[None]:
    gone = list(queryset.order_by()) if _is_recorded(queryset.model) else []
    yield
    _record([(row, "deleted", _differences(row, _snapshot(row), {})) for row in gone])


def rows_made(model: type[models.Model], made: Sequence[Any]) -> None:
    if not _is_recorded(model):
        return
    _record([(row, "created", _differences(row, {}, _snapshot(row))) for row in made])
    for row in made:
        remember(row)


def rows_before(
    queryset: "FirmQuerySet", objs: Sequence[Any], fields: Sequence[str]
) -> dict[Any, dict[str, Any]]:
    if not _is_recorded(queryset.model):
        return {}
    rows = queryset.model._base_manager.filter(pk__in=[obj.pk for obj in objs]).select_for_update(
        of=("self",)
    )
    return {row.pk: _snapshot(row) for row in rows}


def rows_rewritten(
    model: type[models.Model], old: dict[Any, dict[str, Any]], objs: Sequence[Any], fields: Sequence[str]
) -> None:
    if _is_recorded(model):
        _record(
            [
                (o, "changed", _differences(o, old[o.pk], _snapshot(o), only=fields))
                for o in objs
                if o.pk in old
            ]
        )


def _is_recorded(model: type[models.Model]) -> bool:
    return getattr(model, "audit", "") == "audited" and not _told.get()


@cache
def _changeable(model: type[models.Model]) -> frozenset[str]:
    """Columns whose values can be changed in place."""
    kinds = (models.JSONField, ArrayField)
    return frozenset(field.attname for field in model._meta.concrete_fields if isinstance(field, kinds))


def _snapshot(instance: models.Model) -> dict[str, Any]:
    values = _named(instance, instance.__dict__)
    return {
        name: copy.deepcopy(value) if isinstance(value, dict | list) else value
        for name, value in values.items()
    }


def _named(instance: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """What is there of the columns, by the names of their fields."""
    return {
        field.name: values[field.attname]
        for field in instance._meta.concrete_fields
        if field.attname in values and field.name not in ("firm", "id")
    }


def _differences(
    instance: Any, old: dict[str, Any], new: dict[str, Any], only: Iterable[str] | None = None
) -> dict[str, list[Any]]:
    names = old.keys() | new.keys()
    if not old and only is None:
        return {
            name: [None, new[name]] for name in sorted(names) if new[name] is not None and new[name] != ""
        }
    if only is not None:
        names &= {
            field.name for field in instance._meta.concrete_fields if {field.name, field.attname} & set(only)
        }
    return {n: [old.get(n), new.get(n)] for n in sorted(names) if _plain(old.get(n)) != _plain(new.get(n))}


def _plain(value: Any) -> Any:
    """A foreign key set from text and the same key read as UUID are no change; neither are '' and None."""
    return None if value in (None, "") else str(value) if not isinstance(value, bool | dict | list) else value


def _after_update(row: Any, now: Any, changes: dict[str, Any]) -> dict[str, list[Any]]:
    old = _snapshot(row)
    if now is not None:
        return _differences(row, old, _snapshot(now), only=changes)
    new = dict(old)
    for name, value in changes.items():
        new[row._meta.get_field(name).name] = value.pk if isinstance(value, models.Model) else value
    return _differences(row, old, new, only=changes)


def _record(rows: list[tuple[Any, str, dict[str, list[Any]]]]) -> None:
    rows = [row for row in rows if row[1] != "changed" or row[2]]
    if len(rows) <= MANY:
        _write(rows)
    elif (bulk := _bulk.get()) is not None:
        _write_summary(rows, *bulk)
    else:
        raise TooManyRows(f"{len(rows)} rows of {type(rows[0][0]).__name__}: name the act with bulk_action()")


def _write(rows: list[tuple[Any, str, dict[str, list[Any]]]]) -> None:
    from tenancy.models.audit import AuditEntry, AuditPersonal  # noqa: PLC0415 - the trail is a firm table itself

    entries = [AuditEntry.about(row, verb, changes, current_actor()) for row, verb, changes in rows]
    AuditEntry.objects.bulk_create(entries)
    AuditPersonal.objects.bulk_create(
        personal
        for entry, (row, _verb, changes) in zip(entries, rows, strict=True)
        if (personal := AuditPersonal.of(entry, row, changes)) is not None
    )


def _write_summary(rows: list[tuple[Any, str, dict[str, list[Any]]]], name: str, reason: str) -> None:
    from tenancy.models.audit import AuditEntry  # noqa: PLC0415 - as above

    first, verb, _changes = rows[0]
    entry = AuditEntry.about(first, verb, {}, current_actor())
    entry.note = f"{name}：{reason}"
    entry.root_id = None
    entry.subject_id = None
    entry.changes = {"rows": [str(row.pk) for row, _verb, _changes in rows]}
    entry.save()
