from django.urls import path

from crm.views import care, contact_points, customers, files, lists, merging

app_name = "crm"
urlpatterns = [
    path("customers/new/", customers.new, name="new"),
    path("customers/_hints", customers.hints, name="hints"),
    path("customers/bulk/undo/", lists.bulk_undo, name="bulk_undo"),
    path("customers/<uuid:pk>/edit/", customers.edit, name="edit"),
    path("customers/<uuid:pk>/phone/", contact_points.reveal, name="phone"),
    path("customers/<uuid:pk>/assignment/", customers.assignment, name="assignment"),
    path("customers/<uuid:pk>/deletion/", customers.deletion, name="deletion"),
    path("customers/<uuid:pk>/restoration/", customers.restoration, name="restoration"),
    path("customers/<uuid:pk>/tags/", care.tags, name="tags"),
    path("customers/<uuid:pk>/follow-ups/", care.follow_up, name="follow_up"),
    path("customers/<uuid:pk>/enquiries/", care.enquiry, name="enquiry"),
    path("customers/<uuid:pk>/visits/", care.visit, name="visit"),
    path("customers/<uuid:pk>/files/", files.upload, name="files"),
    path("customers/<uuid:pk>/contact-points/", contact_points.new, name="contact_point_new"),
    path("customers/<uuid:pk>/merge/", merging.partner, name="merge_partner"),
    path("customers/<uuid:pk>/merge/<uuid:other>/", merging.merge, name="merge"),
    path("merges/<uuid:pk>/undoing/", merging.undoing, name="merge_undoing"),
    path("enquiries/<uuid:pk>/end/", care.enquiry_end, name="enquiry_end"),
    path("visits/<uuid:pk>/end/", care.visit_end, name="visit_end"),
    path("contact-points/<uuid:pk>/", contact_points.edit, name="contact_point"),
    path("contact-points/<uuid:pk>/state/", contact_points.state, name="contact_point_state"),
    path("contact-points/<uuid:pk>/removal/", contact_points.removal, name="contact_point_removal"),
    path("contact-points/<uuid:pk>/consents/", contact_points.consent, name="consent"),
    path("views/", lists.view_new, name="view_new"),
    path("views/<uuid:pk>/removal/", lists.view_removal, name="view_removal"),
    path("estates/", lists.estates, name="estates"),
    path("estates/new/", lists.estate_new, name="estate_new"),
    path("estates/<uuid:pk>/", lists.estate_edit, name="estate_edit"),
]
