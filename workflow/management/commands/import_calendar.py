from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import Refusal
from tenancy.models import Firm
from tenancy.scoping import firm_scope
from workflow import due
from workflow.models import Due
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
        if changed:
            _plan_again()
        self.stdout.write(f"calendar: {changed} days changed")


def _plan_again() -> None:
    """Rounds and deadlines already planned follow the new calendar at the planner's next visit."""
    for firm in Firm.objects.filter(state=Firm.State.ACTIVE):
        with firm_scope(firm.pk):
            due.note(Due.Queue.PLAN, timezone.now())
