from typing import Any

from django.core.management.base import BaseCommand

from config import translations


class Command(BaseCommand):
    """Brings locale/en up to date with the sentences of the code; new ones wait there for their English."""

    help = "collect every sentence into locale/en and count what is untranslated"
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, **_: Any) -> None:
        sentences, untranslated = translations.write()
        self.stdout.write(f"{sentences} sentences, {untranslated} untranslated")
