"""Texts of the past: all of them have arrived, failed or been held back; none waits to be sent."""

from typing import Final

from bench.world.filled import Filling
from bench.world.sql import ONCE, chance, insert, weighed
from notifications.models import Message, TemplateVersion

_STATUSES: Final = {"delivered": 0.93, "failed": 0.03, "suppressed": 0.03, "expired": 0.01}
_SOURCE: Final = f"""(
    SELECT g.*, c.id AS customer_id, c.branch_id, c.name, c.value,
        c.created_at + (%(now)s - c.created_at) * {chance("g.key", "due")} AS at,
        overlay(g.key::text placing left(c.id::text, 13) from 1)::uuid AS id
    FROM (SELECT i, key, {weighed("key", "status", _STATUSES)} AS status,
              1 + floor({chance("key", "template")} * cardinality(%(templates)s::uuid[]))::int AS template
          FROM (SELECT i, md5(concat_ws('/', %(world)s, 'message', i))::uuid AS key
                FROM generate_series(1, %(rows)s) i {ONCE}) k {ONCE}) g
    JOIN (SELECT c.*, w.value, row_number() OVER (ORDER BY c.id) AS nth
          FROM crm_customer c JOIN crm_contactpoint w ON w.firm_id = c.firm_id AND w.customer_id = c.id
              AND w.kind = 'phone' AND w.is_primary
          WHERE c.firm_id = %(firm)s) c ON c.nth = 1 + floor(
              {chance("g.key", "customer")} * (SELECT count(*) FROM crm_customer WHERE firm_id = %(firm)s))::bigint
    {ONCE}
) t"""
_COLUMNS: Final = {
    "id": "t.id",
    "template_id": "(%(templates)s::uuid[])[t.template]",
    "purpose": "(%(purposes)s::text[])[t.template]",
    "address": "t.value",
    "name": "t.name",
    "body": "(%(bodies)s::text[])[t.template]",
    "subject_kind": "'customer'",
    "subject_id": "t.customer_id",
    "customer_id": "t.customer_id",
    "branch_id": "t.branch_id",
    "source": "'bench'",
    "dedupe_key": "'bench/' || t.i",
    "made_at": "t.at - interval '1 hour'",
    "due_at": "t.at",
    "expires_at": "t.at + interval '1 day'",
    "status": "t.status",
    "attempt_no": "CASE WHEN t.status IN ('delivered', 'failed') THEN 1 ELSE 0 END",
    "provider": "CASE WHEN t.status IN ('delivered', 'failed') THEN 'dev_inbox' ELSE '' END",
    "provider_id": "CASE WHEN t.status = 'delivered' THEN t.id::text ELSE '' END",
    "failure_code": "CASE WHEN t.status = 'failed' THEN '30008' ELSE '' END",
    "sent_at": "CASE WHEN t.status IN ('delivered', 'failed') THEN t.at + interval '2 seconds' END",
    "ended_at": "t.at + interval '9 seconds'",
}


def write(filling: Filling) -> None:
    versions = TemplateVersion.objects.select_related("template").order_by("template__key", "number")
    known = [(one.pk, one.template.purpose, one.body) for one in versions]
    templates, purposes, bodies = (list(column) for column in zip(*known, strict=True))
    given = {"templates": templates, "purposes": purposes, "bodies": bodies}
    filling.run(insert(Message, _COLUMNS, _SOURCE), **given, rows=filling.shape.messages)
