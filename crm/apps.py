from django.apps import AppConfig

from core import registries


class CrmConfig(AppConfig):
    """Customers, how to reach them, and what they asked for."""

    name = "crm"
    verbose_name = "客户"

    def ready(self) -> None:
        registries.load(self.name)
