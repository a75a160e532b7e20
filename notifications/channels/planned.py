"""What a rule's touchpoints become: calls in the queue, texts in the outbox. Set-based, and the same when repeated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.actions.messages import QUEUE
from notifications.models import CallReason, CallTask, Message
from tenancy.scoping import current_firm_id
from workflow import due, fallbacks
from workflow.moves import move

log = structlog.get_logger("channels")

_OPEN_CALLS = """
    WITH planned AS MATERIALIZED (
        SELECT t.*, left(r.name, 120) AS sentence, colleague.name AS colleague_name, colleague.phone AS colleague_phone,
            v.id AS script_id, CASE WHEN r.audience = 'owner' THEN t.customer_id END AS called_id,
            coalesce(CASE WHEN t.channel <> r.action ->> 'kind' THEN r.action #>> '{fallback,lane}' END,
                r.action ->> 'lane', s.lane, 'manual') AS lane
        FROM workflow_touchpoint t
        JOIN workflow_rule r ON r.firm_id = t.firm_id AND r.id = t.rule_id
        LEFT JOIN notifications_script s ON s.firm_id = t.firm_id AND s.is_active
            AND s.key = coalesce(r.words ->> 'script', nullif(r.questionnaire, ''), r.rule_key)
        LEFT JOIN notifications_scriptversion v
            ON v.firm_id = s.firm_id AND v.script_id = s.id AND v.number = s.number
        LEFT JOIN tenancy_member colleague ON colleague.firm_id = t.firm_id AND colleague.id = (t.snapshot ->> (
            CASE r.audience WHEN 'supervisor' THEN 'engineering_supervisor' ELSE r.audience END || '_id'))::uuid
        WHERE t.firm_id = %(firm)s AND t.id = ANY(%(ids)s::uuid[])
            AND (SELECT 1 FROM notifications_callreason known
                 WHERE known.firm_id = t.firm_id AND known.touchpoint_id = t.id) IS NULL
    ),
    opened AS (
        INSERT INTO notifications_calltask (
            firm_id, id, subject_kind, subject_id, customer_id, project_id, branch_id, title, reason, phone, script_id,
            lane, week, due_at, not_before, assignee_id, status, attempts, postponed, touchpoint_id, merge_key, made_at)
        SELECT p.firm_id, md5('call/' || p.firm_id || '/' || p.id)::uuid, p.subject_kind, p.subject_id, p.called_id,
            p.project_id, p.branch_id, left(concat_ws(' · ', p.colleague_name, p.title), 80), p.sentence,
            coalesce(p.colleague_phone, ''), p.script_id, p.lane,
            CASE WHEN p.occasion ~ '^[0-9]{4}-W[0-9]{2}$' THEN p.occasion
                ELSE to_char(p.due_at AT TIME ZONE %(zone)s, 'IYYY-"W"IW') END, p.due_at, p.due_from,
            p.assignee_id, 'due', 0, 0, p.id, p.merge_key, %(now)s
        FROM planned p
        ORDER BY p.due_at, p.id
        ON CONFLICT DO NOTHING
        RETURNING id, touchpoint_id
    )
    INSERT INTO notifications_callreason (firm_id, id, task_id, touchpoint_id, rule_key, sentence)
    SELECT p.firm_id, md5('reason/' || p.firm_id || '/' || p.id)::uuid, o.id, p.id, p.rule_key, p.sentence
    FROM opened o JOIN planned p ON p.id = o.touchpoint_id
    ON CONFLICT DO NOTHING
"""
"""A rule for the designer or the inspector rings that colleague: such a call is no contact with the customer."""

_JOIN_OPEN_CALLS = """
    INSERT INTO notifications_callreason (firm_id, id, task_id, touchpoint_id, rule_key, sentence)
    SELECT t.firm_id, md5('reason/' || t.firm_id || '/' || t.id)::uuid, c.id, t.id, t.rule_key, left(r.name, 120)
    FROM workflow_touchpoint t
    JOIN workflow_rule r ON r.firm_id = t.firm_id AND r.id = t.rule_id
    JOIN notifications_calltask c ON c.firm_id = t.firm_id AND c.merge_key = t.merge_key
        AND c.status IN ('due', 'in_call', 'rescheduled')
    WHERE t.firm_id = %(firm)s AND t.id = ANY(%(ids)s::uuid[]) AND t.merge_key <> '' AND c.merge_key <> ''
    ON CONFLICT DO NOTHING
"""

_BRING_FORWARD = """
    UPDATE notifications_calltask c
    SET due_at = least(c.due_at, t.due_at), not_before = least(c.not_before, t.due_from)
    FROM notifications_callreason y JOIN workflow_touchpoint t ON t.firm_id = y.firm_id AND t.id = y.touchpoint_id
    WHERE c.firm_id = %(firm)s AND y.firm_id = %(firm)s AND t.firm_id = %(firm)s AND y.task_id = c.id
        AND t.id = ANY(%(ids)s::uuid[]) AND c.touchpoint_id <> t.id AND c.status = 'due' AND c.due_at > t.due_at
"""

_WRITE_MESSAGES = """
    INSERT INTO notifications_message (
        firm_id, id, template_id, purpose, address, name, "values", body, segments, subject_kind, subject_id,
        customer_id, project_id, branch_id, touchpoint_id, rule_key, source, dedupe_key, made_at, due_at, next_at,
        expires_at, status, why, attempt_no, provider, provider_id, failure_code)
    SELECT t.firm_id, md5('text/' || t.firm_id || '/' || t.id)::uuid, v.id, m.purpose, '', '', '{}', '', 1,
        t.subject_kind, t.subject_id, t.customer_id, t.project_id, t.branch_id, t.id, t.rule_key, left(r.name, 80),
        'rule/' || t.id, %(now)s, t.due_from, t.due_from, greatest(t.due_at, t.due_from + interval '1 hour'),
        'planned', '', 0, '', '', ''
    FROM workflow_touchpoint t
    JOIN workflow_rule r ON r.firm_id = t.firm_id AND r.id = t.rule_id
    JOIN notifications_template m ON m.firm_id = t.firm_id AND m.key = coalesce(r.words ->> 'template', r.rule_key)
    JOIN notifications_templateversion v
        ON v.firm_id = m.firm_id AND v.template_id = m.id AND v.number = m.number
    WHERE t.firm_id = %(firm)s AND t.id = ANY(%(ids)s::uuid[])
    ON CONFLICT DO NOTHING
"""

_FIRST_MESSAGE = """
    SELECT min(next_at), count(*) FROM notifications_message
    WHERE firm_id = %(firm)s AND touchpoint_id = ANY(%(ids)s::uuid[])
"""


def open_calls(ids: Sequence[UUID]) -> int:
    """One call for each touchpoint; those with the ``merge_key`` of an open call join it, and it shows both reasons."""
    given = _given(ids)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_CALLS, given)
        made: int = cursor.rowcount
        if made < len(set(ids)):
            cursor.execute(_JOIN_OPEN_CALLS, given)
            cursor.execute(_BRING_FORWARD, given)
    return made


def withdraw_calls(ids: Sequence[UUID]) -> int:
    """Calls nobody has begun go away with their occasion, unless another reason still stands behind them."""
    tasks = CallTask.objects.filter(touchpoint_id__in=ids, status=CallTask.Status.DUE, attempts=0)
    kept = CallReason.objects.exclude(touchpoint_id__in=ids).filter(task__in=tasks).values("task_id")
    going = list(tasks.exclude(pk__in=kept).select_for_update(of=("self",)))
    for task in going:
        move(task.cancel, by=None, note=_("安排有变"), at=timezone.now())
    return len(going)


def write_messages(ids: Sequence[UUID]) -> int:
    """One text for each touchpoint, without an address yet: that is read when it leaves."""
    given = _given(ids)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_MESSAGES, given)
        made: int = cursor.rowcount
        cursor.execute(_FIRST_MESSAGE, given)
        first, known = cursor.fetchone()
    if known < len(set(ids)):
        _without_template(ids)
    if first is not None:
        due.note(QUEUE, first)
    return made


def _without_template(ids: Sequence[UUID]) -> None:
    """A text nobody has the words for cannot leave: those whose rule knows another way take it."""
    written = Message.objects.filter(touchpoint_id__in=ids).values_list("touchpoint_id", flat=True)
    wordless = set(ids) - set(written)
    left = [pk for pk in sorted(wordless) if not fallbacks.take(pk, why=str(_("没有可用的短信模板")))]
    if left:
        log.warning("rules name templates the firm does not have", touchpoints=len(left))


def withdraw_messages(ids: Sequence[UUID]) -> int:
    waiting = list(Message.objects.waiting().filter(touchpoint_id__in=ids).select_for_update(of=("self",)))
    for message in waiting:
        move(message.cancel, by=None, why=_("安排有变"), at=timezone.now())
    return len(waiting)


def _given(ids: Sequence[UUID]) -> dict[str, Any]:
    now: datetime = timezone.now()
    return {
        "firm": current_firm_id(),
        "ids": [str(one) for one in ids],
        "now": now,
        "zone": str(timezone.get_current_timezone()),
    }
