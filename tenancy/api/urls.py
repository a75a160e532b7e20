from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from tenancy.api import people, schema

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", schema.ReferencePage.as_view(), name="docs"),
    path("me/", people.MeView.as_view(), name="me"),
    path("branches/", people.BranchList.as_view(), name="branch-list"),
    path("branches/<uuid:pk>/", people.BranchDetail.as_view(), name="branch-detail"),
    path("members/", people.MemberList.as_view(), name="member-list"),
    path("members/<uuid:pk>/", people.MemberDetail.as_view(), name="member-detail"),
]
