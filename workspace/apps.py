from django.apps import AppConfig

from core import registries


class WorkspaceConfig(AppConfig):
    """Screens that span apps."""

    name = "workspace"
    verbose_name = "工作台"

    def ready(self) -> None:
        registries.load(self.name)
