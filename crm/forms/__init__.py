from crm.forms.customers import CustomerForm, NewCustomerForm
from crm.forms.small import (
    AssignForm,
    BulkForm,
    CloseEnquiryForm,
    ConsentForm,
    ContactPointForm,
    EnquiryForm,
    EstateForm,
    FollowUpForm,
    MergeForm,
    SavedViewForm,
    TagForm,
    VisitForm,
)

__all__ = [
    "AssignForm",
    "BulkForm",
    "CloseEnquiryForm",
    "ConsentForm",
    "ContactPointForm",
    "CustomerForm",
    "EnquiryForm",
    "EstateForm",
    "FollowUpForm",
    "MergeForm",
    "NewCustomerForm",
    "SavedViewForm",
    "TagForm",
    "VisitForm",
]
