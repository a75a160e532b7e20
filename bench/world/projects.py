"""Projects in every phase with the days on which they got there, their steps, warranties and appointments."""

from itertools import accumulate, pairwise
from typing import Final

from aftersales.models import Warranty
from bench.world.customers import WITH_PROJECT
from bench.world.filled import Filling
from bench.world.sql import ONCE, chance, insert, key_of, local_day, midday, padded, weighed
from projects.models import Appointment, AppointmentPerson, Project
from projects.phases import LANES, SEVEN
from workflow.models import Step

ROAD: Final[tuple[str, ...]] = (*LANES, "closed")
LENGTHS: Final = (15, 5, 30, 15, 7, 13, 95, 20, 700)
"""Days a project spends in each phase, one after another."""
REACHED_AFTER: Final = (0, *accumulate(LENGTHS))
LATELY: Final = (30, 15, 40, 20, 15, 20, 110, 25, 1_800, 2_000)
"""Within how many days those who stand in a phase have entered it."""
OTHERS: Final = {
    "consultation": 0.10, "measurement": 0.06, "design": 0.12, "budget": 0.06, "contract": 0.05, "handover": 0.04,
    "lost": 0.10, "suspended": 0.02, "cancelled": 0.02, "closed": 0.08, "warranty": 0.35,
}  # fmt: skip
"""Of the projects that are not under construction."""

DAY_OF: Final = {
    "designer_accepted_on": (1, 0), "measured_on": (2, 0), "proposal_on": (2, 3), "drafted_on": (3, -2),
    "draft_accepted_on": (3, 0), "final_on": (3, 0), "final_confirmed_on": (3, 0), "budget_confirmed_on": (4, 0),
    "signed_on": (4, 0), "first_paid_on": (5, 0), "planned_start_on": (5, 9), "started_on": (6, 0),
    "planned_completion_on": (6, 100), "internal_accepted_on": (7, -3), "accepted_on": (7, 0), "settled_on": (8, 0),
    "card_issued_on": (8, 0), "closed_on": (9, 0),
}  # fmt: skip
"""Column → the place on the road at which it is written, and by how many days it differs from entering it."""

ENTERED_BY: Final = (
    "opened_on", "designer_accepted_on", "measured_on", "final_confirmed_on", "signed_on", "first_paid_on", "started_on",
    "accepted_on", "card_issued_on", "closed_on",
)  # fmt: skip
"""The day a phase was entered, for each place on the road."""


def write(filling: Filling) -> None:
    _projects(filling)
    _steps(filling)
    _warranties(filling)
    _appointments(filling)


def _projects(filling: Filling) -> None:
    columns = {
        "id": "p.id",
        "number": "'JC-' || extract(year FROM p.opened)::int || '-' || "
        + padded(
            "row_number() OVER (PARTITION BY extract(year FROM p.opened)::int ORDER BY p.opened, p.id)", 4
        ),
        "customer_id": "p.customer_id",
        "branch_id": "p.branch_id",
        "estate_id": "p.estate_id",
        "address": "left(p.address, 120)",
        "room": "concat_ws('-', nullif(p.building, ''), nullif(p.unit, ''), nullif(p.room, ''))",
        "area_m2": f"60 + floor({chance('p.id', 'area')} * 120)",
        "mode": f"CASE WHEN p.place <= 4 AND {chance('p.id', 'design only')} < 0.05 THEN 'design_only' ELSE "
        + weighed("p.id", "mode", {"full": 0.58, "half": 0.32, "labour_only": 0.1})
        + " END",
        "style": "p.style",
        "budget_fen": "p.budget_max_fen",
        "contract_number": "CASE WHEN p.place >= 4 THEN 'HT' || substr(md5(p.id::text), 1, 8) ELSE '' END",
        "contract_fen": f"CASE WHEN p.place >= 4 THEN (90000 + floor({chance('p.id', 'worth')} * 300000))::bigint * 100 END",
        "designer_id": _of_branch("designers", "p.id"),
        "adviser_id": "p.adviser_id",
        "project_manager_id": f"CASE WHEN p.place >= 4 THEN {_of_branch('project_managers', 'p.id')} END",
        "engineering_supervisor_id": f"CASE WHEN p.place >= 5 THEN {_of_branch('supervisors', 'p.id')} END",
        "phase": "p.phase",
        "phase_entered_at": "p.entered",
        "node": f"CASE WHEN p.phase IN ('inspections', 'suspended') AND p.place = 6 THEN {_node()} ELSE '' END",
        "opened_on": "p.opened",
        "lost_from": "CASE WHEN p.phase = 'lost' THEN p.stood ELSE '' END",
        "lost_reason": "CASE WHEN p.phase = 'lost' THEN "
        + weighed("p.id", "lost", {"price": 0.4, "competitor": 0.3, "postponed": 0.2, "other": 0.1})
        + " ELSE '' END",
        "suspended_from": "CASE WHEN p.phase = 'suspended' THEN p.stood ELSE '' END",
        "suspended_reason": "CASE WHEN p.phase = 'suspended' THEN 'client' ELSE '' END",
        "suspended_on": f"CASE WHEN p.phase = 'suspended' THEN {local_day('p.entered')} END",
        "cancelled_from": "CASE WHEN p.phase = 'cancelled' THEN p.stood ELSE '' END",
        "settlement": "CASE WHEN p.phase = 'cancelled' THEN '按合同结算' ELSE '' END",
        **{name: _day(place, days) for name, (place, days) in DAY_OF.items()},
    }
    filling.run(insert(Project, columns, _source(filling)))
    filling.run(_COUNT_ON)


def _source(filling: Filling) -> str:
    """Each customer who builds: the phase, the place on the road (of those who stand still: where they stood), the days."""
    building = filling.shape.under_construction / filling.shape.customers / WITH_PROJECT
    phases = {"inspections": building * 0.93, "completion": building * 0.07}
    phases |= {phase: share * (1 - building) for phase, share in OTHERS.items()}
    place = " ".join(f"WHEN '{phase}' THEN {at}" for at, phase in enumerate(ROAD))
    stood = f"""CASE q.phase
        WHEN 'lost' THEN {weighed("q.id", "stood", {"consultation": 0.5, "measurement": 0.2, "design": 0.2, "budget": 0.1})}
        WHEN 'suspended' THEN {weighed("q.id", "stood", {"inspections": 0.8, "handover": 0.2})}
        WHEN 'cancelled' THEN {weighed("q.id", "stood", {"contract": 0.7, "handover": 0.2, "inspections": 0.1})}
        ELSE q.phase END"""
    return f"""(
        SELECT w.*, {local_day(_opened())} AS opened
        FROM (
            SELECT s.*, CASE s.stood {place} END AS place,
                greatest(s.created_at + (%(now)s - s.created_at) * 0.2,
                    %(now)s - interval '1 day' * {chance("s.id", "entered")}
                    * CASE WHEN s.phase IN ('lost', 'cancelled') THEN 1500 WHEN s.phase = 'suspended' THEN 60
                        ELSE ({_array(LATELY)})[1 + CASE s.stood {place} END] END) AS entered
            FROM (
                SELECT q.*, {stood} AS stood
                FROM (
                    SELECT {key_of("c.id", "'project'")} AS id, {weighed(key_of("c.id", "'project'"), "phase", phases)} AS phase,
                        c.id AS customer_id, c.branch_id, c.estate_id, c.address, c.building, c.unit, c.room, c.style,
                        c.budget_max_fen, c.adviser_id, c.created_at, array_position(%(branches)s::uuid[], c.branch_id) AS branch
                    FROM crm_customer c
                    WHERE c.firm_id = %(firm)s AND {chance("c.id", "project")} < {WITH_PROJECT}
                    {ONCE}
                ) q {ONCE}
            ) s {ONCE}
        ) w {ONCE}
    ) p"""


def _opened() -> str:
    return f"greatest(w.created_at, w.entered - interval '1 day' * ({_array(REACHED_AFTER)})[1 + w.place])"


def _day(place: int, days: int) -> str:
    """In proportion between the day it was opened and the day it entered the phase it stands in."""
    reached = f"({_array(REACHED_AFTER)})[1 + p.place]"
    share = f"round(({local_day('p.entered')} - p.opened) * {REACHED_AFTER[place]}.0 / {reached})::int"
    return f"CASE WHEN p.place >= {place} THEN p.opened + {share} + {days} END"


def _node() -> str:
    return weighed("p.id", "node", {node.code: 1 / len(SEVEN) for node in SEVEN})


def _of_branch(people: str, key: str) -> str:
    """One of those of the row's branch: the lists hold as many of each."""
    each = f"cardinality(%({people})s::uuid[]) / cardinality(%(branches)s::uuid[])"
    return f"(%({people})s::uuid[])[1 + (p.branch - 1) * ({each}) + floor({chance(key, people)} * ({each}))::int]"


def _array(numbers: tuple[int, ...]) -> str:
    return f"ARRAY[{', '.join(map(str, numbers))}]"


def _steps(filling: Filling) -> None:
    """From phase to phase on the days the project itself names, and the last one into where it stands still."""
    moves = [("", ROAD[0], ENTERED_BY[0])]
    moves += [(a, b, day) for (a, b), day in zip(pairwise(ROAD), ENTERED_BY[1:], strict=True)]
    rows = ", ".join(f"({nth}, '{a}', '{b}', {midday(f'p.{day}')})" for nth, (a, b, day) in enumerate(moves))
    stood = "coalesce(nullif(p.lost_from, ''), nullif(p.suspended_from, ''), nullif(p.cancelled_from, ''))"
    still = f"(99, {stood}, p.phase, CASE WHEN {stood} IS NOT NULL THEN p.phase_entered_at END)"
    columns = {
        "id": key_of("p.id", "'step/' || m.nth"),
        "subject_kind": "'project'",
        "subject_id": "p.id",
        "source": "m.source",
        "target": "m.target",
        "by_id": "p.adviser_id",
        "at": "m.at",
    }
    source = (
        f"(SELECT * FROM projects_project WHERE firm_id = %(firm)s) p"
        f" CROSS JOIN LATERAL (VALUES {rows}, {still}) AS m(nth, source, target, at) WHERE m.at IS NOT NULL"
    )
    filling.run(insert(Step, columns, source))


def _warranties(filling: Filling) -> None:
    """As ``aftersales.terms`` counts them: a term that would end before the same day of the month ends a day later."""
    end = "(p.accepted_on + m.months * interval '1 month')::date"
    columns = {
        "id": key_of("p.id", "m.category"),
        "project_id": "p.id",
        "branch_id": "p.branch_id",
        "category": "m.category",
        "starts_on": "p.accepted_on",
        "months": "m.months",
        "ends_on": f"{end} + (extract(day FROM {end}) < extract(day FROM p.accepted_on))::int",
    }
    source = (
        "(SELECT * FROM projects_project WHERE firm_id = %(firm)s AND phase IN ('warranty', 'closed')"
        " AND accepted_on IS NOT NULL AND mode <> 'design_only') p CROSS JOIN"
        " (VALUES ('structure', 24), ('water_electric', 24), ('waterproofing', 60)) AS m(category, months)"
    )
    filling.run(insert(Warranty, columns, source))


def _appointments(filling: Filling) -> None:
    """Measured homes, and site visits of the next days, one after another in each supervisor's calendar."""
    held = {
        "id": key_of("p.id", "'measure'"),
        "kind": "'measure'",
        "state": "'held'",
        "customer_id": "p.customer_id",
        "project_id": "p.id",
        "branch_id": "p.branch_id",
        "starts_at": midday("p.measured_on"),
        "ends_at": f"{midday('p.measured_on')} + interval '90 minutes'",
        "held_at": f"{midday('p.measured_on')} + interval '90 minutes'",
        "made_by_id": "p.adviser_id",
        "made_at": f"{midday('p.measured_on')} - interval '3 days'",
    }
    filling.run(
        insert(
            Appointment, held, "projects_project p WHERE p.firm_id = %(firm)s AND p.measured_on IS NOT NULL"
        )
    )
    hour = "interval '1 hour' * (1 + mod(p.nth, 8)) + interval '1 day' * (p.nth / 8)"
    ahead = {
        "id": key_of("p.id", "'visit'"),
        "kind": "'site_visit'",
        "customer_id": "p.customer_id",
        "project_id": "p.id",
        "branch_id": "p.branch_id",
        "starts_at": f"%(now)s::timestamptz + interval '1 day' + {hour}",
        "ends_at": f"%(now)s::timestamptz + interval '1 day 50 minutes' + {hour}",
        "made_by_id": "p.adviser_id",
        "made_at": "%(now)s",
    }
    filling.run(insert(Appointment, ahead, _TO_VISIT))
    for name in ("measure", "visit"):
        filling.run(insert(AppointmentPerson, _person(name), _people(name)))


def _person(name: str) -> dict[str, str]:
    return {
        "id": key_of("a.id", "'person'"),
        "appointment_id": "a.id",
        "member_id": "p.designer_id" if name == "measure" else "p.engineering_supervisor_id",
        "part": "'designer'" if name == "measure" else "'engineering_supervisor'",
        "answer": "'confirmed'" if name == "measure" else "'asked'",
        "starts_at": "a.starts_at",
        "ends_at": "a.ends_at",
        "is_busy": "false" if name == "measure" else "true",
    }


def _people(name: str) -> str:
    kind = "measure" if name == "measure" else "site_visit"
    return (
        "projects_appointment a JOIN projects_project p ON p.firm_id = a.firm_id AND p.id = a.project_id"
        f" WHERE a.firm_id = %(firm)s AND a.kind = '{kind}'"
    )


_TO_VISIT: Final = f"""(
    SELECT p.*, row_number() OVER (PARTITION BY engineering_supervisor_id ORDER BY id) - 1 AS nth
    FROM projects_project p
    WHERE p.firm_id = %(firm)s AND p.phase = 'inspections' AND {chance("p.id", "visit")} < 0.1
) p"""
_COUNT_ON: Final = """
    INSERT INTO tenancy_counter (firm_id, id, kind, year, last)
    SELECT %(firm)s, md5(concat_ws('/', %(world)s, 'counter', 'project', split_part(number, '-', 2)))::uuid, 'project',
        split_part(number, '-', 2)::int, count(*)
    FROM projects_project WHERE firm_id = %(firm)s GROUP BY split_part(number, '-', 2)
"""
