from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django_fsm import FSMFieldMixin

from projects.drawing import draw
from workflow.models import StatefulModel

FOLDER = Path("docs/workflows")


def drawings() -> dict[str, str]:
    """File name → picture, for every state of every model of ours; in Chinese, as the screens say it."""
    with translation.override("zh-hans"):
        return {
            f"{model._meta.app_label}-{model._meta.model_name}.svg": draw(model, field)
            for model in apps.get_models()
            if issubclass(model, StatefulModel)
            for field in model._meta.concrete_fields
            if isinstance(field, FSMFieldMixin)
        }


class Command(BaseCommand):
    help = "Draws the states and transitions of every workflow from the code into docs/workflows/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", help="only the models of this app")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in drawings().items():
            if options["app"] in (None, name.split("-")[0]):
                (folder / name).write_text(picture, encoding="utf-8")
                self.stdout.write(name)
