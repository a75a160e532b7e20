from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management import BaseCommand, CommandError

from config.embedded import roles
from config.env import env


class Command(BaseCommand):
    """For a real server, once and after every upgrade, before `migrate`; the embedded one is always ensured."""

    help = "Create or repair the roles, the database, its extensions and grants, as DATABASE_ADMIN_URL's superuser."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        admin, app, owner = (_needed(f"DATABASE_{name}URL") for name in ("ADMIN_", "", "OWNER_"))
        passwords = {
            roles.APP: _password(app),
            roles.OWNER: _password(owner),
            roles.BACKUP: env("BACKUP_PASSWORD", default=""),
        }
        name = urlsplit(app).path.strip("/")
        roles.ensure_database(admin, name, passwords=passwords)
        self.stdout.write(f"Roles and database {name} are in place.")


def _needed(name: str) -> str:
    value = env(name, default="")
    if not value:
        raise CommandError(f"Set {name}; .env.example says what it is.")
    return str(value)


def _password(url: str) -> str:
    return unquote(urlsplit(url).password or "")
