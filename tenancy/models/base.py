"""The base of every table that belongs to one firm; see docs/adr/0003-composite-keys.md."""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

from django import forms
from django.db import models
from django.db.models.sql.where import WhereNode
from django.utils.encoding import force_str
from uuid_utils.compat import uuid7 as _uuid7

from tenancy.audit import recorder
from tenancy.inserting import can_insert, insert
from tenancy.scoping import current_firm_id

Audit = Literal["audited", "recorded", "machine"]


def uuid7() -> UUID:
    """A key that grows with time, so that rows made together lie together on disk."""
    return _uuid7()


class FirmQuerySet(models.QuerySet):
    """Queries of one firm. Writes over many rows are put on the audit trail like single ones."""

    def lock(self, instance: models.Model) -> Any:
        """Re-read one row under FOR UPDATE, so that what we check is what we change. A new instance."""
        return self.select_for_update(of=("self",)).get(pk=instance.pk)

    def update(self, **changes: Any) -> int:
        with recorder.rows_changing(self, changes):
            return super().update(**changes)

    update.alters_data = True  # type: ignore[attr-defined]  # read by the template engine

    def delete(self) -> tuple[int, dict[str, int]]:
        with recorder.rows_going(self):
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # read by the template engine
    delete.queryset_only = True  # type: ignore[attr-defined]  # read by from_queryset

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        if args or kwargs.keys() - {"batch_size"} or not can_insert(self.model):
            made = super().bulk_create(objs, *args, **kwargs)
        else:
            insert(objs, using=self.db)
            made = objs
        if not kwargs.get("ignore_conflicts"):
            recorder.rows_made(self.model, made)
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        objs, fields = list(objs), list(fields)
        old = recorder.rows_before(self, objs, fields)
        with recorder.told_already():
            changed = super().bulk_update(objs, fields, batch_size)
        recorder.rows_rewritten(self.model, old, objs, fields)
        return changed


class FirmManager(models.Manager.from_queryset(FirmQuerySet)):  # type: ignore[misc]  # a class made by a call
    """Adds ``firm_id = <the firm in scope>`` to every query, and raises where there is none."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(firm_id=current_firm_id())

    def none(self) -> Any:
        """Works outside a scope, for class bodies such as forms."""
        return super().get_queryset().none()


class FirmKey(models.ForeignKey):
    """Fills in the firm in scope at insert time, for ``save`` and ``bulk_create`` alike."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, current_firm_id())
        return super().pre_save(model_instance, add)


class FirmFK(models.ForeignKey):
    """A reference inside the firm: joins on (firm_id, x_id), and ``FirmTable`` makes the composite key in the database."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, "tenancy.models.FirmFK", args, kwargs

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode:
        """``alias``: the table pointed to; ``related_alias``: the holder. ``exclude()`` gives only one of them."""
        to: Any = self.remote_field.model._meta.get_field("firm")
        holder: Any = self.model._meta.get_field("firm")
        exact = holder.get_lookup("exact")
        if alias is None or related_alias is None:
            field, known = (holder, related_alias) if alias is None else (to, alias)
            return WhereNode([exact(field.get_col(known), current_firm_id())])
        return WhereNode([exact(to.get_col(alias), holder.get_col(related_alias))])

    def formfield(self, **kwargs: Any) -> Any:
        """Empty until ``FirmModelForm`` knows the member: a class body has no firm to ask."""
        kwargs.pop("using", None)
        options: dict[str, Any] = {
            "form_class": forms.ModelChoiceField,
            "queryset": self.remote_field.model._default_manager.none(),
            "to_field_name": self.remote_field.field_name,
            "blank": self.blank,
        }
        # Not by way of ForeignKey's own, which asks the manager in any case.
        return super(models.ForeignKey, self).formfield(**options | kwargs)


class FirmModel(models.Model):
    """One row of one firm. ``audit`` says how its changes are kept (docs/adr/0004-audit-without-triggers.md).

    ``audited``: every change lands on the trail. ``recorded``: the rows are the record themselves.
    ``machine``: claims, leases, tokens and rollups nobody needs to read back.
    ``personal``: fields whose values go to the erasable part of the trail.
    ``branch_wall``: rows carry ``branch_id`` and hide from the keys of other branches in the database too.
    """

    is_firm_model: ClassVar[bool] = True
    audit: ClassVar[Audit] = "audited"
    personal: ClassVar[frozenset[str]] = frozenset()
    branch_wall: ClassVar[bool] = False
    grants: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"

    firm = FirmKey("tenancy.Firm", models.PROTECT, related_name="+", db_index=False, editable=False)
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects: Any = FirmManager()  # Any: a model with questions of its own brings its own manager

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        adding = self._state.adding
        super().save(*args, **kwargs)
        recorder.row_saved(self, adding=adding, update_fields=kwargs.get("update_fields"))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        recorder.row_going(self)
        return super().delete(*args, **kwargs)

    def _get_FIELD_display(self, field: Any) -> Any:  # noqa: N802 - the name Django calls
        """As Django's own, which translates and hashes every choice of the field each time one is asked for."""
        value = getattr(self, field.attname)
        label = next((label for choice, label in field.flatchoices if choice == value), value)
        return force_str(label, strings_only=True)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **how: Any) -> Self:
        instance = super().from_db(db, field_names, values, **how)
        recorder.remember(instance)
        return instance

    def validate_constraints(self, exclude: Iterable[str] | None = None) -> None:
        """Forms leave ``firm`` out and would skip every uniqueness rule, for each of them contains it."""
        if self.firm_id is None:
            self.firm_id = current_firm_id()  # type: ignore[unreachable]  # never null on disk, but not filled in yet
        super().validate_constraints(exclude=set(exclude or ()) - {"firm"})

    def audit_root(self) -> "FirmModel":
        """The object on whose page this row's changes are read; a phone number's is its customer."""
        return self
