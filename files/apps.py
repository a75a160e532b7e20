from django.apps import AppConfig

from core import registries


class FilesConfig(AppConfig):
    """Attachments, private storage and printed documents."""

    name = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        registries.load(self.name)
