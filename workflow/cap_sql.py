"""How many touches of one purpose a customer gets: what would be one too many is judged in the planner's own insert."""

from dataclasses import dataclass
from typing import Any, Final

from workflow.spans import Span
from workflow.triggers import Sql

PURPOSE: Final = "coalesce(r.action ->> 'purpose', r.action ->> 'lane', r.action ->> 'kind')"

_UNJUDGED: Final = "judged AS (SELECT k.*, FALSE AS is_over FROM keyed k)"
_JUDGED: Final = f"""
fresh AS (
    SELECT k.*, k.fact_customer_id::uuid AS whose, row_number() OVER (PARTITION BY k.fact_customer_id ORDER BY k.key)
        AS nth
    FROM keyed k
    WHERE NOT EXISTS (SELECT 1 FROM workflow_touchpoint t WHERE t.firm_id = %s AND t.id = k.key)
),
near AS MATERIALIZED (
    SELECT t.customer_id, t.due_from FROM workflow_touchpoint t
    JOIN workflow_rule r ON r.firm_id = t.firm_id AND r.id = t.rule_id
    WHERE t.firm_id = %s AND t.state IN ('planned', 'done') AND {PURPOSE} = %s
      AND t.customer_id IN (SELECT whose FROM fresh)
),
judged AS (
    SELECT w.*, w.whose IS NOT NULL AND EXISTS (
        SELECT 1 FROM (
            SELECT w.due_from AS moment
            UNION ALL
            SELECT later.due_from FROM near later WHERE later.customer_id = w.whose
              AND later.due_from > w.due_from AND later.due_from < w.due_from + %s::interval
        ) ending
        WHERE w.nth + (
            SELECT count(*) FROM near e WHERE e.customer_id = w.whose
              AND e.due_from > ending.moment - %s::interval AND e.due_from <= ending.moment
        ) > %s
    ) AS is_over
    FROM fresh w
)
"""  # noqa: S608 - PURPOSE is a constant
"""In no stretch of ``per`` do more than ``count`` lie, whichever of them was planned first."""


@dataclass(frozen=True)
class Cap:
    count: int
    per: Span
    purpose: str

    @classmethod
    def read(cls, cap: dict[str, Any], action: dict[str, Any]) -> "Cap | None":
        if not cap:
            return None
        purpose = action.get("purpose") or action.get("lane") or action["kind"]
        return cls(cap["count"], Span.read(cap["per"]), purpose)

    @property
    def why(self) -> list[dict[str, Any]]:
        """The reason as stored with what was skipped."""
        return [{"code": "capped", "count": self.count, "per": f"{self.per.count} {self.per.unit}s"}]


def judged(cap: Cap | None, firm_id: int) -> Sql:
    """The CTE ``judged``: the wanted rows, each with ``is_over``. All rows of one insert are due at one moment."""
    if cap is None:
        return _UNJUDGED, []
    per = f"{cap.per.count} {cap.per.unit}s"
    return _JUDGED, [firm_id, firm_id, cap.purpose, per, per, cap.count]
