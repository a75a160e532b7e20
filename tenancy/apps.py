from django.apps import AppConfig

from core import registries


class TenancyConfig(AppConfig):
    """Who is asking, and for which firm."""

    name = "tenancy"
    verbose_name = "企业与人员"

    def ready(self) -> None:
        from tenancy import checks  # noqa: F401, PLC0415 - registers system checks
        from tenancy.api import schema  # noqa: F401, PLC0415 - registers how the reference describes our doors

        registries.load(self.name)
