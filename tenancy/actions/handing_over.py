"""Everything that names one member names another from now on."""

from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from tenancy.audit.recorder import bulk_action
from tenancy.models import FirmFK, FirmModel, Member


def hand_over(old: Member, new: Member) -> None:
    """Where the new one already stands in the same place, the old row is a duplicate and goes.

    Tables nobody may rewrite (the trail) keep the old id: a proposed member has never done anything.
    """
    with bulk_action("合并员工", f"{old.name} → {new.name}"):
        for model, field in references():
            rows = model._default_manager.filter(**{field.name: old})
            _move(rows, field.name, new)


def references() -> list[tuple[type[FirmModel], models.Field]]:
    """Every reference to a member in every app, also those of apps above this one."""
    return [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, FirmModel) and "UPDATE" in model.grants
        for field in model._meta.local_fields
        if isinstance(field, FirmFK) and field.remote_field.model is Member
    ]


def _move(rows: Any, name: str, new: Member) -> None:
    try:
        with transaction.atomic():
            rows.update(**{name: new})
    except IntegrityError:
        for row in rows:
            _move_one(row, name, new)


def _move_one(row: FirmModel, name: str, new: Member) -> None:
    try:
        with transaction.atomic():
            setattr(row, name, new)
            row.save(update_fields=[name])
    except IntegrityError:
        row.delete()
