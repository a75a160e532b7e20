from django.urls import path

from projects.views import appointments, boards, confirmations, moves, notes, project
from projects.views.standing import (
    CANCELLATION,
    LOSS,
    REOPENING,
    RESUMPTION,
    SUSPENSION,
    change_standing,
)

app_name = "projects"
urlpatterns = [
    path("projects/", boards.projects, name="projects"),
    path("projects/mine/", boards.mine, name="mine"),
    path("projects/new/", project.new, name="new"),
    path("projects/<str:number>/", project.project, name="project"),
    path("projects/<str:number>/edit/", project.edit, name="edit"),
    path("projects/<str:number>/people/", project.people, name="people"),
    path("projects/<str:number>/advance/", moves.advance, name="advance"),
    path("projects/<str:number>/loss/", change_standing, {"how": LOSS}, name="loss"),
    path("projects/<str:number>/reopening/", change_standing, {"how": REOPENING}, name="reopening"),
    path("projects/<str:number>/suspension/", change_standing, {"how": SUSPENSION}, name="suspension"),
    path("projects/<str:number>/resumption/", change_standing, {"how": RESUMPTION}, name="resumption"),
    path("projects/<str:number>/cancellation/", change_standing, {"how": CANCELLATION}, name="cancellation"),
    path("projects/<str:number>/facts/<str:fact>/", moves.fact, name="fact"),
    path("projects/<str:number>/node/", moves.node, name="node"),
    path("projects/<str:number>/visits/new/", notes.note, name="note"),
    path("projects/<str:number>/confirmation/", confirmations.propose, name="propose"),
    path("confirmations/", confirmations.confirmations, name="confirmations"),
    path("appointments/<uuid:pk>/parties/<uuid:person>/", confirmations.party, name="party"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/new/", appointments.new, name="appointment_new"),
    path("appointments/<uuid:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:pk>/move/", appointments.move, name="appointment_move"),
    path("appointments/<uuid:pk>/outcome/", appointments.outcome, name="appointment_outcome"),
    path("appointments/<uuid:pk>/cancellation/", appointments.cancellation, name="appointment_cancel"),
    path("appointments/<uuid:pk>/answers/<uuid:person>/", appointments.answer, name="appointment_answer"),
]
