"""What every action of this app asks before it changes anything."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text
from crm import policies
from crm.models import Customer
from tenancy.models import Member


def require(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence: require(may_write(by))
    if not allowed:
        raise Refusal(_("您的岗位不能执行此操作。"), code="not_allowed")


def require_writer(by: Member | None) -> None:
    """None is the system itself: an import, a handler."""
    require(by is None or policies.may_write(by))


def require_arranger(by: Member | None) -> None:
    require(by is None or policies.may_arrange(by))


def locked_living(customer: Customer) -> Customer:
    """The customer under lock, refused when deleted or merged meanwhile."""
    fresh: Customer = Customer.objects.lock(customer)
    if not fresh.is_living:
        raise Refusal(_("这位客户已被删除或合并，请刷新页面。"), code="gone")
    return fresh


def put(row: models.Model, facts: dict[str, Any], allowed: Iterable[str]) -> set[str]:
    """Write cleaned facts on a row and say which differ; a name nobody may write is a bug."""
    if unknown := facts.keys() - set(allowed):
        raise TypeError(f"not facts of {row._meta.model_name}: {', '.join(sorted(unknown))}")
    changed = set()
    for name, given in facts.items():
        value = cleaned(row._meta.get_field(name), given)
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.add(name)
    return changed


def cleaned(field: Any, value: Any) -> Any:
    """Text without what nobody can see; notes keep their lines."""
    if isinstance(field, models.CharField | models.TextField):
        return clean_text(value, lines=isinstance(field, models.TextField))
    return value


def refuse_bad_fields(row: models.Model, *, besides: Iterable[str] = ()) -> None:
    """Choices, lengths and ranges, told in sentences. Foreign keys were chosen among what the member may see."""
    keys = {f.name for f in row._meta.fields if isinstance(f, models.ForeignKey)}
    try:
        row.clean_fields(exclude={*keys, *besides, "id"})
        _refuse_long_text(row)
    except ValidationError as error:
        raise Refusal(*_sentences(row, error), code="invalid") from error


def _refuse_long_text(row: models.Model) -> None:
    """A TextField's ``max_length`` is only known to forms."""
    for field in row._meta.fields:
        text = getattr(row, field.attname)
        if isinstance(field, models.TextField) and field.max_length and len(text or "") > field.max_length:
            raise ValidationError({field.name: _("最多 %(n)d 个字") % {"n": field.max_length}})


def _sentences(row: models.Model, error: ValidationError) -> list[str]:
    return [
        f"{_label(row, name)}：{message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def _label(row: models.Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return str(field.verbose_name)
