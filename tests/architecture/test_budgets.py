"""The written budgets against the goals of design: 25 statements a page, 6 a list, 10 a fragment; what is dearer says why.

The frame is what every signed-in request asks whatever it shows: session, user, seat, member, posts, branches and the
two walls. A page's limit includes it; a list's and a fragment's goal count only what the view asks itself.
"""

import pytest

from tests.architecture.budgets import STATEMENTS
from tests.architecture.costs import Cost, complaint_about
from tests.architecture.routes import listed

FRAME = STATEMENTS["workspace:home"][0]
PAGE, LIST, FRAGMENT = 25, 6, 10

DEARER_PAGES = {
    "workflow:playbooks": "what each rule in force would do this week is asked of its subjects, one statement a rule",
    "workspace:customer": "360°: every app's happenings, next steps and panels, one statement each",
}
DEARER_LISTS = {
    "projects:project": "the project's head and its tab of notes; rows are one statement",
    "projects:projects": "six columns of a board, their sums, and the people to filter by",
    "workflow:playbooks": "what each rule would do this week is asked of its subjects, one statement a rule",
    "workspace:calls": "the queue, the agent's own figures and the coverage of the day",
    "workspace:customers": "rows, phones, tags, projects and calls, one statement a kind; saved views, branches, advisers",
    "workspace:import": "sheets, words and branches the import asks about, beside the rows",
    "workspace:messages": "what waits, what arrived, and the figures above them",
    "workspace:workbench": "five panels in one page; each has an address and a budget of its own",
}
DEARER_FRAGMENTS = {
    "workspace:call": "the call, its customer, script, history and the queue's figures are drawn anew together",
    "workspace:customer_peek": "the newest happenings and next steps of every app",
    "workspace:customer_timeline": "one statement for each app's happenings",
}


def test_every_address_that_answers_get_has_a_budget():
    asked = {route.name for route in listed() if not route.public and not route.user_only and _gets(route)}
    assert sorted(asked - STATEMENTS.keys()) == [], "write it with --new-budgets"
    assert sorted(STATEMENTS.keys() - asked) == [], "no such address: --new-budgets drops the line"


def test_only_the_named_pages_ask_more_than_a_page_may():
    assert _over(PAGE, {name: cost[0] for name, cost in STATEMENTS.items()}) == DEARER_PAGES.keys()


def test_only_the_named_lists_ask_more_than_six_of_their_own():
    lists = {route.name for route in listed() if any(method.rows for method in route.methods)}
    own = {name: STATEMENTS[name][0] - FRAME for name in lists}
    assert _over(LIST, own) == DEARER_LISTS.keys()


def test_only_the_named_fragments_ask_more_than_ten_of_their_own():
    own = {name: cost[1] - FRAME for name, cost in STATEMENTS.items() if len(cost) == 2}
    assert _over(FRAGMENT, own) == DEARER_FRAGMENTS.keys()


@pytest.mark.parametrize(
    ("name", "cost", "words"),
    [
        ("api:me", Cost(99), ["13 for the page", "99 for the page", "--new-budgets"]),
        ("no:such", Cost(3, 2), ["no budget yet", "3 for the page and 2 for the fragment", "--new-budgets"]),
        ("api:me", Cost(13, 5), ["no for the fragment", "5 for the fragment"]),
    ],
)
def test_a_changed_or_missing_count_says_what_was_what_is_and_what_to_do(monkeypatch, name, cost, words):
    monkeypatch.setitem(STATEMENTS, "api:me", (13,))
    said = complaint_about(name, cost)
    assert all(word in said for word in words), said
    assert complaint_about("api:me", Cost(13)) == ""


def _gets(route):
    return any(method.verb == "GET" for method in route.methods)


def _over(limit, counts):
    """A name no longer over the limit must leave its table too: a reason without a page is a lie."""
    return {name for name, count in counts.items() if count > limit}
