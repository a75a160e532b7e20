from django.urls import path

from files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:pk>/", views.attachment, name="attachment"),
    path("files/<uuid:pk>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("files/<uuid:pk>/removal/", views.removal, name="removal"),
    path("files/<uuid:pk>/restoration/", views.restoration, name="restoration"),
]
