"""What every page about playbooks shows beside its own: the firm's playbooks, and those it could take over."""

from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from workflow.models import Playbook, PlaybookVersion
from workflow.shipped import Shipped, shipped

State = PlaybookVersion.State


def firms_books() -> Any:
    """In their order, each with the number of its rules in force and whether somebody works on a draft."""
    in_force = Q(versions__state=State.PUBLISHED)
    drafts = PlaybookVersion.objects.filter(playbook=OuterRef("pk"), state=State.DRAFT)
    return Playbook.objects.annotate(
        rule_count=Count("versions__rules", filter=in_force), has_draft=Exists(drafts)
    ).order_by("position", "key")


def shelf(books: list[Playbook]) -> list[Shipped]:
    """Shipped playbooks the firm has not taken over."""
    ours = {book.key for book in books}
    return [one for one in shipped() if one.key not in ours]


def grouped(items: list[Any], kind_of: Any) -> list[tuple[str, list[Any]]]:
    """Rules in their order, a heading wherever what they are about changes; none when all are about one thing."""
    groups = [(label, list(some)) for label, some in groupby(items, key=kind_of)]
    return groups if len(groups) > 1 else [("", items)]
