from rest_framework.routers import SimpleRouter

from notifications.api import views

router = SimpleRouter()
router.register("call-tasks", views.CallTaskViewSet, basename="call-task")
router.register("messages", views.MessageViewSet, basename="message")

urlpatterns = router.urls
