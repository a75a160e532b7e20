"""A small firm full of things, built on demand for the walk over every address."""

from typing import Any
from uuid import UUID

from tenancy.models import Branch, Firm, Member
from tests.architecture.routes import makers

CANARY = "红线甲丑"
"""Stands in every text of the world; whoever may not see the world must never read it."""


class World:
    """``world.customer`` makes the customer once; ``world.make("customer")`` makes another."""

    def __init__(self, firm: Firm, branch: Branch, make_member: Any) -> None:
        self.firm = firm
        self.branch = branch
        self.canary = CANARY
        self._make_member = make_member
        self._made: dict[str, Any] = {}
        self._makers = makers()
        self.me: Member | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._makers:
            raise AttributeError(name)
        if name not in self._made:
            self._made[name] = self.make(name)
        return self._made[name]

    def make(self, name: str) -> Any:
        return self._makers[name](self)

    def member(self, *roles: str, branch: Branch | None = None) -> Member:
        """Another member of this firm, of the world's branch unless another is named."""
        return self._make_member(*roles, branch=branch or self.branch)

    @staticmethod
    def nobody() -> UUID:
        """An id that never existed."""
        return UUID("00000000-0000-7000-8000-000000000000")
