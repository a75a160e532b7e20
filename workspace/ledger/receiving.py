"""The acts of whoever brings a ledger in: upload, correct what we understood, rehearse, take in, stop."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text
from tenancy.models import Member
from workflow import due
from workspace.ledger.columns import Field
from workspace.ledger.layout import SheetLayout, propose_layout, with_corrections, with_words
from workspace.ledger.policies import may_import
from workspace.ledger.reading import MAX_FILE, read_ledger
from workspace.ledger.vocabulary import remember_head, remembered_heads, teach_stage_word
from workspace.models import ImportBatch, ImportFile

QUEUE: Final = "imports"
PATIENCE: Final = timedelta(seconds=60)
"""After so long without a sign of life the sweeper takes a batch up again."""


@transaction.atomic
def receive_ledger(content: bytes, filename: str, *, by: Member | None) -> ImportBatch:
    """Keep an uploaded file and say how we understand it; nothing is read into the firm yet."""
    _require(by)
    if len(content) > MAX_FILE:
        raise Refusal(_("文件超过 %(size)d MB，请拆成几个文件后上传") % {"size": MAX_FILE // 1024 // 1024})
    name = clean_text(PurePath(filename).name)[-120:] or _("台账")
    sheets = read_ledger(content, name)
    layouts = propose_layout(sheets, remembered_heads())
    if not any(layout.rows for layout in layouts):
        raise Refusal(_("文件里没有找到客户表：需要一行表头，至少有“姓名”和“电话”两列"))
    batch = ImportBatch.objects.create(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
        branch_ids=sorted(map(str, by.branch_ids)) if by and by.branch_ids is not None else [],
        layout=[layout.as_data() for layout in layouts],
    )
    ImportFile.objects.create(batch=batch, content=content)
    return batch


@transaction.atomic
def correct_sheet(
    batch: ImportBatch,
    place: int,
    *,
    by: Member,
    taken: bool,
    branch: str,
    fields: Mapping[int, str],
) -> ImportBatch:
    """A person says what a sheet is; every corrected head is remembered for the next ledger."""
    _require(by)
    batch = _unlocked(batch)
    layouts = layouts_of(batch)
    if not 0 <= place < len(layouts):
        raise Refusal(_("没有这个工作表，请刷新页面。"))
    layout = layouts[place]
    _refuse_unknown_fields(fields)
    _remember(layout, fields, by)
    sheet = read_ledger(bytes(batch.files.get().content), batch.name)[place]
    corrected = replace(
        with_corrections(layout, fields), taken=taken and bool(layout.rows), branch=clean_text(branch)[:40]
    )
    layouts[place] = with_words(corrected, sheet)
    return _start_over(batch, layouts)


@transaction.atomic
def correct_stage_words(batch: ImportBatch, meanings: Mapping[str, str], *, by: Member) -> ImportBatch:
    """A person says what the stage words of this file mean to the firm."""
    _require(by)
    batch = _unlocked(batch)
    for word, phase in meanings.items():
        teach_stage_word(word, phase, by=by)
    return _start_over(batch, layouts_of(batch))


@transaction.atomic
def ask_to_rehearse(batch: ImportBatch, *, by: Member | None) -> ImportBatch:
    """Work out what would happen to every row. May be asked again and again."""
    _require(by)
    batch = _unlocked(batch)
    layouts = [layout for layout in layouts_of(batch) if layout.taken]
    if not layouts:
        raise Refusal(_("请至少选择一个工作表。"))
    lacking = [layout.name for layout in layouts if Field.NAME in layout.missing]
    if lacking:
        raise Refusal(_("请指出“%(sheets)s”里哪一列是客户姓名。") % {"sheets": "、".join(lacking)})
    batch.read_at = batch.rehearsed_at = batch.failed_at = None
    batch.failure = ""
    return _ask(batch)


@transaction.atomic
def ask_to_take_in(batch: ImportBatch, *, by: Member | None) -> ImportBatch:
    """Take in what was rehearsed."""
    _require(by)
    batch = ImportBatch.objects.lock(batch)
    if batch.state != "rehearsed":
        raise Refusal(_("请先预演，确认无误后再导入。"))
    batch.applying_at = timezone.now()
    return _ask(batch)


@transaction.atomic
def stop(batch: ImportBatch, *, by: Member) -> ImportBatch:
    """Stop where it is: rows already taken in stay, the others are left out."""
    _require(by)
    batch = ImportBatch.objects.lock(batch)
    if batch.state not in {"layout", "rehearsing", "rehearsed", "applying", "failed"}:
        raise Refusal(_("这次导入已经结束。"))
    batch.stopped_at, batch.asked_at = timezone.now(), None
    batch.save()
    batch.files.all().delete()
    return batch


def layouts_of(batch: ImportBatch) -> list[SheetLayout]:
    return [SheetLayout.from_data(data) for data in batch.layout]


def _require(by: Member | None) -> None:
    """None is the shell, whoever may use it."""
    if by is not None and not may_import(by):
        raise Refusal(_("您的岗位不能导入台账。"), code="not_allowed")


def _unlocked(batch: ImportBatch) -> ImportBatch:
    """The batch under lock, as long as nothing of it is in the firm yet."""
    batch = ImportBatch.objects.lock(batch)
    if batch.applying_at or batch.stopped_at:
        raise Refusal(_("这次导入已经开始或结束，不能再改。"))
    return batch


def _start_over(batch: ImportBatch, layouts: list[SheetLayout]) -> ImportBatch:
    """Whatever was rehearsed no longer holds."""
    batch.layout = [layout.as_data() for layout in layouts]
    batch.read_at = batch.rehearsed_at = batch.asked_at = batch.failed_at = None
    batch.failure = ""
    batch.save()
    batch.rows.all().delete()
    return batch


def _ask(batch: ImportBatch) -> ImportBatch:
    """A worker is wanted. Should its bell be lost or itself be killed, the note brings the sweeper."""
    from workspace.tasks import ring  # noqa: PLC0415 - the task imports this module

    batch.asked_at = batch.beat_at = timezone.now()
    batch.save()
    due.note(QUEUE, timezone.now() + PATIENCE)
    ring(batch.pk)
    return batch


def _refuse_unknown_fields(fields: Mapping[int, str]) -> None:
    named = [name for name in fields.values() if name]
    if any(name not in set(Field) for name in named):
        raise Refusal(_("请从列表里选择这一列的含义。"))
    if len(named) != len(set(named)):
        raise Refusal(_("两列选了同一个含义，请改一列。"))


def _remember(layout: SheetLayout, fields: Mapping[int, str], by: Member) -> None:
    for column in layout.columns:
        if column.index in fields and fields[column.index] != (column.field or ""):
            remember_head(column.head, fields[column.index], by=by)
