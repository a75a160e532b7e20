"""Fill the call desk's queue: as many calls as the agents of the bench will save, due now, about real projects."""

import sys
from itertools import cycle, islice

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up

from bench.jobs.given import Given  # noqa: E402
from notifications.models import CallTask  # noqa: E402
from tenancy.scoping import firm_scope  # noqa: E402

ALIKE = (
    "subject_kind",
    "subject_id",
    "customer_id",
    "project_id",
    "branch_id",
    "title",
    "reason",
    "script_id",
    "lane",
    "week",
)


def main() -> None:
    given, wanted = Given.read(), int(sys.argv[2])
    with firm_scope(given.firm_id):
        open_calls(wanted)


def open_calls(wanted: int) -> None:
    """Like calls that were made before, so that they have a customer, a project and a script."""
    now = timezone.now()
    waiting = CallTask.objects.callable_at(now).filter(assignee=None).count()
    made = CallTask.objects.filter(status="done", project_id__isnull=False, script__isnull=False)
    alike = list(made.order_by("-ended_at").values(*ALIKE)[:wanted])
    CallTask.objects.bulk_create(
        CallTask(**facts, due_at=now, not_before=now)
        for facts in islice(cycle(alike), max(wanted - waiting, 0))
    )


if __name__ == "__main__":
    main()
