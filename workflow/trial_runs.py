"""A playbook tried on an invented project, in the background: it takes longer than anybody waits for a page.

The answer is kept for a while under what was asked, the wording included, so that a changed rule is tried anew.
"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from tenancy.models import Branch, Role
from tenancy.scoping import current_firm_id
from workflow.differences import fingerprint
from workflow.models import PlaybookVersion, Rule
from workflow.rule_words import ICONS
from workflow.rulebook import RuleSpec
from workflow.simulator import Touch, simulate_life

KEPT: Final = timedelta(hours=6)
PATIENCE: Final = timedelta(minutes=15)
"""After so long without an answer the trial is begun again."""
SHOWN: Final = ("rule_key", "name", "due_from", "due_at")

Line = dict[str, Any]


def ask(version: PlaybookVersion, signed_on: date) -> list[Line] | None:
    """What the version would make of a project signed that day; None while it is being tried."""
    from workflow import tasks  # noqa: PLC0415 - tasks import this module

    key = _key(version, signed_on)
    found: list[Line] | None = cache.get(key)
    if found is None and cache.add(f"{key}:begun", 1, PATIENCE.total_seconds()):
        asked = {"version_id": str(version.pk), "signed_on": signed_on.isoformat()}
        asked |= {"language": translation.get_language() or "zh-hans"}
        firm_id = current_firm_id()
        transaction.on_commit(lambda: tasks.try_playbook.delay(firm_id=firm_id, **asked))
    return found


def run(version_id: UUID, signed_on: date, language: str) -> None:
    """Try it and keep the answer. Running it twice keeps the same answer; a version given up meanwhile is left alone."""
    version = PlaybookVersion.objects.filter(pk=version_id).first()
    branch = Branch.objects.active().order_by("pk").first()
    if version is None or branch is None:
        return
    with translation.override(language):
        touches = simulate_life([spec for spec in _rules(version) if spec.enabled], signed_on, branch)
        cache.set(_key(version, signed_on), [_line(touch) for touch in touches], KEPT.total_seconds())


def _line(touch: Touch) -> Line:
    told = {name: value for name, value in asdict(touch).items() if name in SHOWN}
    role = str(Role(touch.role).label) if touch.role else ""
    return {
        **told,
        "who": touch.assignee or role,
        "icon": ICONS.get(touch.channel, "bell"),
        "why": "".join(touch.why[:1]),
    }


def _key(version: PlaybookVersion, signed_on: date) -> str:
    language = translation.get_language() or ""
    return f"trial:{version.pk}:{fingerprint(*_rules(version))}:{signed_on}:{language}"


def _rules(version: PlaybookVersion) -> list[RuleSpec]:
    rows = Rule.objects.filter(version=version).order_by("position", "pk")
    return [RuleSpec.from_row(row) for row in rows]
