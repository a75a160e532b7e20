"""Who hears when something was not done in time: one rung, or a ladder up to headquarters."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tenancy.models import Role
from workflow.spans import BadSpan, Span

Ladder = dict[str, Any] | list[dict[str, Any]]


class BadLadder(ValueError):
    """A ladder nobody can climb."""


@dataclass(frozen=True)
class Rung:
    """``after``: how long after the deadline, not after the rung below."""

    after: Span
    to: str

    @classmethod
    def read_all(cls, data: Ladder) -> "list[Rung]":
        """One table is a ladder of one rung."""
        rows = [data] if isinstance(data, dict) else data
        return [cls(Span.read(row["after"]), row["to"]) for row in rows if row]

    def words(self) -> tuple[str, str]:
        return self.after.length_words(), str(Role(self.to).label)


def check(data: Ladder) -> None:
    for row in [data] if isinstance(data, dict) else data:
        if not row:
            continue
        if set(row) != {"after", "to"}:
            raise BadLadder(_("升级的每一级写 after 和 to。"))
        if row["to"] not in Role.values:
            raise BadLadder(_("升级给谁（to）要写岗位。"))
    rungs = Rung.read_all(data)
    if any(rung.after.count < 0 for rung in rungs):
        raise BadSpan(_("升级的时间（after）不能在截止之前。"))
    if [rung.after.reach for rung in rungs] != sorted(rung.after.reach for rung in rungs):
        raise BadLadder(_("升级要一级比一级晚。"))
