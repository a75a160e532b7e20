"""Every address of the product. Apps bring their own; this page only says where each stands."""

from django.urls import include, path

urlpatterns = [
    path("", include("config.operations_urls")),
    path("", include("core.urls")),
    path("", include("tenancy.urls")),
    path("", include("workspace.urls")),
    path("", include("crm.urls")),
    path("", include("files.urls")),
    path("", include("projects.urls")),
    path("", include("workflow.urls")),
    path("", include("notifications.urls")),
    path("", include("aftersales.urls")),
    path("api/v1/", include("config.api_urls")),
]
