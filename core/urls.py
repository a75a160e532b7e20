from django.urls import path

from core import views

urlpatterns = [
    path("ui/", views.components, name="components"),
    path("preferences/", views.preference, name="preference"),
    path("preferences/language/", views.language, name="set_language"),
    path("app.webmanifest", views.manifest, name="manifest"),
]
