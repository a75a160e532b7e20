from django.apps import AppConfig

from core import registries


class AftersalesConfig(AppConfig):
    """Warranties, and what is done after the keys."""

    name = "aftersales"
    verbose_name = "售后"

    def ready(self) -> None:
        registries.load(self.name)
