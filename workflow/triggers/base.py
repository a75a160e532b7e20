"""What every trigger is: read and checked from data, told in words, and turned into anchors the planner joins.

An anchor is (subject, moment, occasion): one row for each time the rule's occasion comes for a subject. Occasions are
stable names, so that looking twice, late or in parallel finds the same ones.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from workflow.registry import Subject

Sql = tuple[str, list[Any]]

FAR: Final = timedelta(days=36_500)
TWO_MONTHS: Final = timedelta(days=62)
NEVER: Final = (
    "SELECT f.id AS subject_id, NULL::timestamptz AS anchor, ''::text AS occasion FROM facts f WHERE FALSE"
)
"""No anchors at all."""


class BadTrigger(ValueError):
    """A trigger the engine does not have."""


@dataclass(frozen=True)
class Trigger:
    """``icon`` draws it on the playbook page. ``follows_moves``: planned on the day itself, because until then the
    occasion may move or go away. ``is_weekly`` ones look at whole firms only."""

    kind: ClassVar[str]
    icon: ClassVar[str] = "clock"
    is_weekly: ClassVar[bool] = False
    follows_moves: ClassVar[bool] = False

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Trigger":
        raise NotImplementedError

    def words(self, subject: Subject, delay_words: str) -> str:
        raise NotImplementedError

    def facts(self) -> tuple[str, ...]:
        """Facts the anchors are read from."""
        return ()

    @property
    def horizon(self) -> timedelta:
        """How far from now an anchor can lie whose touchpoint is still open."""
        return FAR

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        """A SELECT of (subject_id, anchor, occasion) with anchors after ``since`` and up to ``until``."""
        raise NotImplementedError


def only(data: dict[str, Any], *names: str) -> dict[str, Any]:
    if unknown := set(data) - set(names):
        raise BadTrigger(_("触发里不认识“%(name)s”。") % {"name": unknown.pop()})
    return data
