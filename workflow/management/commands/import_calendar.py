from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import Refusal
from workflow.reference import import_calendar


class Command(BaseCommand):
    help = "Take over the official list of a year's holidays and make-up days (CSV: date, 上班 or 休, name)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = import_calendar(options["file"])
        except (OSError, Refusal) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"calendar: {changed} days changed")
