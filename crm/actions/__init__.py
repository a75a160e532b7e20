"""Everything that changes customers; pages, API, import and tasks all come through here."""

from crm.actions.bulk import BulkDone, bulk_assign, bulk_importance, bulk_tag, undo_bulk
from crm.actions.consents import allow, forbid
from crm.actions.contact_points import (
    add_contact_point,
    change_contact_point,
    make_primary,
    mark_reach,
    remove_contact_point,
    verify_contact_point,
)
from crm.actions.customers import (
    assign_customer,
    change_customer,
    create_customer,
    delete_customer,
    restore_customer,
    touch_customer,
)
from crm.actions.enquiries import close_enquiry, open_enquiry
from crm.actions.estates import change_estate, create_estate, find_or_create_estate
from crm.actions.follow_ups import add_follow_up
from crm.actions.merging import merge_customers, undo_merge
from crm.actions.saved_views import delete_view, save_view
from crm.actions.tags import create_tag, set_tags, tag_customer, untag_customer
from crm.actions.visits import end_visit, record_visit

__all__ = [
    "BulkDone",
    "add_contact_point",
    "add_follow_up",
    "allow",
    "assign_customer",
    "bulk_assign",
    "bulk_importance",
    "bulk_tag",
    "change_contact_point",
    "change_customer",
    "change_estate",
    "close_enquiry",
    "create_customer",
    "create_estate",
    "create_tag",
    "delete_customer",
    "delete_view",
    "end_visit",
    "find_or_create_estate",
    "forbid",
    "make_primary",
    "mark_reach",
    "merge_customers",
    "open_enquiry",
    "record_visit",
    "remove_contact_point",
    "restore_customer",
    "save_view",
    "set_tags",
    "tag_customer",
    "touch_customer",
    "undo_bulk",
    "undo_merge",
    "untag_customer",
    "verify_contact_point",
]
