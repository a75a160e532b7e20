"""Taking back what was planned: its occasion moved, the calendar changed, or something stopped the rule.

A touchpoint taken back is superseded and stays readable; its work item is withdrawn by its channel.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tenancy.scoping import current_firm_id
from workflow import channels, plan_sql
from workflow.models import Rule, Touchpoint
from workflow.occasions import Occasions, stopped
from workflow.rulebook import RuleSpec

_STOP: Final = """
    UPDATE workflow_touchpoint t SET state = 'superseded', closed_at = %s, why = t.why || %s::jsonb
    WHERE t.firm_id = %s AND t.id = ANY(%s) AND t.state = 'planned'
    RETURNING t.id
"""


def follow(spec: RuleSpec, rule: Rule, at: datetime, occasions: Occasions, only: list[UUID] | None) -> None:
    """Open touchpoints whose occasion moved, went away, or falls on another time by a changed calendar."""
    firm_id = current_firm_id()
    gone = plan_sql.supersede(occasions, firm_id=firm_id, rule_key=rule.rule_key, at=at, only=only)
    if Touchpoint.objects.open().filter(rule=rule, due_from__gt=at).exists():
        gone += plan_sql.close_moved(occasions, firm_id=firm_id, rule_id=rule.pk, at=at)
    _take_back(spec, gone)


def stop(spec: RuleSpec, rule: Rule, at: datetime, only: list[UUID] | None = None) -> int:
    """Withdraw what is open for subjects on which the rule has stopped; the reason is kept with it."""
    if not spec.stop:
        return 0
    open_ones = Touchpoint.objects.open().filter(rule_key=rule.rule_key)
    if only is not None:
        open_ones = open_ones.filter(subject_id__in=only)
    subjects = list(open_ones.values_list("subject_id", flat=True).distinct())
    if not subjects:
        return 0
    ids = list(open_ones.filter(subject_id__in=stopped(spec, at, subjects)).values_list("pk", flat=True))
    why = json.dumps([{"code": "stopped", "at": at.isoformat()}])
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [timezone.now(), why, current_firm_id(), sorted(ids)])
        gone = [pk for (pk,) in cursor.fetchall()]
    _take_back(spec, gone)
    return len(gone)


def stop_what_concerns(named: dict[str, UUID], at: datetime) -> None:
    """Something happened to a customer or a project: rules about other things of theirs may have to stop too."""
    theirs = Q()
    for kind in named.keys() & {"customer", "project"}:
        theirs |= Q(**{f"{kind}_id": named[kind]})
    rules = {rule.rule_key: rule for rule in Rule.objects.in_force().exclude(stop={})}
    if not theirs or not rules:
        return
    concerned = Touchpoint.objects.open().filter(theirs, rule_key__in=rules)
    by_rule: dict[str, list[UUID]] = {}
    for rule_key, subject_id in concerned.values_list("rule_key", "subject_id").distinct():
        by_rule.setdefault(rule_key, []).append(subject_id)
    for rule_key, subjects in by_rule.items():
        stop(RuleSpec.from_row(rules[rule_key]), rules[rule_key], at, subjects)


def _take_back(spec: RuleSpec, gone: Sequence[UUID]) -> None:
    if not gone:
        return
    for kind in _kinds(spec):
        if (withdraw := channels.get(kind).withdraw) is not None:
            withdraw(gone)


def _kinds(spec: RuleSpec) -> Iterable[str]:
    return dict.fromkeys([spec.channel, *([spec.fallback["kind"]] if spec.fallback else [])])
