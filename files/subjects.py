"""Whose files they are: each kind of subject says which of its rows a member sees; who sees the subject sees the file."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet

from tenancy.models import Member

Visible = Callable[[Member], QuerySet]

_kinds: dict[str, Visible] = {}


def register(kind: str, visible: Visible) -> None:
    """``register("customer", lambda member: Customer.objects.visible_to(member))`` in an app's ``faces.py``."""
    if kind in _kinds:
        raise ValueError(f"files of {kind} have two homes")
    _kinds[kind] = visible


def kinds() -> set[str]:
    return set(_kinds)


def sees(member: Member, kind: str, subject_id: UUID) -> bool:
    """Unknown kinds are seen by nobody."""
    visible = _kinds.get(kind)
    return visible is not None and visible(member).filter(pk=subject_id).exists()
