from argparse import ArgumentParser
from collections.abc import Callable
from random import Random
from typing import Any

from django.core.management.base import BaseCommand

from tenancy.audit.actor import Actor, acting
from tenancy.models import Firm, FirmSetting
from tenancy.scoping import firm_scope
from workspace.demo import calls, cast, opening, stories

DONE = "demo.told"
"""How far the demo has been told, kept among the firm's settings: a killed run goes on where it stopped."""


class Command(BaseCommand):
    """The demo firm: people of every role, 1,260 customers by the import, and a week of work in progress."""

    help = "make the demo firm (once); --accounts prints how to sign in"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the demo accounts")

    def handle(self, *, accounts: bool, **_: Any) -> None:
        if accounts:
            self.stdout.write(_accounts())
            return
        with acting(Actor(label="演示数据", door="shell")):
            self._tell()

    def _tell(self) -> None:
        demo = opening.open_firm()
        chapters: list[Callable[[], None]] = [
            lambda: opening.take_in_ledger(demo),
            lambda: _inside(demo, stories.tell),
            lambda: _inside(demo, calls.tell),
        ]
        for number, chapter in enumerate(chapters, start=1):
            if _told(demo.firm) < number:
                chapter()
                _remember(demo.firm, number)


def _inside(demo: opening.Demo, tell: Callable[[opening.Demo, Random], None]) -> None:
    with firm_scope(demo.firm.pk):
        tell(demo, Random(20))  # noqa: S311 - invented people, not secrets


def _told(firm: Firm) -> int:
    with firm_scope(firm.pk):
        return int(FirmSetting.objects.filter(key=DONE).values_list("value", flat=True).first() or 0)


def _remember(firm: Firm, number: int) -> None:
    with firm_scope(firm.pk):
        FirmSetting.objects.update_or_create(key=DONE, defaults={"value": number})


def _accounts() -> str:
    rows = [f"  {part.role.label:　<8}{part.name:　<5}{part.email}" for part in cast.PEOPLE if part.login]
    return "\n".join([f"  演示账号（密码都是 {cast.PASSWORD}）", *rows, ""])
