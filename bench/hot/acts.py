"""What the product does most, each with the one statement of it that reads the most rows of the firm.

Nothing here is SQL to run: the act is done, and the statement is recognised when it passes. One that no longer passes
has been rewritten; then its line here is read again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.sending import claiming
from tenancy.scoping import firm_scope
from workflow import clocks, delivery, planner

SATURDAY: Final = 5


@dataclass(frozen=True)
class Stage:
    """``manager`` and ``agent`` are signed in; ``name`` and ``phone`` are what somebody types to find ``customer``."""

    firm_id: int
    manager: Client
    agent: Client
    customer: Any
    name: str
    phone: str


@dataclass(frozen=True)
class Hot:
    """``words`` all stand in the statement; ``given`` is among its values where one text serves several rules.

    ``reads_all``: why it may read a whole table of a large firm.
    """

    name: str
    why: str
    act: Callable[[Stage], Any]
    words: tuple[str, ...]
    given: str = ""
    reads_all: str = ""

    def is_meant(self, sql: str, params: Any) -> bool:
        return all(word in sql for word in self.words) and (not self.given or self.given in tuple(params))


def _page(name: str, *, query: str = "") -> Callable[[Stage], Any]:
    return lambda stage: stage.manager.get(reverse(name) + query.format(stage=stage))


def _customer_page(stage: Stage) -> None:
    stage.manager.get(reverse("workspace:customer", kwargs={"pk": stage.customer}))


def _next_call(stage: Stage) -> None:
    stage.agent.post(reverse("workspace:call_next"))


def _queue(stage: Stage) -> None:
    stage.agent.get(reverse("workspace:work_queue"))


def _in_firm(work: Callable[[], Any]) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        with firm_scope(stage.firm_id):
            work()

    return act


def _plan_saturday() -> None:
    today = timezone.localdate()
    planner.plan(today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7))


HOT: Final = (
    Hot(
        "navigation_counts",
        "beside every page: what waits behind each entry",
        _page("workspace:customers"),
        ("UNION ALL", "nav_key"),
    ),
    Hot(
        "customers_page",
        "the list of customers, its first 50",
        _page("workspace:customers"),
        ('FROM "crm_customer"', "ORDER BY", "LIMIT"),
    ),
    Hot(
        "customers_api",
        "the same through the API",
        _page("api:customer-list"),
        ('FROM "crm_customer"', "ORDER BY", "LIMIT"),
    ),
    Hot(
        "search_name",
        "the search box, a name",
        _page("workspace:search", query="?q={stage.name}"),
        ('"tenancy_searchtoken"',),
    ),
    Hot(
        "search_phone",
        "the search box, seven digits of a phone",
        _page("workspace:search", query="?q={stage.phone}"),
        ('"tenancy_searchtoken"',),
    ),
    Hot(
        "customer_timeline",
        "a customer's page: the texts of the timeline",
        _customer_page,
        ('FROM "notifications_message"', "ORDER BY", "LIMIT"),
    ),
    Hot(
        "projects_board",
        "the board: the first cards of each column",
        _page("projects:projects"),
        ("SELECT * FROM (", "ROW_NUMBER()", '"projects_project"'),
    ),
    Hot("call_next", "an agent takes the next call", _next_call, ("notifications_calltask", "SKIP LOCKED")),
    Hot(
        "queue_counts",
        "the workbench: how many calls wait in each lane",
        _queue,
        ("COUNT(", 'FROM "notifications_calltask"'),
    ),
    Hot(
        "message_claim",
        "every 15 seconds: texts that are due",
        _in_firm(lambda: claiming.claim(timezone.now())),
        ('FROM "notifications_message"', "SKIP LOCKED"),
    ),
    Hot(
        "outbox_claim",
        "every 15 seconds: deliveries that are due",
        lambda stage: delivery.deliver(stage.firm_id),
        ('FROM "workflow_delivery"', "SKIP LOCKED"),
    ),
    Hot(
        "clocks_due",
        "every 15 seconds: promises past their time",
        _in_firm(clocks.flag_overdue),
        ('FROM "workflow_clock"', "SKIP LOCKED"),
    ),
    Hot(
        "saturday_plan",
        "once a week: a call for every project under construction",
        _in_firm(_plan_saturday),
        ("INSERT INTO workflow_touchpoint",),
        given="saturday_call",
        reads_all="it is about every project there is",
    ),
)
