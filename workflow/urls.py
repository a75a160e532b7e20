from django.urls import path

from workflow.views import playbooks, tasks

app_name = "workflow"
urlpatterns = [
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("touchpoints/<uuid:pk>/", playbooks.touchpoint, name="touchpoint"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<uuid:pk>/completion/", tasks.completion, name="completion"),
    path("tasks/<uuid:pk>/reopening/", tasks.reopening, name="reopening"),
]
