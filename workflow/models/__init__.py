from workflow.models.clocks import CalendarDay, Clock, FirmClosure
from workflow.models.outbox import Delivery, Due, OutboxEvent
from workflow.models.playbooks import Playbook, PlaybookVersion, Rule
from workflow.models.staff_tasks import StaffTask, StaffTaskQuerySet
from workflow.models.stateful import DirectStateChange, StatefulManager, StatefulModel, StatefulQuerySet
from workflow.models.steps import Step
from workflow.models.touchpoints import Touchpoint

__all__ = [
    "CalendarDay",
    "Clock",
    "Delivery",
    "DirectStateChange",
    "Due",
    "FirmClosure",
    "OutboxEvent",
    "Playbook",
    "PlaybookVersion",
    "Rule",
    "StaffTask",
    "StaffTaskQuerySet",
    "StatefulManager",
    "StatefulModel",
    "StatefulQuerySet",
    "Step",
    "Touchpoint",
]
