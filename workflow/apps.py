from django.apps import AppConfig

from core import registries


class WorkflowConfig(AppConfig):
    """What happened, and what must happen next."""

    name = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        from workflow import checks  # noqa: F401, PLC0415 - registers system checks

        registries.load(self.name)
