"""A project is not closed while somebody still has a right to repairs."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects import guards
from projects.models import Project
from projects.phases import Phase
from workflow.moves import Guard


def every_term_is_past(project: Project) -> bool:
    """A built home has terms; one without them was never accepted, or its terms are not written yet."""
    ends = list(project.warranties.values_list("ends_on", flat=True))
    return bool(ends) and max(ends) < timezone.localdate()


guards.register(
    Phase.CLOSED,
    Guard(code="warranties_past", sentence=_("还有保修期没有到期。"), strength="must"),
    every_term_is_past,
    modes=guards.BUILT,
)
