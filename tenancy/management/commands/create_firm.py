from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from core.errors import Refusal
from core.phone import BadPhone, parse_phone
from tenancy import founding
from tenancy.actions import firms, invitations
from tenancy.models import Firm, Member
from tenancy.scoping import firm_scope


class Command(BaseCommand):
    help = "Open a firm with its first administrator, and print the link by which they come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="short and unique, as in jincheng")
        parser.add_argument("--name", help="the firm's name, as in 锦程装饰集团")
        parser.add_argument("--admin", help="the administrator's name")
        parser.add_argument("--phone", help="the administrator's mobile: their sign-in name")
        parser.add_argument("--branch", default="总部", help="name of the first branch")
        parser.add_argument(
            "--refresh", action="store_true", help="bring newly shipped defaults to an existing firm"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["refresh"]:
            self._refresh(options["code"])
            return
        for name in ("name", "admin", "phone"):
            if not options[name]:
                raise CommandError(f"--{name} is missing")
        self._found(options)

    def _found(self, options: dict[str, Any]) -> None:
        try:
            phone = parse_phone(options["phone"]).e164
            firm, admin = firms.found_firm(
                options["code"],
                options["name"],
                admin_name=options["admin"],
                admin_phone=phone,
                branch_name=options["branch"],
            )
            path = self._way_in(firm, admin)
        except (Refusal, BadPhone) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{firm.name} ({firm.code}): {settings.PUBLIC_URL}{path}")

    def _way_in(self, firm: Firm, admin: Member) -> str:
        """Somebody who already had an account comes in by its own password."""
        with firm_scope(firm.pk):
            if admin.user and admin.user.has_usable_password():
                return reverse("tenancy:login")
            return invitations.invite(admin, by=admin)

    def _refresh(self, code: str) -> None:
        firm = Firm.objects.filter(code=code).first()
        if firm is None:
            raise CommandError(f"no firm is called {code}")
        with firm_scope(firm.pk):
            founding.install_all(firm)
        self.stdout.write(f"{firm.name}: refreshed")
