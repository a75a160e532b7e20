from tenancy.models.audit import AuditEntry, AuditPersonal
from tenancy.models.base import FirmFK, FirmKey, FirmManager, FirmModel, FirmQuerySet, uuid7
from tenancy.models.clients import ApiClient, ApiKeyIndex, IdempotencyKey
from tenancy.models.firm import Firm, Seat
from tenancy.models.people import (
    Branch,
    Department,
    DepartmentMember,
    Invitation,
    Member,
    Post,
    Role,
    RoleLabel,
)
from tenancy.models.records import Counter, FirmSetting, SearchToken
from tenancy.models.sign_in import SignInBucket, WebSession
from tenancy.models.user import User

__all__ = [
    "ApiClient",
    "ApiKeyIndex",
    "AuditEntry",
    "AuditPersonal",
    "Branch",
    "Counter",
    "Department",
    "DepartmentMember",
    "Firm",
    "FirmFK",
    "FirmKey",
    "FirmManager",
    "FirmModel",
    "FirmQuerySet",
    "FirmSetting",
    "IdempotencyKey",
    "Invitation",
    "Member",
    "Post",
    "Role",
    "RoleLabel",
    "SearchToken",
    "Seat",
    "SignInBucket",
    "User",
    "WebSession",
    "uuid7",
]
