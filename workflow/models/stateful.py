"""A row with a life: its state changes by a transition through ``workflow.moves.move`` and in no other way."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django_fsm import FSMFieldMixin

from tenancy.models import FirmManager, FirmModel, FirmQuerySet

_moving: ContextVar[Any] = ContextVar("moving", default=None)


class DirectStateChange(RuntimeError):
    """Code wrote a state without a transition: a bug. Take ``workflow.moves.move``."""


@contextmanager
def moving(instance: "StatefulModel") -> Iterator[None]:
    """Inside, this one row may be saved with a changed state. Only ``move`` and the planner's own tables use it."""
    token = _moving.set(instance)
    try:
        yield
    finally:
        _moving.reset(token)


@cache
def state_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, FSMFieldMixin)]


class StatefulQuerySet(FirmQuerySet):
    """Refuses to write a state over many rows: no guard would be asked, no step recorded."""

    def update(self, **changes: Any) -> int:
        self._refuse(changes)
        return super().update(**changes)

    update.alters_data = True  # type: ignore[attr-defined]  # read by the template engine

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        fields = list(fields)
        self._refuse(fields)
        return super().bulk_update(objs, fields, batch_size)

    def _refuse(self, names: Iterable[str]) -> None:
        if written := set(names) & set(state_fields(self.model)):
            raise DirectStateChange(f"{self.model._meta.label}.{written.pop()} changes only through move()")


class StatefulManager(FirmManager.from_queryset(StatefulQuerySet)):  # type: ignore[misc]  # a class made by a call
    """For models without questions of their own; others take ``FirmManager.from_queryset`` of a StatefulQuerySet."""


class StatefulModel(FirmModel):
    """Base of everything with an ``FSMField(protected=True)``.

    django-fsm's own mixin lifts the protection of the whole class while one row is read again; a thread test wrote
    1,377 states past it. Here the fresh values are copied in below the descriptor, one row at a time.
    """

    filed_as: ClassVar[str] = ""

    objects: Any = StatefulManager()

    class Meta(FirmModel.Meta):
        abstract = True

    @classmethod
    def kind_of_subject(cls) -> str:
        """The word under which steps, clocks and touchpoints file this model's rows."""
        return cls.filed_as or str(cls._meta.model_name)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **how: Any) -> Any:
        instance = super().from_db(db, field_names, values, **how)
        instance._note_states()  # noqa: SLF001 - a row of our own
        return instance

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """Read a fresh row and copy it; when reading fails nothing has changed."""
        queryset = from_queryset if from_queryset is not None else type(self)._base_manager.db_manager(using)
        wanted = None if fields is None else set(fields)
        if wanted is not None:
            queryset = queryset.only(
                *[f.attname for f in self._meta.concrete_fields if {f.name, f.attname} & wanted]
            )
        fresh = queryset.get(pk=self.pk)
        for field in self._meta.concrete_fields:
            if field.attname in fresh.__dict__:
                self.__dict__[field.attname] = fresh.__dict__[field.attname]
        self._forget_relations(wanted)
        self._state.db = fresh._state.db
        if hasattr(fresh, "_loaded"):
            self._loaded: dict[str, Any] = {**getattr(self, "_loaded", {}), **fresh.__dict__["_loaded"]}
        self._note_states()

    def clean_fields(self, exclude: Any = None) -> None:
        """Django cleans a field by writing it back, which a protected one refuses; its choices cannot be wrong."""
        super().clean_fields(exclude={*(exclude or ()), *state_fields(type(self))})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new row is inserted, never written over an old one; a known row keeps its state unless it is moved."""
        if self._state.adding and not kwargs.get("force_update"):
            kwargs["force_insert"] = True
        elif _moving.get() is not self:
            self._refuse_changed_state()
        super().save(*args, **kwargs)
        self._note_states()

    def _refuse_changed_state(self) -> None:
        for name, stored in getattr(self, "_stored_states", {}).items():
            if self.__dict__.get(name, stored) != stored:
                raise DirectStateChange(f"{self._meta.label}.{name} changes only through move()")

    def _note_states(self) -> None:
        loaded = self.__dict__
        self._stored_states = {name: loaded[name] for name in state_fields(type(self)) if name in loaded}

    def _forget_relations(self, wanted: set[str] | None) -> None:
        relations: list[Any] = [f for f in self._meta.concrete_fields if f.is_relation]
        for relation in [*self._meta.related_objects, *relations]:
            if (wanted is None or relation.name in wanted) and relation.is_cached(self):
                relation.delete_cached_value(self)
        if wanted is None:
            self.__dict__.pop("_prefetched_objects_cache", None)
