"""Forms whose choices are what the member may see."""

from typing import Any

import django_filters
from django import forms
from django.db import models

from tenancy.models import FirmModel, Member
from tenancy.scoping import for_its_shape


def visible(model: type[models.Model], member: Member) -> models.QuerySet:
    """The rows of a firm's model this member may choose from."""
    queryset = model._default_manager.all()
    return queryset.visible_to(member) if hasattr(queryset, "visible_to") else queryset


class MemberForm(forms.Form):
    """A form that knows who fills it in: every choice of rows is cut to what ``member`` may see."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        _open_choices(self, member)


class FirmModelForm(forms.ModelForm):
    """The same for one model. It validates and hands over ``cleaned_data`` to an action; it never saves."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        _open_choices(self, member)

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        raise TypeError("forms validate; actions save")


class FirmFilterSet(django_filters.FilterSet):
    """Filters whose row choices are cut to what ``request.member`` may see."""

    @classmethod
    def get_filters(cls) -> Any:
        """django-filter asks a model's manager for a bare query to learn its columns, in a class body without a firm."""
        with for_its_shape():
            return super().get_filters()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for filter_ in self.filters.values():
            if isinstance(
                filter_, django_filters.ModelChoiceFilter | django_filters.ModelMultipleChoiceFilter
            ):
                model = filter_.extra["queryset"].model
                filter_.extra["queryset"] = visible(model, self.request.member)


def _open_choices(form: forms.BaseForm, member: Member) -> None:
    for field in form.fields.values():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        if issubclass(field.queryset.model, FirmModel):
            field.queryset = visible(field.queryset.model, member)
