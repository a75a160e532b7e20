"""Who is meant: from the words of a rule (adviser, supervisor …) to a slot of its subject, or to a role."""

from typing import Final

from tenancy.models import Role
from workflow.registry import Subject

ROLE_OF: Final[dict[str, str]] = {
    **{role: role for role in Role.values},
    "adviser": Role.CS_AGENT,
    "foreman": Role.PROJECT_MANAGER,
    "engineering_supervisor": Role.SUPERVISOR,
    "inspector": Role.SUPERVISOR,
    "engineering": Role.ENGINEERING_MANAGER,
    "design_review": Role.DESIGN_REVIEWER,
}
"""Whose turn it is when nobody is named on the project."""
_SLOTS: Final = {"supervisor": ("engineering_supervisor",), "staff": ("member", "assignee", "adviser")}


def slot_of(who: str, subject: Subject) -> str:
    """The fact that names this person on the subject; empty when the subject has no such slot."""
    names = (f"{name}_id" for name in (who, *_SLOTS.get(who, ())))
    return next((name for name in names if who and name in subject.by_name), "")


def assignee_fact(performer: str, audience: str, channel: str, subject: Subject) -> str:
    """Who does it; a notice goes to those it is about when nobody else is named."""
    if not performer and channel == "notice":
        return slot_of(audience, subject)
    return slot_of(performer, subject)
