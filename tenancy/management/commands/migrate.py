from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as BaseCommand

from tenancy.autodetector import FirmAutodetector


class Command(BaseCommand):
    """Speaks to the database as its owner unless told otherwise."""

    autodetector = FirmAutodetector

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
