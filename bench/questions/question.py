"""What every question is, and what it may use to find its answer."""

import http.client
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bench.measure.browsing import Browser, Unanswered
from bench.measure.rounds import Limits
from bench.results import Goal, Result
from bench.server import Server
from bench.world import World

BROKEN = (Unanswered, http.client.HTTPException, OSError, subprocess.SubprocessError)
"""What may go wrong with one question and leaves the others worth asking."""
API = "api"
"""Asked with the firm's key instead of a person's session."""


class Question(Protocol):
    """``workers``: how many web processes answer meanwhile; floors and peers are told for one."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def english(self) -> str: ...
    @property
    def goals(self) -> tuple[Goal, ...]: ...
    @property
    def workers(self) -> int: ...

    def measure(self, ground: "Ground") -> Result: ...


def answered(question: Question, measure: Callable[[], Result]) -> Result:
    """What broke down is told in its place, as loudly as a goal that was missed."""
    try:
        return measure()
    except BROKEN as broken:
        why = f"{type(broken).__name__}: {broken}"
        return Result(question.name, question.label, question.english, question.goals, failed=why)


@dataclass
class Ground:
    """The world with a server before it. Visitors sign in once and keep their line."""

    world: World
    server: Server
    limits: Limits
    _visitors: dict[str, Browser] = field(default_factory=dict)

    def visitor(self, who: str) -> Browser:
        """``API``, a role of the world's accounts, or an e-mail address."""
        if who not in self._visitors:
            self._visitors[who] = self._arrive(who)
        return self._visitors[who]

    def _arrive(self, who: str) -> Browser:
        if who == API:
            return Browser(self.server.address, {"Authorization": f"Bearer {self.world.api_key}"})
        browser = Browser(self.server.address)
        browser.sign_in(self.world.accounts.get(who, who), self.world.password)
        return browser

    def leave(self) -> None:
        for browser in self._visitors.values():
            browser.close()
        self._visitors.clear()
