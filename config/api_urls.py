"""The REST API, version 1; every app brings its own part."""

from django.urls import include, path

app_name = "api"
urlpatterns = [
    path("", include("tenancy.api.urls")),
    path("", include("crm.api.urls")),
    path("", include("projects.api.urls")),
    path("", include("aftersales.api.urls")),
    path("", include("workflow.api.urls")),
    path("", include("notifications.api.urls")),
]
