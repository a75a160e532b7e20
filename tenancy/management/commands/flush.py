from django.core.management.base import CommandParser
from django.core.management.commands.flush import Command as BaseCommand


class Command(BaseCommand):
    """Speaks to the database as its owner unless told otherwise."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
