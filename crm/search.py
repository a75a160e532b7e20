"""Finding customers and estates by what people type: two characters, pinyin, initials, digits of a phone, a room.

Every word must be found. Below row-level security only equality and order may use an index, so candidates come from
tokens; the digits of a phone are rechecked in its own column, everything else is exact by its tokens. Ids come first,
from every place a word may stand, and rows are fetched by them: an OR over two sub-selects would read every customer.
"""

import re
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.pinyin import Question, bigrams, question
from crm.indexing import CUSTOMER, ESTATE
from crm.models import ContactPoint, Customer
from crm.words import ContactKind
from tenancy.models import SearchToken
from tenancy.search import first_found

WORDS_AT_MOST = 5
_TOP = "\U0010ffff"
_CHARACTER_THEN_NUMBER = re.compile(r"(?<=[\u3400-\u9fff])(?=\d[\d\-]{2,})")


def words(text: str) -> list[str]:
    """``云栖花园3-2-1502`` is two words; so is anything with a blank. A phone typed in groups stays one."""
    if re.fullmatch(r"[\d\s\-+()]+", text.strip()):
        return [text.strip()]
    return _CHARACTER_THEN_NUMBER.sub(" ", text).split()[:WORDS_AT_MOST]


def customers(queryset: QuerySet, text: str) -> Any:
    """Those of ``queryset`` that carry every word; all of them when nothing usable was typed."""
    for word in words(text):
        asked = question(word)
        if asked is not None:
            queryset = queryset.filter(pk__in=_carriers(asked))
    return queryset


def few_customers(queryset: QuerySet, text: str) -> Any:
    """The same for a box that shows the first few; see ``tenancy.search.first_found``."""
    found = customers(queryset, text)
    return found if found is queryset else first_found(found)


def estates(queryset: QuerySet, text: str) -> Any:
    asked = question(text)
    return queryset.none() if asked is None else queryset.filter(pk__in=_carrying(ESTATE, asked))


def _carriers(asked: Question) -> QuerySet:
    """Ids of the customers who carry the word themselves or live where it is said."""
    there = Customer.objects.filter(estate_id__in=_carrying(ESTATE, asked)).order_by().values("pk")
    own, *others = _by_tokens(asked)
    return own.union(*others, there)


def _by_tokens(asked: Question) -> list[QuerySet]:
    if asked.kind != "digits":
        return [_carrying(CUSTOMER, asked)]
    phones = ContactPoint.objects.filter(
        kind=ContactKind.PHONE,
        value__contains=asked.needle.removeprefix("0"),
        customer_id=OuterRef("subject_id"),
    )
    by_phone = _tokens(CUSTOMER).filter(Exists(phones), token=asked.token, field="reach")
    return [by_phone.values("subject_id"), _beginning(CUSTOMER, asked.needle)]


def _carrying(kind: str, asked: Question) -> QuerySet:
    """Ids of the subjects that carry the question's tokens: all bigrams of Chinese, a beginning of anything else."""
    if asked.kind != "text" or asked.prefix:
        return _beginning(kind, asked.needle if asked.kind == "digits" else asked.token)
    first, *rest = sorted(bigrams(asked.needle))
    found = _tokens(kind).filter(token=first)
    for token in rest:
        found = found.filter(Exists(_tokens(kind).filter(token=token, subject_id=OuterRef("subject_id"))))
    return found.values("subject_id")


def _beginning(kind: str, start: str) -> QuerySet:
    """``token ^@ start`` said with < and >=, which are leakproof and use the index."""
    return _tokens(kind).filter(token__gte=start, token__lt=start + _TOP).values("subject_id")


def _tokens(kind: str) -> QuerySet:
    return SearchToken.objects.filter(kind=kind)


def by_value(value: str) -> QuerySet:
    """Ids of living customers reached by exactly this normalised number or address."""
    return ContactPoint.objects.filter(value=value, customer__deleted_at=None).values("customer_id")


def of_estate(estate_id: UUID) -> QuerySet:
    return Customer.objects.living().filter(estate_id=estate_id)
