from django.core.management.commands.makemigrations import Command as BaseCommand

from tenancy.autodetector import FirmAutodetector


class Command(BaseCommand):
    autodetector = FirmAutodetector
