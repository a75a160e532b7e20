"""Everything that changes a call, a message or what somebody allowed us."""

from notifications.actions.calls import (
    cancel_call,
    extend_lease,
    open_call_task,
    release,
    save_draft,
    take,
    take_next,
)
from notifications.actions.consents import lift_suppression, record_consent, suppress
from notifications.actions.messages import cancel_message, plan_message, retry_message
from notifications.actions.outcomes import record_outcome, undo_outcome

__all__ = [
    "cancel_call",
    "cancel_message",
    "extend_lease",
    "lift_suppression",
    "open_call_task",
    "plan_message",
    "record_consent",
    "record_outcome",
    "release",
    "retry_message",
    "save_draft",
    "suppress",
    "take",
    "take_next",
    "undo_outcome",
]
