from django.urls import include, path

from workspace import customer_page, help as help_pages, search, workbench
from workspace.call_desk import views as call_desk
from workspace.customer_list import views as customer_list
from workspace.messages import views as messages

app_name = "workspace"
urlpatterns = [
    path("", workbench.home, name="home"),
    path("work/", workbench.workbench, name="workbench"),
    *(path(f"work/_{part}", workbench.part, {"name": part}, name=f"work_{part}") for part in workbench.PARTS),
    path("calls/", call_desk.calls, name="calls"),
    path("customers/<uuid:pk>/calls/new/", call_desk.new, name="call_new"),
    path("calls/next/", call_desk.take_next, name="call_next"),
    path("calls/undoing/", call_desk.undo_last, name="call_undo_last"),
    path("calls/attempts/<uuid:pk>/undoing/", call_desk.undo, name="call_undo"),
    path("calls/<uuid:pk>/", call_desk.call, name="call"),
    path("calls/<uuid:pk>/lease/", call_desk.lease, name="call_lease"),
    path("calls/<uuid:pk>/draft/", call_desk.draft, name="call_draft"),
    path("calls/<uuid:pk>/phone/", call_desk.phone, name="call_phone"),
    path("calls/<uuid:pk>/outcome/", call_desk.outcome, name="call_outcome"),
    path("calls/<uuid:pk>/release/", call_desk.release, name="call_release"),
    path("calls/<uuid:pk>/cancellation/", call_desk.cancellation, name="call_cancel"),
    path("messages/", messages.messages, name="messages"),
    path("messages/dev-inbox/", messages.dev_inbox, name="dev_inbox"),
    path("messages/<uuid:pk>/cancellation/", messages.cancellation, name="message_cancel"),
    path("messages/<uuid:pk>/retry/", messages.retry, name="message_retry"),
    path("import/", include("workspace.ledger.urls")),
    path("help/", help_pages.home, name="help"),
    path("help/<slug:slug>/", help_pages.page, name="help_page"),
    path("help/img/<str:name>", help_pages.picture, name="help_picture"),
    path("search/", search.search, name="search"),
    path("customers/", customer_list.customers, name="customers"),
    path("customers/filters/", customer_list.filters, name="customers_filters"),
    path("customers/export/", customer_list.export_file, name="customers_export"),
    path("customers/bulk/", customer_list.bulk, name="customers_bulk"),
    path("customers/<uuid:pk>/", customer_page.customer, name="customer"),
    path("customers/<uuid:pk>/_peek", customer_page.peek, name="customer_peek"),
    path("customers/<uuid:pk>/_timeline", customer_page.timeline, name="customer_timeline"),
]
