from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("hooks/<slug:firm_code>/twilio/<uuid:pk>/status/", views.twilio_status, name="twilio_status"),
    path("hooks/<slug:firm_code>/twilio/reply/", views.twilio_reply, name="twilio_reply"),
]
