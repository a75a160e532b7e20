from django.urls import path

from projects.api import appointments, projects

urlpatterns = [
    path("projects/", projects.ProjectList.as_view(), name="project-list"),
    path("projects/<uuid:pk>/", projects.ProjectDetail.as_view(), name="project-detail"),
    path(
        "projects/<uuid:pk>/transitions/", projects.ProjectTransitions.as_view(), name="project-transitions"
    ),
    path("projects/<uuid:pk>/statements/", projects.ProjectStatements.as_view(), name="project-statements"),
    path("appointments/", appointments.AppointmentList.as_view(), name="appointment-list"),
    path("appointments/<uuid:pk>/", appointments.AppointmentDetail.as_view(), name="appointment-detail"),
    path("appointments/<uuid:pk>/moves/", appointments.AppointmentMoves.as_view(), name="appointment-moves"),
    path(
        "appointments/<uuid:pk>/outcome/",
        appointments.AppointmentOutcome.as_view(),
        name="appointment-outcome",
    ),
    path(
        "appointments/<uuid:pk>/cancellation/",
        appointments.AppointmentCancellation.as_view(),
        name="appointment-cancellation",
    ),
    path(
        "appointments/<uuid:pk>/answers/",
        appointments.AppointmentAnswers.as_view(),
        name="appointment-answers",
    ),
]
