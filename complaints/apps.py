from django.apps import AppConfig

from core import registries


class ComplaintsConfig(AppConfig):
    """Complaints between headquarters and branches."""

    name = "complaints"
    verbose_name = "投诉"

    def ready(self) -> None:
        registries.load(self.name)
