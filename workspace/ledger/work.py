"""The work on a batch, one transaction at a time: read, rehearse, take in piece by piece, link who sent whom.

One firm's imports wait for each other (an advisory lock), so two people at once do no harm. Whatever a killed worker
had not committed is simply still to do: a row is stamped in the same transaction as what it brought.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.pinyin import sort_key
from core.text import squeeze
from crm.actions.importing import link_imported_referrers
from crm.models import Customer
from projects.phases import nodes_of
from tenancy import firm_settings
from tenancy.scoping import current_firm_id
from workspace.ledger.archive import BadFile
from workspace.ledger.deciding import Circumstances, Decision, Judge
from workspace.ledger.directory import Directory
from workspace.ledger.duplicates import Double, double_sentence, find_doubles, shared_phones
from workspace.ledger.known import Known
from workspace.ledger.layout import SheetLayout, rows_of
from workspace.ledger.reading import read_ledger
from workspace.ledger.referrers import Candidate, Linked, Referral, link
from workspace.ledger.rows import LedgerRow, Problem
from workspace.ledger.vocabulary import firm_words
from workspace.ledger.writing import carry_out, note_result, stamp, write_results
from workspace.models import ImportBatch, ImportRow
from workspace.models.imports import Outcome

PIECE: Final = 200
LOCK_CLASS: Final = 71_903


def next_step(batch: ImportBatch) -> bool:
    """Do one piece of what is asked for; True while there is more. Call inside the firm's scope."""
    one_at_a_time()
    batch = ImportBatch.objects.lock(batch)
    if not batch.is_working:
        return False
    batch.beat_at = timezone.now()
    try:
        _step(batch)
    except BadFile as refused:
        batch.failed_at, batch.failure, batch.asked_at = timezone.now(), str(refused)[:300], None
    batch.save()
    return batch.is_working


def one_at_a_time() -> None:
    """Until the end of this transaction no other import of the firm moves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, current_firm_id()])


def _step(batch: ImportBatch) -> None:
    if batch.applying_at:
        _take_in_piece(batch)
    elif batch.read_at:
        _rehearse(batch)
    else:
        _read(batch)


# --- reading -------------------------------------------------------------------------------------------------


def _read(batch: ImportBatch) -> None:
    """Every data row of the file becomes an ImportRow; repetitions inside the file are found at once."""
    content = bytes(batch.files.get().content)
    layouts = [SheetLayout.from_data(data) for data in batch.layout]
    rows = rows_of(read_ledger(content, batch.name), layouts, today=timezone.localdate(), words=firm_words())
    doubles = find_doubles(rows)
    for index, sentence in shared_phones(rows).items():
        if index not in doubles:
            rows[index].problems.append(Problem("phone", sentence))
    ImportRow.objects.filter(batch=batch).delete()
    for start in range(0, len(rows), PIECE):
        piece = enumerate(rows[start : start + PIECE], start=start)
        ImportRow.objects.bulk_create(
            [_row(batch, place, row, doubles.get(place), rows) for place, row in piece]
        )
    batch.total, batch.read_at = len(rows), timezone.now()


def _row(
    batch: ImportBatch, place: int, row: LedgerRow, double: Double | None, rows: Sequence[LedgerRow]
) -> ImportRow:
    return ImportRow(
        batch=batch,
        position=place,
        sheet=row.sheet[:60],
        number=row.number,
        name=row.name[:60],
        data=row.as_data(),
        outcome=Outcome.DUPLICATE if double else "",
        sentences=[double_sentence(double, rows)] if double else [],
        needs_person=bool(double and double.differing),
    )


# --- the rehearsal -------------------------------------------------------------------------------------------


def _rehearse(batch: ImportBatch) -> None:
    """Decide every row against what the firm has now, and write nothing but the decisions."""
    directory, known = Directory(), Known()
    judge = Judge(directory, known, circumstances(batch))
    referred: list[Referral] = []
    for piece in _pieces_to_judge(batch):
        read = [LedgerRow.from_data(row.data) for row in piece]
        known.read(read, branch_ids=batch.branch_ids)
        for row, said in zip(piece, read, strict=True):
            decision = judge.decide(said)
            note_result(row, decision)
            referred.extend(_referral(row, decision, directory))
        write_results(piece)
        known.let_go()
    _foresee_referrers(batch, referred, known)
    batch.people = directory.proposals()
    batch.branches = [branch.name for branch in directory.new_branches.values()]
    batch.rehearsed_at, batch.asked_at = timezone.now(), None


def _pieces_to_judge(batch: ImportBatch) -> Iterator[list[ImportRow]]:
    """The rows in order, a piece at a time; repetitions were judged while reading."""
    last = -1
    rows = batch.rows.exclude(outcome=Outcome.DUPLICATE, customer_id=None).order_by("position")
    while piece := list(rows.filter(position__gt=last)[:PIECE]):
        yield piece
        last = piece[-1].position


def circumstances(batch: ImportBatch) -> Circumstances:
    node_set = firm_settings.get("projects.node_set")
    note = _("由台账“%(name)s”导入") % {"name": batch.name}
    return Circumstances(
        timezone.now(), note=note, branch_ids=batch.branch_ids, node_set=node_set, nodes=nodes_of(node_set)
    )


def _referral(row: ImportRow, decision: Decision, directory: Directory) -> list[Referral]:
    linked = decision.customer is not None and decision.customer.referrer_id is not None
    if not decision.customer_id or not decision.row.referrer or linked:
        return []
    branch_id = directory.branch(decision.row.branch, creating=False)
    return [Referral(row.position, decision.customer_id, branch_id, decision.row.referrer)]


def _foresee_referrers(batch: ImportBatch, referred: list[Referral], known: Known) -> None:
    """Say already now whose referrer a person will have to choose."""
    candidates = _customers_named({squeeze(referral.name) for referral in referred})

    def named(name: str) -> list[Candidate]:
        new = [Candidate(one.id, one.branch_id) for one in known.named(name) if one.record is None]
        return [*candidates.get(name, []), *new]

    told = {one.referral.position: one.sentence for one in link(referred, named) if one.sentence}
    rows = list(batch.rows.filter(position__in=list(told)))
    for row in rows:
        _add_sentence(row, told[row.position])
    write_results(rows)


# --- taking in -----------------------------------------------------------------------------------------------


def _take_in_piece(batch: ImportBatch) -> None:
    """The next rows, with everything they bring, and their stamps: all of it or nothing."""
    waiting = batch.rows.filter(applied_at=None).order_by("position")[:PIECE]
    piece = list(waiting.select_for_update(of=("self",)))
    if not piece:
        _link_referrers(batch)
        batch.applied_at, batch.asked_at = timezone.now(), None
        batch.files.all().delete()
        return
    directory, known = Directory(), Known()
    judge = Judge(directory, known, circumstances(batch))
    live = [row for row in piece if not _is_repetition(row)]
    read = [LedgerRow.from_data(row.data) for row in live]
    known.read(read, branch_ids=batch.branch_ids, batch_id=batch.pk)
    decisions = [judge.decide(said) for said in read]
    carry_out(decisions, directory, by=batch.by)
    for row, decision in zip(live, decisions, strict=True):
        note_result(row, decision)
    stamp(piece)


def _is_repetition(row: ImportRow) -> bool:
    """Found while reading: it never reached the judge, so it names no customer."""
    return row.outcome == Outcome.DUPLICATE and row.customer_id is None


def _link_referrers(batch: ImportBatch) -> None:
    rows = {row.position: row for row in _rows_with_referrer(batch)}
    told = [
        Referral(row.position, customer_id, branch_id, row.data["referrer"])
        for row, customer_id, branch_id in _not_linked(list(rows.values()))
    ]
    candidates = _customers_named({squeeze(referral.name) for referral in told})
    done = link(told, lambda name: candidates.get(name, []))
    link_imported_referrers(
        {one.referral.customer_id: one.referrer_id for one in done if one.referrer_id}, by=batch.by
    )
    for linked in done:
        _tell_link(linked, rows[linked.referral.position])
    write_results(list(rows.values()))


def _rows_with_referrer(batch: ImportBatch) -> list[ImportRow]:
    rows = batch.rows.filter(customer_id__isnull=False, data__has_key="referrer")
    return list(rows.exclude(outcome__in=(Outcome.REJECTED, Outcome.DUPLICATE)))


def _not_linked(rows: Sequence[ImportRow]) -> list[tuple[ImportRow, UUID, UUID | None]]:
    ids = {row.customer_id for row in rows}
    open_ = dict(Customer.objects.living().filter(pk__in=ids, referrer=None).values_list("pk", "branch_id"))
    return [
        (row, row.customer_id, open_[row.customer_id])
        for row in rows
        if row.customer_id and row.customer_id in open_
    ]


def _customers_named(names: set[str]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    rows = Customer.objects.living().filter(pinyin__in={sort_key(name) for name in names})
    for pk, name, branch_id in rows.values_list("pk", "name", "branch_id"):
        found[squeeze(name)].append(Candidate(pk, branch_id))
    return found


def _tell_link(linked: Linked, row: ImportRow) -> None:
    _add_sentence(row, linked.sentence)
    if linked.referrer_id is not None and row.outcome == Outcome.UNCHANGED:
        row.outcome = Outcome.UPDATED


def _add_sentence(row: ImportRow, sentence: str) -> None:
    if sentence and sentence not in row.sentences:
        row.sentences = [*row.sentences, sentence]
        row.needs_person = True
