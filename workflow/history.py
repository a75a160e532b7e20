"""What a subject's state was at a moment, read from its steps."""

from datetime import datetime

from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from workflow.models import Step


def state_at(subject_kind: str, at: datetime, *, outer: str = "pk") -> Combinable:
    """An expression: the target of the last step up to ``at``.

    A row that came in by import stood where it was imported before that day too; a row that did not exist yet has
    no state (NULL) and matches no condition.
    """
    steps = Step.objects.filter(subject_kind=subject_kind, subject_id=OuterRef(outer))
    last = Subquery(steps.filter(at__lte=at).order_by("-at", "-id").values("target")[:1])
    imported = Case(When(kind=Step.Kind.IMPORTED, then="target"), default=Value(None))
    first = Subquery(steps.order_by("at", "id").annotate(stood=imported).values("stood")[:1])
    return Coalesce(last, first)
