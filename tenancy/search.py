"""Search tokens under row security (design: data page §5): equality on a token, then recheck in the join."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from tenancy.models import SearchToken
from tenancy.scoping import current_firm_id

_AT_ONCE = 10_000
_PUT_IN_ORDER = 500
_INSERT = """
    INSERT INTO tenancy_searchtoken (firm_id, id, kind, subject_id, field, token)
    SELECT %s, md5(concat_ws('|', %s, subject_id, field, token))::uuid, %s, subject_id, field, token
      FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS one(subject_id, field, token)
    ON CONFLICT DO NOTHING
"""


def index(kind: str, subject_id: UUID, fields: Mapping[str, Iterable[str]]) -> None:
    """Replace the tokens of the named fields of one subject. ``fields``: field → tokens (``core.pinyin``)."""
    index_many(kind, {subject_id: fields})


def index_many(kind: str, subjects: Mapping[UUID, Mapping[str, Iterable[str]]]) -> None:
    """The same for many subjects that name the same fields: one delete, one insert."""
    if not subjects:
        return
    names = {name for fields in subjects.values() for name in fields}
    SearchToken.objects.filter(kind=kind, subject_id__in=list(subjects), field__in=names).delete()
    _add(kind, subjects)


def index_new(kind: str, subject_id: UUID, fields: Mapping[str, Iterable[str]]) -> None:
    """The tokens of a subject just written down: there are none yet to replace."""
    _add(kind, {subject_id: fields})


def _add(kind: str, subjects: Mapping[UUID, Mapping[str, Iterable[str]]]) -> None:
    rows = [
        (str(subject_id), name, token[:64])
        for subject_id, fields in subjects.items()
        for name, tokens in fields.items()
        for token in set(tokens)
    ]
    for start in range(0, len(rows), _AT_ONCE):
        _write(kind, rows[start : start + _AT_ONCE])


def _write(kind: str, rows: list[tuple[str, str, str]]) -> None:
    """Arrays instead of instances: an import writes forty tokens for every customer. Ids follow from the key."""
    if not rows:
        return
    subjects, fields, tokens = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [current_firm_id(), kind, kind, subjects, fields, tokens])


def forget(kind: str, subject_id: UUID) -> None:
    SearchToken.objects.filter(kind=kind, subject_id=subject_id).delete()


def first_found(found: QuerySet) -> Any:
    """For a box that shows a few: of a word thousands carry, as many as come first are read and put in order.

    Whoever looks for one of the others types one more letter. A list to page through takes ``found`` itself.
    """
    rows: Any = found.model
    return rows.objects.filter(pk__in=found.order_by().values("pk")[:_PUT_IN_ORDER])


def carrying(queryset: QuerySet, kind: str, token: str) -> QuerySet:
    """The rows of ``queryset`` that carry the token; the caller rechecks the whole text in its own column."""
    tokens = SearchToken.objects.filter(kind=kind, token=token, subject_id=OuterRef("pk"))
    return queryset.filter(Q(Exists(tokens)))
