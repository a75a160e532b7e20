"""The call desk as its agents use it: open a call, fill in the questionnaire, save, and the next one opens."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from statistics import median
from time import monotonic

from bench.measure.browsing import Answer, Browser, Unanswered
from bench.measure.costs import Meter
from bench.measure.numbers import percentile
from bench.questions.job import run_job
from bench.questions.page import beside_floors, floor
from bench.questions.question import Ground
from bench.results import Goal, Result

LEAD = "cs_manager"
BEST_MARK = "5"


class Questionnaire(HTMLParser):
    """The answers a call page offers: field name → values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name.startswith("q_"):
            self.offered.setdefault(name, []).append(given.get("value") or "")

    @property
    def filled(self) -> dict[str, str]:
        """A content customer: full marks, nobody asked for a treat, nothing that raises an alarm."""
        return {
            name: BEST_MARK if BEST_MARK in values else "no" if "no" in values else "现场挺干净"
            for name, values in self.offered.items()
        }


@dataclass
class Agent:
    """``save`` is one step of the day. ``page_ms``: how long each call took to be drawn."""

    browser: Browser
    address: str = ""
    form: dict[str, str] = field(default_factory=dict)
    page_ms: list[float] = field(default_factory=list)

    def begin(self) -> None:
        self._open(self.browser.post("/calls/next/", {}))

    def save(self, *, counted: bool = False) -> Answer:
        """Save what was said and be led to the next call; the page that follows is fetched outside the answer."""
        given = {"outcome": "reached", "auto_next": "on", "note": "这周去看过，水电走得很整齐。", **self.form}
        answer = self.browser.post(f"{self.address}outcome/", given, counted=counted)
        self._open(answer)
        return answer

    def _open(self, answer: Answer) -> None:
        address = answer.headers.get("location", "").partition("?")[0]
        if answer.status != 302 or address in {"", "/calls/"}:
            raise Unanswered(f"the desk led to no next call: {answer.status} {address}")
        page = self.browser.get(address)
        if page.status != 200:
            raise Unanswered(f"the next call was not drawn: {page.status}")
        self.page_ms.append(page.ms)
        self.address, self.form = address, Questionnaire(page.text).filled


@dataclass(frozen=True)
class Desk:
    """One agent is measured beside the floor; several at once show what they do to each other."""

    name: str
    label: str
    english: str
    agents: int = 1
    saves: int = 25
    goals: tuple[Goal, ...] = ()
    workers: int = 1

    def measure(self, ground: Ground) -> Result:
        agents = [Agent(ground.visitor(email)) for email in ground.world.agents[: self.agents]]
        if len(agents) < self.agents:
            raise Unanswered(f"the world has {len(agents)} agents, {self.agents} are needed")
        self._fill_the_queue(ground)
        for agent in agents:
            agent.begin()
        figures = self._alone(ground, agents[0]) if self.agents == 1 else self._together(ground, agents)
        pages = [ms for agent in agents for ms in agent.page_ms]
        note = (
            f"the next call's page is drawn in {median(pages):.0f} ms, p95 {percentile(pages, 0.95):.0f} ms"
        )
        return Result(self.name, self.label, self.english, self.goals, figures, note=note)

    def _fill_the_queue(self, ground: Ground) -> None:
        """Nobody sits before an empty desk: a call for every save there may be."""
        limits = ground.limits
        calls = self.agents * (self.saves + 2) + 2 * (limits.rounds * limits.tries + 2 * limits.warm_up)
        run_job("bench.jobs.calling", ground, str(calls))

    def _alone(self, ground: Ground, agent: Agent) -> dict[str, float]:
        """The floor takes its calls for somebody else: what the agent already holds would be their next call."""
        return beside_floors(ground, agent.save, floor(ground.visitor(LEAD), "call"))

    def _together(self, ground: Ground, agents: Sequence[Agent]) -> dict[str, float]:
        statements = max(agent.save(counted=True).statements or 0 for agent in agents)
        meter = Meter(ground.server.web_pids, ground.server.database_pids)
        with meter.watch("ours"):
            began = monotonic()
            times = list(_saving(agents, self.saves, ground.limits.seconds))
            lasted = monotonic() - began
        return {
            "p50_ms": median(times),
            "p95_ms": percentile(times, 0.95),
            **({"statements": statements} if statements else {}),
            "web_ms": meter.bill.web["ours"] / len(times),
            "database_ms": meter.bill.database["ours"] / len(times),
            "requests": len(times),
            "saves_a_second": len(times) / lasted,
        }


def _saving(agents: Sequence[Agent], saves: int, seconds: float) -> Iterator[float]:
    """Everybody begins at the same moment and saves one call after the other, at least one; nobody pauses to talk."""
    barrier, deadline = threading.Barrier(len(agents)), monotonic() + seconds

    def work(agent: Agent) -> list[float]:
        barrier.wait(seconds)
        return [agent.save().ms for save in range(saves) if not save or monotonic() < deadline]

    with ThreadPoolExecutor(len(agents)) as room:
        for times in room.map(work, agents):
            yield from times
