from django.apps import AppConfig

from core import registries


class PortalConfig(AppConfig):
    """The owner's face of the product."""

    name = "portal"
    verbose_name = "业主"

    def ready(self) -> None:
        registries.load(self.name)
