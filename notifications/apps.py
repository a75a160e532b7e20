from django.apps import AppConfig

from core import registries


class NotificationsConfig(AppConfig):
    """Carrying words to people by any channel."""

    name = "notifications"
    verbose_name = "触达"

    def ready(self) -> None:
        registries.load(self.name)
