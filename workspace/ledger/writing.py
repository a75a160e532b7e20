"""Carrying decisions out, many rows at once, through the actions of crm, projects and aftersales."""

import json
from collections.abc import Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from aftersales.actions import start_warranties_of
from crm.actions.importing import write_imported_customers
from crm.indexing import index_customers
from crm.models import ContactPoint, Customer
from crm.words import ContactKind
from projects.actions.importing import open_imported_projects
from projects.actions.opening import index_project
from projects.models import Project
from tenancy.models import Member
from tenancy.scoping import current_firm_id
from workspace.ledger.deciding import Decision
from workspace.ledger.directory import Directory
from workspace.models import ImportRow


def carry_out(decisions: Sequence[Decision], directory: Directory, *, by: Member | None) -> None:
    """Everything these rows bring, in the order in which things depend on each other."""
    directory.write_down(by=by)
    write_imported_customers([d.new_customer for d in decisions if d.new_customer], by=by)
    _add_phones(decisions)
    _change_customers(decisions)
    made = open_imported_projects([d.new_project for d in decisions if d.new_project], by=by)
    changed = _change_projects(decisions)
    start_warranties_of([project for project in (*made, *changed) if project.accepted_on])


def note_result(row: ImportRow, decision: Decision) -> None:
    """Put a decision into its row, for the rehearsal and for good."""
    row.outcome = decision.outcome
    row.lines = decision.lines
    row.sentences = list(dict.fromkeys(decision.sentences))
    row.needs_person = bool(row.sentences)
    row.customer_id, row.project_id = decision.customer_id, decision.project_id
    row.new = " ".join(
        word
        for word, made in (("customer", decision.new_customer), ("project", decision.new_project))
        if made is not None
    )


_WRITE_RESULTS = """
    UPDATE workspace_importrow AS kept
       SET outcome = told.outcome, lines = told.lines, sentences = told.sentences, needs_person = told.needs_person,
           customer_id = told.customer_id, project_id = told.project_id, new = told.new, applied_at = told.applied_at
      FROM jsonb_to_recordset(%s::jsonb) AS told(
           id uuid, outcome text, lines jsonb, sentences jsonb, needs_person boolean,
           customer_id uuid, project_id uuid, new text, applied_at timestamptz)
     WHERE kept.firm_id = %s AND kept.id = told.id
"""
_RESULT = (
    "id",
    "outcome",
    "lines",
    "sentences",
    "needs_person",
    "customer_id",
    "project_id",
    "new",
    "applied_at",
)
_AT_ONCE = 1_000


def write_results(rows: Sequence[ImportRow]) -> None:
    """What became of these rows, one statement for a thousand of them (a CASE per row and column took minutes)."""
    for start in range(0, len(rows), _AT_ONCE):
        told = [{name: getattr(row, name) for name in _RESULT} for row in rows[start : start + _AT_ONCE]]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_RESULTS, [json.dumps(told, cls=DjangoJSONEncoder), current_firm_id()])


def _add_phones(decisions: Sequence[Decision]) -> None:
    """More numbers of customers we have; none of them becomes the primary one while there is one."""
    more = {d.customer_id: d.new_phones for d in decisions if d.new_phones and d.customer_id}
    if not more:
        return
    kept = ContactPoint.objects.filter(customer_id__in=list(more), kind=ContactKind.PHONE, is_primary=True)
    with_primary = set(kept.values_list("customer_id", flat=True))
    ContactPoint.objects.bulk_create(
        ContactPoint(
            customer_id=customer_id,
            value=phone.e164,
            extension=phone.extension,
            is_primary=place == 0 and customer_id not in with_primary,
        )
        for customer_id, phones in more.items()
        for place, phone in enumerate(phones)
    )
    index_customers(Customer.objects.filter(pk__in=list(more)))


def _change_customers(decisions: Sequence[Decision]) -> None:
    changed: dict[object, Customer] = {}
    for decision in decisions:
        if decision.customer is None or not decision.customer_changes:
            continue
        customer = changed.setdefault(decision.customer.pk, decision.customer)
        for name, value in decision.customer_changes.items():
            setattr(customer, name, value)
    for customer in changed.values():
        customer.version += 1
        customer.save()
    if changed:
        index_customers(Customer.objects.filter(pk__in=list(changed)))


def _change_projects(decisions: Sequence[Decision]) -> list[Project]:
    changed: dict[object, Project] = {}
    for decision in decisions:
        if decision.project is None or not decision.project_changes:
            continue
        project = changed.setdefault(decision.project.pk, decision.project)
        for name, value in decision.project_changes.items():
            setattr(project, name, value)
    for project in changed.values():
        project.save()
        index_project(project)
    return list(changed.values())


def stamp(rows: Sequence[ImportRow]) -> None:
    """These rows are done; written in the same transaction as what they brought."""
    now = timezone.now()
    for row in rows:
        row.applied_at = now
    write_results(rows)
