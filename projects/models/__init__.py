from projects.models.appointment import Appointment, AppointmentPerson
from projects.models.party_answers import PartyAnswer
from projects.models.project import LossReason, Project, SuspensionReason
from projects.models.records import SiteNote, Statement

__all__ = [
    "Appointment",
    "AppointmentPerson",
    "LossReason",
    "PartyAnswer",
    "Project",
    "SiteNote",
    "Statement",
    "SuspensionReason",
]
