"""A firm never crosses requests, threads, errors or broken lines: a minute of two firms on the same few connections.

Eight people ask four workers, which keep their database connections as a server does. Some requests raise inside the
firm's scope, some break the line before the answer. Every answer is searched for the other firm's words.
"""

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from django.conf import settings as product
from django.db import connection
from django.urls import reverse

from crm.models import Customer
from tenancy.models import Role
from tenancy.scoping import firm_in_scope, firm_scope
from tenancy.tasks import firm_task
from tests.clients import Browser, signed_in
from tests.factories.crm import make_contact_point, make_customer
from tests.factories.projects import make_project
from tests.factories.tenancy import make_branch, make_member
from tests.long import desk, faults

SECONDS = 60
PEOPLE = 8
TASKS = 400
SHARED = "红线"
HANG_UP = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Side:
    """One firm as its member's browser knows it."""

    firm_id: int
    canary: str
    cookie: str
    addresses: tuple[str, ...]
    customer: str


@dataclass
class Tally:
    answers: "Counter[int]" = field(default_factory=Counter)
    own: int = 0
    aborted: int = 0
    leaks: list[str] = field(default_factory=list)


def test_no_answer_carries_the_other_firm(firm, other_firm, settings, record_property):
    settings.NESTED_FIRM_SCOPES = False
    settings.ROOT_URLCONF = "tests.long.faults"
    sides = (_side(firm, "甲子乙丑"), _side(other_firm, "丙寅丁卯"))
    tally = Tally()
    with desk.serving(workers=4) as server:
        _soak(server.url, sides, tally)
        marks = server.on_every_worker(_firm_left_behind)

    requests = sum(tally.answers.values())
    record_property("measured", _told(tally, requests, marks))
    assert tally.leaks == []
    assert requests > 500
    assert tally.own > requests / 3, "the pages hardly showed anything"
    assert tally.answers[500] > 0, "no request failed"
    assert tally.aborted > 0, "no line was broken"
    assert set(marks) == {(None, "")}


def test_no_task_leaves_its_firm_behind(firm, other_firm, settings, record_property):
    settings.NESTED_FIRM_SCOPES = False
    canaries = {firm.pk: "甲子乙丑", other_firm.pk: "丙寅丁卯"}
    for place, canary in canaries.items():
        with firm_scope(place):
            make_customer(name=f"{SHARED}{canary}")
    ids = list(canaries)

    with ThreadPoolExecutor(4) as workers:
        jobs = [workers.submit(_work, ids[number % 2], number) for number in range(TASKS)]
        results = [job.result() for job in jobs]
        list(workers.map(lambda _worker: connection.close(), range(16)))

    failed = sum(names is None for _firm, names, _mark in results)
    leaks = [r for r in results if r[1] is not None and r[1] != [f"{SHARED}{canaries[r[0]]}"]]
    left = [mark for _firm, _names, mark in results if mark != (None, "")]
    record_property(
        "measured", f"tasks: {TASKS} run, {failed} failed, {len(leaks)} leaks, {len(left)} firms left"
    )
    assert (leaks, left) == ([], [])
    assert failed == TASKS // 2


def _side(firm, canary: str) -> Side:
    branch = make_branch(firm, name=f"{canary}店")
    member = make_member(Role.CS_MANAGER, firm=firm, name=f"{canary}主管")
    with firm_scope(firm.pk):
        customer = make_customer(branch=branch, name=f"{SHARED}{canary}")
        make_contact_point(customer)
        project = make_project(branch, customer=customer, room=canary)
    name = product.SESSION_COOKIE_NAME
    return Side(
        firm_id=firm.pk,
        canary=canary,
        cookie=f"{name}={signed_in(member, Browser()).cookies[name].value}",
        customer=reverse("workspace:customer", kwargs={"pk": customer.pk}),
        addresses=(
            reverse("workspace:customers"),
            reverse("workspace:customer", kwargs={"pk": customer.pk}),
            f"{reverse('workspace:search')}?q={quote(SHARED)}",
            reverse("projects:projects"),
            reverse("projects:project", kwargs={"number": project.number}),
            reverse("api:customer-list"),
            *(reverse("fault", kwargs={"kind": kind}) for kind in faults.KINDS),
        ),
    )


def _soak(url: str, sides: tuple[Side, Side], tally: Tally) -> None:
    until = time.monotonic() + SECONDS
    lock = threading.Lock()
    people = [
        threading.Thread(target=_person, args=(urlsplit(url).netloc, sides, tally, lock, until, seed))
        for seed in range(PEOPLE)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(SECONDS + 60)


def _person(place: str, sides, tally: Tally, lock, until: float, seed: int) -> None:
    """Alternates between the firms; now and then asks one for the other's customer, or hangs up."""
    dice = random.Random(seed)
    turn = seed
    while time.monotonic() < until:
        turn += 1
        mine, other = sides[turn % 2], sides[(turn + 1) % 2]
        address = other.customer if dice.random() < 0.1 else dice.choice(mine.addresses)
        if dice.random() < 0.1:
            _hang_up(place, address, mine.cookie)
            with lock:
                tally.aborted += 1
            continue
        status, text = _ask(place, address, mine.cookie)
        with lock:
            _note(tally, mine, other, address, status, text)


def _note(tally: Tally, mine: Side, other: Side, address: str, status: int, text: str) -> None:
    tally.answers[status] += 1
    tally.own += mine.canary in text
    if other.canary in text:
        tally.leaks.append(f"firm {mine.firm_id} read firm {other.firm_id} at {address}: {status}")


def _ask(place: str, address: str, cookie: str) -> tuple[int, str]:
    line = http.client.HTTPConnection(place, timeout=60)
    try:
        line.request("GET", address, headers={"Cookie": cookie})
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        line.close()


def _hang_up(place: str, address: str, cookie: str) -> None:
    """The question is sent, and the line broken at once."""
    host, port = place.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(f"GET {address} HTTP/1.0\r\nHost: {place}\r\nCookie: {cookie}\r\n\r\n".encode())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP)


def _work(firm_id: int, number: int):
    """One task as a worker runs it; the second of each firm's two fails, each time in another way."""
    try:
        names = look_around(
            firm_id=firm_id, trouble=faults.KINDS[number // 4 % len(faults.KINDS)] * (number // 2 % 2)
        )
    except faults.EXPECTED:
        names = None
    return firm_id, names, _firm_left_behind()


@firm_task()
def look_around(trouble: str) -> list[str]:
    names = list(Customer.objects.values_list("name", flat=True))
    if trouble:
        faults.happen(trouble)
    return names


def _firm_left_behind() -> tuple[int | None, str]:
    """What Python and PostgreSQL still know on this worker's own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.firm_id', true), '')")
        return firm_in_scope(), cursor.fetchone()[0]


def _told(tally: Tally, requests: int, marks: list) -> str:
    answers = dict(sorted(tally.answers.items()))
    left = sum(mark != (None, "") for mark in marks)
    return (
        f"soak: {requests} requests in {SECONDS} s {answers}, {tally.aborted} aborted, "
        f"{tally.own} showed their own firm, leaks {len(tally.leaks)}, firms left on connections {left}"
    )
