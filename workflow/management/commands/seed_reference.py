from typing import Any

from django.core.management.base import BaseCommand

from workflow.reference import seed_reference


class Command(BaseCommand):
    help = "Fill the calendar of working days and holidays; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = seed_reference()
        if options["verbosity"] > 0:
            self.stdout.write(f"calendar: {changed} days changed")
