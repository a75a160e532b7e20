from projects.models.appointment import Appointment, AppointmentPerson
from projects.models.project import LossReason, Project, SuspensionReason
from projects.models.records import SiteNote, Statement

__all__ = [
    "Appointment",
    "AppointmentPerson",
    "LossReason",
    "Project",
    "SiteNote",
    "Statement",
    "SuspensionReason",
]
