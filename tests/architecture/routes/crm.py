"""Customers: pages of crm, of the workspace that shows them, and their API."""

from crm import policies
from tenancy.models import Role
from tenancy.policies import BRANCH_WIDE, EXPORT, UNMASK
from tests.architecture.routes import EVERYBODY, Route, get, patch, post
from tests.factories.crm import a_phone, make_customer, make_enquiry, make_estate, make_visit

WRITE = policies.WRITE - {Role.PARTNER_API}
ARRANGE, DELETE = policies.ARRANGE, policies.DELETE
REVEAL = frozenset(role for role in EVERYBODY if role in UNMASK or role not in BRANCH_WIDE)


def customer(world):
    """Of the world's branch, in the care of whoever looks: some roles see only their own."""
    return make_customer(world.canary, branch=world.branch, adviser=world.me, notes=world.canary)


def saved_view(world):
    from crm.models import SavedView

    owner = world.me or world.member(Role.CS_AGENT)
    return SavedView.objects.create(owner=owner, name=world.canary)


def merge(world):
    from crm import actions

    return actions.merge_customers(customer(world), gone=customer(world), by=None)


def gone(world):
    from django.utils import timezone

    row = customer(world)
    row.deleted_at = timezone.now()
    row.save()
    return row


MAKERS = {
    "customer": customer,
    "crm_point": lambda world: customer(world).contact_points.get(),
    "crm_enquiry": lambda world: make_enquiry(customer(world)),
    "crm_visit": lambda world: make_visit(customer(world)),
    "crm_view": saved_view,
    "crm_merge": merge,
    "crm_estate": lambda world: make_estate(f"小区{a_phone()}"),
    "crm_gone": gone,
}


def one(world):
    return {"pk": world.customer.pk}


def rows(world):
    return world.make("customer")


ROUTES = [
    Route("workspace:search", get(query="?q=红线", rows=rows)),
    Route("workspace:customers", get(rows=rows)),
    Route("workspace:customers_filters", get()),
    Route("workspace:customers_export", get(EXPORT), post(EXPORT)),
    Route("workspace:customers_bulk", post(ARRANGE, data=lambda world: {"act": "tag"})),
    Route("workspace:customer", get(EVERYBODY), kwargs=one),
    Route("workspace:customer_peek", get(EVERYBODY, ok=302), kwargs=one),
    Route("workspace:customer_timeline", get(EVERYBODY, ok=302), kwargs=one),
    Route(
        "crm:new",
        get(WRITE),
        post(
            WRITE,
            data=lambda world: {
                "name": "新客户",
                "importance": "normal",
                "language": "zh-hans",
                "source": "phone",
                "branch": str(world.branch.pk),
            },
        ),
    ),
    Route("crm:hints", get(WRITE, query="?name=红线")),
    Route("crm:bulk_undo", post(ARRANGE, ok=422)),
    Route(
        "crm:edit",
        get(WRITE),
        post(
            WRITE,
            data=lambda world: {
                "name": "改名",
                "importance": "normal",
                "language": "zh-hans",
                "source": "phone",
                "version": "1",
            },
        ),
        kwargs=one,
    ),
    Route("crm:phone", post(REVEAL), kwargs=one),
    Route("crm:assignment", get(ARRANGE), post(ARRANGE, data=lambda world: {"branch": ""}), kwargs=one),
    Route("crm:deletion", post(DELETE, data=lambda world: {"word": world.canary}), kwargs=one),
    Route("crm:restoration", post(DELETE), kwargs=lambda world: {"pk": world.crm_gone.pk}),
    Route("crm:tags", get(WRITE), post(WRITE, data=lambda world: {"new_tag": "新标签"}), kwargs=one),
    Route(
        "crm:follow_up",
        get(WRITE),
        post(WRITE, data=lambda world: {"text": "说好周末来", "channel": "phone"}),
        kwargs=one,
    ),
    Route("crm:enquiry", get(WRITE), post(WRITE, data=lambda world: {"source": "phone"}), kwargs=one),
    Route(
        "crm:visit",
        get(WRITE),
        post(WRITE, data=lambda world: {"came_at": "2026-01-02T10:00", "people": "2"}),
        kwargs=one,
    ),
    Route("crm:files", get(WRITE), post(WRITE, ok=422), kwargs=one),
    Route(
        "crm:contact_point_new",
        get(WRITE),
        post(
            WRITE,
            data=lambda world: {
                "kind": "phone",
                "value": "13900139000",
                "relation": "owner",
            },
        ),
        kwargs=one,
    ),
    Route("crm:merge_partner", get(ARRANGE), kwargs=one),
    Route(
        "crm:merge",
        get(ARRANGE),
        post(ARRANGE, data=lambda world: {"reason": "同一人"}),
        kwargs=lambda world: {
            "pk": world.customer.pk,
            "other": world.make("customer").pk,
        },
    ),
    Route("crm:merge_undoing", post(ARRANGE), kwargs=lambda world: {"pk": world.crm_merge.pk}),
    Route(
        "crm:enquiry_end",
        get(WRITE),
        post(WRITE, data=lambda world: {"outcome": "budget"}),
        kwargs=lambda world: {"pk": world.crm_enquiry.pk},
    ),
    Route("crm:visit_end", post(WRITE), kwargs=lambda world: {"pk": world.crm_visit.pk}),
    Route(
        "crm:contact_point",
        get(WRITE),
        post(
            WRITE,
            data=lambda world: {
                "value": "13900139000",
                "relation": "owner",
            },
        ),
        kwargs=lambda world: {"pk": world.crm_point.pk},
    ),
    Route(
        "crm:contact_point_state",
        post(WRITE, data=lambda world: {"act": "verified"}),
        kwargs=lambda world: {"pk": world.crm_point.pk},
    ),
    Route("crm:contact_point_removal", post(WRITE), kwargs=lambda world: {"pk": world.crm_point.pk}),
    Route(
        "crm:consent",
        get(WRITE),
        post(
            WRITE,
            data=lambda world: {
                "purpose": "care",
                "is_granted": "yes",
                "channel": "phone",
            },
        ),
        kwargs=lambda world: {"pk": world.crm_point.pk},
    ),
    Route("crm:view_new", get(), post(data=lambda world: {"name": "我的", "query": "stage=lead"})),
    Route("crm:view_removal", post(), kwargs=lambda world: {"pk": world.crm_view.pk}),
    Route("crm:estates", get(rows=lambda world: world.make("crm_estate"))),
    Route("crm:estate_new", get(ARRANGE), post(ARRANGE, data=lambda world: {"name": "新小区"})),
    Route(
        "crm:estate_edit",
        get(ARRANGE),
        post(ARRANGE, data=lambda world: {"name": "改名小区"}),
        kwargs=lambda world: {"pk": world.crm_estate.pk},
        branch_object=False,
    ),
    Route(
        "api:customer-list",
        get(rows=rows),
        post(
            WRITE,
            data=lambda world: {
                "name": "接口客户",
                "branch": str(world.branch.pk),
            },
        ),
    ),
    Route("api:customer-detail", get(), patch(WRITE, data=lambda world: {"family": "夫妻"}), kwargs=one),
    Route(
        "api:customer-contact-points", post(WRITE, data=lambda world: {"value": "13900139000"}), kwargs=one
    ),
]
