"""Finding projects by number, contract, estate, room, or by whose they are."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.pinyin import Question, bigrams, question
from crm import search as customers
from crm.models import Customer
from projects.models import Project
from tenancy.models import SearchToken
from tenancy.search import first_found

KIND = "project"
_TOP = "\U0010ffff"


def projects(queryset: QuerySet, text: str) -> Any:
    """Those of ``queryset`` that carry every word, themselves or through their customer."""
    for word in customers.words(text):
        asked = question(word)
        if asked is not None:
            owners = customers.customers(Customer.objects.living(), word).order_by().values("pk")
            theirs = Project.objects.filter(customer_id__in=owners).order_by().values("pk")
            queryset = queryset.filter(pk__in=_carrying(asked).union(theirs))
    return queryset


def few_projects(queryset: QuerySet, text: str) -> Any:
    """The same for a box that shows the first few; see ``tenancy.search.first_found``."""
    found = projects(queryset, text)
    return found if found is queryset else first_found(found)


def _carrying(asked: Question) -> QuerySet:
    """All bigrams of Chinese, a beginning of anything else; only equality and order can use an index here."""
    if asked.kind == "text" and not asked.prefix:
        first, *rest = sorted(bigrams(asked.needle))
        found = _tokens().filter(token=first)
        for token in rest:
            found = found.filter(Exists(_tokens().filter(token=token, subject_id=OuterRef("subject_id"))))
        return found.values("subject_id")
    start = asked.needle if asked.kind == "digits" else asked.token
    return _tokens().filter(token__gte=start, token__lt=start + _TOP).values("subject_id")


def _tokens() -> QuerySet:
    return SearchToken.objects.filter(kind=KIND)
