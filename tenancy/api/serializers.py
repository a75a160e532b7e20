"""Serializers that stay inside the firm and what the member may see."""

from collections.abc import MutableMapping
from typing import Any

from rest_framework import serializers

from tenancy.api.requests import http_of
from tenancy.forms import visible
from tenancy.models import FirmModel


class FirmRelatedField(serializers.PrimaryKeyRelatedField):
    """An id from the body, looked up only among rows the member may see: a foreign id never existed."""

    def __init__(self, model: type[FirmModel] | None = None, **kwargs: Any) -> None:
        """``model`` is named by hand; a ``ModelSerializer`` gives the model's manager as ``queryset`` instead."""
        found = kwargs.pop("queryset", None)
        self.model: Any = model or getattr(found, "model", None)
        if self.model and not kwargs.get("read_only"):
            kwargs["queryset"] = self.model._default_manager.none()
        super().__init__(pk_field=serializers.UUIDField(), **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None or not hasattr(http_of(request), "member"):
            return self.model._default_manager.none()
        return visible(self.model, http_of(request).member)


class FirmModelSerializer(serializers.ModelSerializer):
    """Validates the model's constraints, which DRF would skip because ``firm`` is not editable."""

    serializer_related_field = FirmRelatedField

    def include_extra_kwargs(
        self, kwargs: MutableMapping[str, Any], extra_kwargs: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """DRF forgets that a read-only choice may be blank, and the schema then promises that it never is."""
        may_be_blank = "choices" in kwargs and kwargs.get("allow_blank")
        given = super().include_extra_kwargs(kwargs, extra_kwargs)
        return {**given, "allow_blank": True} if may_be_blank else given

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        model: Any = self.Meta.model
        fields = {
            name: value for name, value in attrs.items() if name in {f.name for f in model._meta.fields}
        }
        candidate = model(**{**self._known(model), **fields})
        candidate.validate_constraints(
            exclude={f.name for f in model._meta.fields} - fields.keys() - {"firm"}
        )
        return attrs

    def _known(self, model: type[FirmModel]) -> dict[str, Any]:
        if self.instance is None:
            return {}
        return {f.attname: getattr(self.instance, f.attname) for f in model._meta.concrete_fields}
