from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from config import tables

PAGE = Path(settings.BASE_DIR) / "docs" / "tables.md"


class Command(BaseCommand):
    """Writes docs/tables.md."""

    help = "write docs/tables.md from the models"

    def handle(self, **_: Any) -> None:
        with translation.override("zh-hans"):
            PAGE.write_text(tables.describe(), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} is up to date")
