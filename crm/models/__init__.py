from crm.models.contact_points import ContactPoint
from crm.models.customers import Customer
from crm.models.enquiries import Enquiry, Visit
from crm.models.estates import Estate
from crm.models.follow_ups import FollowUp
from crm.models.merges import CustomerMerge
from crm.models.saved_views import SavedView
from crm.models.tags import CustomerTag, Tag

__all__ = [
    "ContactPoint",
    "Customer",
    "CustomerMerge",
    "CustomerTag",
    "Enquiry",
    "Estate",
    "FollowUp",
    "SavedView",
    "Tag",
    "Visit",
]
