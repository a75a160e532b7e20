"""Where one app's event changes another app below it: the few places that know both."""

from uuid import UUID

from crm import actions
from crm.models import Enquiry
from crm.words import EnquiryOutcome
from projects.events import ProjectOpened
from workflow.events import on


@on(ProjectOpened)
def close_the_enquiry(event: ProjectOpened) -> None:
    """A lead whose project was opened is a lead no longer."""
    enquiry = Enquiry.objects.filter(customer_id=event.customer_id, closed_at=None).first()
    if enquiry is not None:
        actions.close_enquiry(
            enquiry, by=None, outcome=EnquiryOutcome.PROJECT, project_id=UUID(event.project_id)
        )
