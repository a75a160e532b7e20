import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm
from workflow import planner


class Command(BaseCommand):
    help = "Plan the touchpoints of a day by hand and say what was made; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=_date, help="the day to plan, YYYY-MM-DD; otherwise this moment")
        parser.add_argument("--firm", help="code of the firm; otherwise every active firm")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        made: dict[str, int] = {}
        with acting(Actor(door="shell")):
            for firm in _firms(options["firm"]):
                for rule_key, count in planner.plan(
                    options["date"], firm, by_hand=options["date"] is not None
                ).items():
                    made[rule_key] = made.get(rule_key, 0) + count
        if options["json"]:
            self.stdout.write(json.dumps(planner.describe(made), ensure_ascii=False))
            return
        for rule_key, count in made.items():
            self.stdout.write(f"{rule_key}: {count}")
        self.stdout.write(f"total: {sum(made.values())}")


def _firms(code: str | None) -> list[Firm]:
    if code is None:
        return list(Firm.objects.filter(state=Firm.State.ACTIVE).order_by("pk"))
    try:
        return [Firm.objects.get(code=code)]
    except Firm.DoesNotExist:
        raise CommandError(f"no firm has the code {code}") from None


def _date(text: str) -> date:
    return date.fromisoformat(text)
