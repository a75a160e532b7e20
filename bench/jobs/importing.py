"""A ledger through the product's own command, beside COPY of the same rows into a plain table."""

import secrets
import tempfile
from functools import partial
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up

from bench.floors import bulk  # noqa: E402
from bench.jobs import workbook  # noqa: E402
from bench.jobs.given import Given, in_turn, tell  # noqa: E402
from bench.measure import children  # noqa: E402

ROWS = 50_000
"""In the large world; a tenth of it in the small one."""
FEWEST = 200


def main() -> None:
    given, times = Given.read(), []
    count = max(int(ROWS * given.part), FEWEST)
    taken: list[children.Finished] = []
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        for number in given.each_round():
            rows = list(workbook.rows(count, seed=secrets.randbelow(10**9), today=timezone.localdate()))
            ledger = Path(folder) / f"{number}.xlsx"
            workbook.write(ledger, iter(rows))
            times.append(
                in_turn(number, ours=partial(take_in, ledger, given, taken), floor=partial(bulk.copy, rows))
            )
    last = taken[-1]
    told = ", ".join(f"{last.told[name]} {name}" for name in ("created", "rejected", "needs_person"))
    memory = max(one.memory_mb for one in taken)
    tell(times, rows=count, cpu_s=last.cpu_seconds, memory_mb=memory, note=told)


def take_in(ledger: Path, given: Given, taken: list[children.Finished]) -> float:
    """The command of the house in a process of its own: its memory is its own."""
    command = ("-m", "django", "import_ledger", str(ledger), "--firm", given.firm_code, "--json")
    taken.append(children.run(command, {}, seconds=given.at_most, leads=False))
    return taken[-1].seconds


if __name__ == "__main__":
    main()
