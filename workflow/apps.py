from django.apps import AppConfig

from core import registries


class WorkflowConfig(AppConfig):
    """What happened, and what must happen next."""

    name = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        from workflow import checks, planner  # noqa: F401, PLC0415 - system checks; whoever publishes must know who listens

        registries.load(self.name)
