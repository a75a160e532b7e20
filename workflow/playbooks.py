"""Playbooks: shipped as TOML with the app they speak of, copied to each firm, published by version."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenancy.models import Firm, Member
from tenancy.scoping import firm_in_scope, firm_scope
from workflow import due
from workflow.models import Due, Playbook, PlaybookVersion, Rule
from workflow.rulebook import BadRule, RuleSpec


@dataclass(frozen=True)
class Shipped:
    """One shipped playbook."""

    key: str
    title: str
    source: str
    position: int
    rules: tuple[RuleSpec, ...]


def read(path: Path) -> Shipped:
    """Read and check one TOML file; a mistake is refused with the file, the rule and a sentence."""
    source = "/".join(path.parts[-3:])
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(RuleSpec.from_data(rule) for rule in data.pop("rule", []))
        playbook = Shipped(
            key=data.pop("key"),
            title=data.pop("title"),
            position=data.pop("position", 0),
            source=source,
            rules=rules,
        )
    except (tomllib.TOMLDecodeError, BadRule, KeyError) as error:
        raise BadRule(f"{source}: {error}") from error
    if data:
        raise BadRule(_("%(file)s：不认识“%(name)s”。") % {"file": source, "name": next(iter(data))})
    return playbook


@cache
def shipped() -> tuple[Shipped, ...]:
    """Every playbook our apps bring, in the order they are shown."""
    files = [
        path for app in apps.get_app_configs() for path in sorted(Path(app.path).glob("playbooks/*.toml"))
    ]
    found = sorted((read(path) for path in files), key=lambda playbook: (playbook.position, playbook.key))
    _refuse_doubles(found)
    return tuple(found)


def install(firm: Firm, *, since: datetime | None = None, by: Member | None = None) -> list[Playbook]:
    """Give a new firm every shipped playbook, published; safe to repeat. Opens the firm's scope when none is open.

    ``since``: occasions whose time ended before are left alone; a demo dates it back to have a past.
    """
    if firm_in_scope() is None:
        with firm_scope(firm.pk):
            return install(firm, since=since, by=by)
    return [adopt(playbook.key, since=since, by=by) for playbook in shipped()]


@transaction.atomic
def adopt(key: str, *, since: datetime | None = None, by: Member | None = None) -> Playbook:
    """Copy one shipped playbook to the firm in scope; a firm that has it keeps its own, whatever it changed."""
    ours = next(playbook for playbook in shipped() if playbook.key == key)
    playbook, is_new = Playbook.objects.get_or_create(
        key=key, defaults={"title": ours.title, "source": ours.source, "position": ours.position}
    )
    if is_new:
        publish_rules(playbook, ours.rules, by=by, at=since)
    return playbook


@transaction.atomic
def publish_rules(
    playbook: Playbook, rules: Any, *, by: Member | None, at: datetime | None = None
) -> PlaybookVersion:
    """Put a new version in force; the one before retires and stays readable. A rule keeps its key through versions."""
    at = at or timezone.now()
    last = (
        PlaybookVersion.objects.filter(playbook=playbook)
        .select_for_update(of=("self",))
        .order_by("-number")
        .first()
    )
    if last is not None and last.state == PlaybookVersion.State.PUBLISHED:
        last.state = PlaybookVersion.State.RETIRED
        last.save()
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=last.number + 1 if last else 1,
        state=PlaybookVersion.State.PUBLISHED,
        published_at=at,
        published_by=by,
    )
    Rule.objects.bulk_create(
        Rule(version=version, position=position, **spec.as_row()) for position, spec in enumerate(rules, 1)
    )
    due.note(Due.Queue.PLAN, timezone.now())
    return version


def _refuse_doubles(found: list[Shipped]) -> None:
    keys = [rule.key for playbook in found for rule in playbook.rules]
    if double := next((key for key in keys if keys.count(key) > 1), None):
        raise BadRule(_("规则编码“%(key)s”出现了两次。") % {"key": double})
