from django.apps import AppConfig

from core import registries


class ProjectsConfig(AppConfig):
    """Projects from the first talk to the warranty."""

    name = "projects"
    verbose_name = "项目"

    def ready(self) -> None:
        registries.load(self.name)
