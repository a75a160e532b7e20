"""System checks that keep firm tables in shape (docs/adr/0003-composite-keys.md)."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models
from django.db.models.deletion import CASCADE, SET_DEFAULT, SET_NULL

from tenancy.models.base import FirmFK, FirmKey, FirmModel


@register()
def firm_models_keep_to_the_rules(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [message for model in firm_models() for message in _faults(model)]


def firm_models() -> list[type[FirmModel]]:
    return [model for model in apps.get_models() if issubclass(model, FirmModel)]


def _faults(model: type[FirmModel]) -> Iterator[CheckMessage]:
    for field in model._meta.local_fields:
        if field.unique and field.name != "id":
            yield Error(
                f"{model._meta.label}.{field.name} is unique over all firms", obj=model, id="tenancy.E001"
            )
        if not isinstance(field, models.ForeignKey):
            continue
        to = field.remote_field.model
        if isinstance(to, type) and issubclass(to, FirmModel) and not isinstance(field, FirmFK):
            yield Error(f"{model._meta.label}.{field.name} must be a FirmFK", obj=model, id="tenancy.E002")
        if model.audit == "audited" and field.remote_field.on_delete in (CASCADE, SET_NULL, SET_DEFAULT):
            yield Error(
                f"{model._meta.label}.{field.name} would change rows unseen", obj=model, id="tenancy.E003"
            )
    if model._meta.local_many_to_many:
        yield Error(
            f"{model._meta.label}: write the table between the two as a model", obj=model, id="tenancy.E004"
        )
    if not isinstance(model._meta.get_field("firm"), FirmKey):
        yield Error(
            f"{model._meta.label}.firm must be the FirmKey of FirmModel", obj=model, id="tenancy.E005"
        )
    if model._meta.base_manager_name != "objects":
        yield Error(f"{model._meta.label}.Meta must inherit FirmModel.Meta", obj=model, id="tenancy.E006")
