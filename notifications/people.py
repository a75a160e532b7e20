"""Who stands in the slots of what a call is about: designer, adviser, project manager …"""

from uuid import UUID

from django.utils import timezone

from workflow import registry

SLOT = "_id"
NOT_PEOPLE = frozenset({"customer_id", "project_id", "branch_id", "estate_id"})


def of(subject_kind: str, subject_id: UUID) -> dict[str, UUID]:
    """``{"designer": member id, …}`` from the subject's facts; empty where it has no such slots. One query at most."""
    subject = registry.subjects().get(subject_kind)
    slots = [name for name in subject.by_name if _is_slot(name)] if subject else []
    if not slots:
        return {}
    facts = registry.facts_of(subject_kind, [subject_id], slots, timezone.now()).get(subject_id, {})
    return {name.removesuffix(SLOT): value for name, value in facts.items() if value}


def _is_slot(name: str) -> bool:
    return name.endswith(SLOT) and name not in NOT_PEOPLE
