"""What happens to warranties when something happens to a project."""

from aftersales import actions
from projects.events import PhaseEntered
from projects.models import Project
from projects.phases import Phase
from workflow.events import on


@on(PhaseEntered)
def start_warranties_at_completion(event: PhaseEntered) -> None:
    """The owner accepted the works: the terms run from that day, papers or not (facts 5.1)."""
    if event.phase == Phase.COMPLETION:
        actions.start_warranties(Project.objects.get(pk=event.project_id))
