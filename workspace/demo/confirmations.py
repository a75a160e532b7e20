"""The node confirmations of the coming week at the demo firm: one nobody heard of yet, one told, one agreed, one in conflict."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from projects.actions.answers import answer_for
from projects.actions.confirming import propose_node
from projects.actions.opening import staff_project
from projects.models import AppointmentPerson, Project
from projects.phases import Phase
from tenancy.models import Member
from workspace.demo import cast, clock
from workspace.demo.clock import at, living_at
from workspace.demo.opening import Demo

SAID: Final[tuple[dict[str, str], ...]] = (
    {},
    {"owner": "told"},
    {"owner": "confirmed", "inspector": "confirmed"},
    {"owner": "declined"},
)
"""What the parties of each appointment said, in the order of their days."""
FIRST_DAY: Final = 4
HOURS: Final = range(8, 19)
LENGTH: Final = timedelta(minutes=90)


def tell(demo: Demo, today: date) -> None:
    supervisor, inspector = demo.people["何建平"], demo.people["曹立新"]
    sites = Project.objects.filter(
        phase=Phase.INSPECTIONS, branch=demo.branches[cast.XIAN], engineering_supervisor=supervisor
    ).exclude(node="")
    for number, (site, said) in enumerate(zip(sites.order_by("-number")[: len(SAID)], SAID, strict=False)):
        with living_at(at(today - timedelta(days=1), 9, number)):
            _confirm(
                demo, site, supervisor, inspector, clock.next_working(today + timedelta(days=FIRST_DAY)), said
            )


def _confirm(
    demo: Demo, site: Project, supervisor: Member, inspector: Member, day: date, said: dict[str, str]
) -> None:
    """At the first hour at which everybody who is asked is free."""
    staff_project(site, by=demo.admin, inspector=inspector)
    hour = _free_hour(day, [supervisor.pk, inspector.pk, site.designer_id])
    made = propose_node(
        site,
        by=supervisor,
        node=site.node,
        starts_at=at(day, hour),
        ends_at=at(day, hour) + LENGTH,
        place=site.place,
    )
    for part, answer in said.items():
        reason = "业主那天出差" if answer == "declined" else ""
        answer_for(made.people.get(part=part), by=demo.agent, answer=answer, how="call", reason=reason)


def _free_hour(day: date, members: Sequence[Any]) -> int:
    taken = AppointmentPerson.objects.filter(member_id__in=members, is_busy=True)
    return next(
        hour
        for hour in HOURS
        if not taken.filter(starts_at__lt=at(day, hour) + LENGTH, ends_at__gt=at(day, hour)).exists()
    )
