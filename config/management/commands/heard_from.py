from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from config import health


class Command(BaseCommand):
    """A container's health check for processes that listen to nobody."""

    help = "Exit 0 when `worker` or `beat` showed a sign of life within a minute."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=["worker", "beat"])

    def handle(self, *, name: str, **_: Any) -> None:
        if (state := health.CHECKS[name]()) != health.OK:
            raise CommandError(f"{name}: {state}")
        self.stdout.write(f"{name}: ok")
