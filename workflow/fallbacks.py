"""Another way when the first was refused or impossible: a call or a task instead of a text nobody could receive."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tenancy.scoping import current_firm_id
from workflow import calendars, channels, escalations
from workflow.models import Touchpoint
from workflow.rulebook import RuleSpec
from workflow.spans import Span, Window, place

_GO_ON = """
    UPDATE workflow_touchpoint SET channel = %s, due_from = least(due_from, %s), due_at = %s, why = why || %s::jsonb
    WHERE firm_id = %s AND id = %s
"""


@transaction.atomic
def take(touchpoint_id: UUID, *, why: str) -> bool:
    """Go on by the rule's other channel, once; False when the rule has none or the touchpoint is closed.

    ``why``: what the first channel said. Nothing is made twice: hearing it again finds the touchpoint gone over.
    """
    open_ones = Touchpoint.objects.open().select_related("rule").select_for_update(of=("self",))
    point = open_ones.filter(pk=touchpoint_id).first()
    spec = RuleSpec.from_row(point.rule) if point else None
    if point is None or spec is None or not spec.fallback:
        return False
    if point.channel == spec.channel:
        _go_on(point, spec, why, timezone.now())
    return True


def _go_on(point: Touchpoint, spec: RuleSpec, why: str, now: datetime) -> None:
    kind, ends = spec.fallback["kind"], _due(spec, now)
    reason = [{"code": "fallback", "from": spec.channel, "to": kind, "why": why, "at": now.isoformat()}]
    with connection.cursor() as cursor:
        given = [kind, now, ends, json.dumps(reason, ensure_ascii=False), current_firm_id(), point.pk]
        cursor.execute(_GO_ON, given)
    channels.get(kind).materialise([point.pk])
    escalations.watch_for(point.rule, [ends])


def _due(spec: RuleSpec, now: datetime) -> datetime:
    """The end of the rule's hours, ``after`` so long; tomorrow when today's are over."""
    hours = Window.read({key: value for key, value in spec.window.items() if key in ("from", "until")})
    after = Span.read(spec.fallback.get("after", "0 days"))
    calendar = calendars.of_firm(now, working_days=after.reach.days)
    _begins, ends, _reasons = place(now, after, hours, calendar)
    return ends if ends > now else ends + timedelta(days=1)
