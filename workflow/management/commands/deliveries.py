from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm
from tenancy.scoping import firm_scope
from workflow import delivery


class Command(BaseCommand):
    help = "Show the events that were given up after repeated failures, and with --retry put them back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--firm", help="code of the firm; otherwise every firm")
        parser.add_argument("--retry", action="store_true", help="try the parked ones again")

    def handle(self, *args: Any, **options: Any) -> None:
        firms = Firm.objects.filter(**{"code": options["firm"]} if options["firm"] else {}).order_by("pk")
        for firm in firms:
            with acting(Actor(door="shell")), firm_scope(firm.pk):
                self._show(firm, retry=options["retry"])

    def _show(self, firm: Firm, *, retry: bool) -> None:
        for row in delivery.parked():
            self.stdout.write(
                f"{firm.code} {row.pk} {row.event.name} → {row.handler}: {row.error.splitlines()[0]}"
            )
            if retry:
                delivery.try_again(row.pk)
