"""Runs in a process of its own, with a world's settings: ``python -m bench.hot.looking write|check <what is told>``."""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

PLANS = Path(__file__).resolve().parents[1] / "plans"
HEAD = """-- {name}: {why}
-- World {world}, as the application's role under row security. Taken from the product by `python -m bench.hot`,
-- which writes this file anew; costs and times are those of the machine it ran on.

"""


def main(what: str, told: dict[str, Any]) -> int:
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    stage = _stage(told)
    return _check(stage) if what == "check" else _write(stage, told["world"])


def _write(stage: Any, world: str) -> int:
    from bench.hot.acts import HOT  # noqa: PLC0415 - needs django.setup
    from bench.hot.seeing import in_words, see  # noqa: PLC0415 - needs django.setup

    PLANS.mkdir(exist_ok=True)
    for hot in HOT:
        text = HEAD.format(name=hot.name, why=hot.why, world=world) + see(hot, stage, in_words)
        (PLANS / f"{hot.name}.txt").write_text(text, encoding="utf-8")
        print(f"{hot.name}: {text.splitlines()[-1].strip()}")
    return 0


def _check(stage: Any) -> int:
    from bench.hot.acts import HOT  # noqa: PLC0415 - needs django.setup
    from bench.hot.reading import reached, read_for_nothing  # noqa: PLC0415 - needs django.setup
    from bench.hot.seeing import as_tree, see  # noqa: PLC0415 - needs django.setup
    from tenancy.checks import firm_models  # noqa: PLC0415 - needs django.setup

    tables = {model._meta.db_table for model in firm_models()}

    def look(cursor: Any, statement: str) -> tuple[int, list[str]]:
        plan = as_tree(cursor, statement)
        return len(reached(plan)), read_for_nothing(plan, tables)

    bad = 0
    for hot in HOT:
        count, said = see(hot, stage, look)
        bad += bool(said) and not hot.reads_all
        print(f"{hot.name}: by {count} indexes and tables; {', '.join(said) or 'nothing read for nothing'}")
    print(f"{len(HOT)} statements; {bad} read a large table for nothing")
    return int(bad > 0)


def _stage(told: dict[str, Any]) -> Any:
    from bench.hot.acts import Stage  # noqa: PLC0415 - needs django.setup

    customer = told["customer"]
    return Stage(
        firm_id=told["firm_id"],
        manager=_signed_in(told["account"], told["password"]),
        agent=_signed_in(told["agent"], told["password"]),
        customer=customer["id"],
        name=customer["name"],
        phone=told["phone"],
    )


def _signed_in(account: str, password: str) -> Any:
    from django.test import Client  # noqa: PLC0415 - needs django.setup
    from django.urls import reverse  # noqa: PLC0415 - needs django.setup

    client = Client(SERVER_NAME="127.0.0.1")
    answer = client.post(reverse("tenancy:login"), {"name": account, "password": password})
    assert answer.status_code == 302, answer.status_code
    return client


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
