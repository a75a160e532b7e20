from django.urls import path

from workflow.api import views

urlpatterns = [
    path("staff-tasks/", views.StaffTaskList.as_view(), name="staff-task-list"),
    path(
        "staff-tasks/<uuid:pk>/completion/", views.StaffTaskCompletion.as_view(), name="staff-task-completion"
    ),
]
