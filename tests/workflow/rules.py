"""A rule as tests change it, put in force in a playbook of its own."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tenancy.scoping import current_firm_id
from workflow import playbooks
from workflow.models import Playbook, Rule
from workflow.occasions import Occasions, look
from workflow.rulebook import RuleSpec

A_RULE = {
    "key": "tried",
    "name": "开工核对",
    "subject": "project",
    "trigger": {"kind": "phase", "entered": "inspections"},
    "action": {"kind": "task", "role": "cs_agent"},
    "audience": "owner",
}


def a_spec(**changes: Any) -> RuleSpec:
    return RuleSpec.from_data({**A_RULE, **changes})


def put_in_force(*changes: dict[str, Any], **one: Any) -> list[Rule]:
    """Several rules given as changes of ``A_RULE``, or one given by keyword."""
    book, _new = Playbook.objects.get_or_create(key="tried", defaults={"title": "试用"})
    specs = [a_spec(**change) for change in (changes or (one,))]
    playbooks.publish_rules(book, specs, by=None, at=timezone.now() - timedelta(days=400))
    return list(Rule.objects.in_force().filter(version__playbook=book))


def anchors_of(spec: RuleSpec, since: Any, until: Any) -> list[tuple[UUID, Any, str]]:
    """What the engine's SQL finds: (subject, moment, occasion), in order."""
    from django.db import connection

    found: Occasions | None = look(spec, since, firm_id=current_firm_id(), only=None, since=None)
    assert found is not None
    select, params = spec.read_trigger().anchors(current_firm_id(), spec.subject, since, until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH facts AS ({found.facts[0]}), anchors AS ({select})"
            " SELECT f.id, a.anchor, a.occasion FROM anchors a JOIN facts f ON f.id = a.subject_id ORDER BY 2, 1",
            [*found.facts[1], *params],
        )
        return list(cursor.fetchall())
