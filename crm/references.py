"""Every place that may name a customer, found from the model registry: apps that come later need not be known here."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, UniqueConstraint

from crm.models import Customer, CustomerMerge
from tenancy.models import FirmFK, FirmModel, SearchToken

SUBJECT = "customer"


@dataclass(frozen=True)
class Reference:
    """One column that may hold a customer's id; ``is_subject`` when ``subject_kind`` says what the id means."""

    model: type[FirmModel]
    column: str
    is_subject: bool = False

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def rows_of(self, customer_id: UUID) -> QuerySet:
        kind = {"subject_kind": SUBJECT} if self.is_subject else {}
        return self.model._default_manager.filter(**kind, **{self.column: customer_id})

    def movable(self, source: UUID, target: UUID) -> QuerySet:
        """Rows of ``source`` that would not stand twice beside one of ``target``; the others stay where they are."""
        rows = self.rows_of(source)
        for constraint in self._unique_with_column():
            rows = rows.exclude(Exists(self._twins(constraint, target)), constraint.condition or Q())
        return rows

    def point(self, ids: list[UUID], *, source: UUID, target: UUID) -> int:
        """Let these rows name ``target`` where they still name ``source``."""
        return self.rows_of(source).filter(pk__in=ids).update(**{self.column: target})

    def _unique_with_column(self) -> Iterator[UniqueConstraint]:
        names = {self.column, self.column.removesuffix("_id")}
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and names & set(constraint.fields):
                yield constraint

    def _twins(self, constraint: UniqueConstraint, target: UUID) -> QuerySet:
        names = {"firm", self.column, self.column.removesuffix("_id")}
        others = {name: OuterRef(name) for name in constraint.fields if name not in names}
        return self.rows_of(target).filter(constraint.condition or Q(), **others)


@cache
def references() -> tuple[Reference, ...]:
    """Foreign keys to a customer, plain ``customer_id`` columns, and (subject_kind, subject_id) pairs."""
    return tuple(found for model in apps.get_models() if _is_movable(model) for found in _of(model))


def named(label: str, column: str) -> Reference | None:
    return next((r for r in references() if (r.label, r.column) == (label, column)), None)


def _is_movable(model: Any) -> TypeGuard[type[FirmModel]]:
    """Rows nobody may update are the record of what happened to the one who is gone; tokens are made anew."""
    return (
        issubclass(model, FirmModel)
        and model not in (CustomerMerge, SearchToken)
        and not model._meta.proxy
        and "UPDATE" in model.grants
    )


def _of(model: type[FirmModel]) -> Iterator[Reference]:
    fields = {field.name: field for field in model._meta.local_fields}
    for field in fields.values():
        if isinstance(field, FirmFK) and field.remote_field.model is Customer and field.name != "merged_into":
            yield Reference(model, field.attname)
    if isinstance(fields.get("customer_id"), models.UUIDField):
        yield Reference(model, "customer_id")
    if "subject_kind" in fields and isinstance(fields.get("subject_id"), models.UUIDField):
        yield Reference(model, "subject_id", is_subject=True)
