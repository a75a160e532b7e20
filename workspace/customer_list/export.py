"""The list as a workbook: what is on the screen, masked as on the screen, and never a formula."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext

from core.errors import Refusal
from core.money import yuan_decimal
from core.text import spreadsheet_text
from crm.settings import EXPORT_CAP
from tenancy import firm_settings
from tenancy.models import AuditEntry, Member
from workspace.customer_list.asked import Asked
from workspace.customer_list.columns import Row, filled, related
from workspace.customer_list.keyset import page

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 500


def export(asked: Asked, member: Member, *, whole_phones: bool) -> bytes:
    """Written while the firm is in scope, row by row, and put on the trail with what was asked for."""
    limit = firm_settings.get(EXPORT_CAP)
    if asked.rows(member).order_by()[: limit + 1].count() > limit:
        raise Refusal(_("一次最多导出 %(cap)d 位客户，请先筛选。") % {"cap": limit}, code="too_many")
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm",
        },
    )
    count = _write(book, asked, member, whole_phones=whole_phones)
    book.close()
    phones = _("含完整电话") if whole_phones else _("电话已隐藏")
    AuditEntry.note_look(
        member,
        AuditEntry.Verb.EXPORTED,
        note=_("客户列表 %(n)d 位，%(phones)s，筛选：%(query)s")
        % {"n": count, "phones": phones, "query": asked.query() or _("全部")},
    )
    return file.getvalue()


def _write(book: xlsxwriter.Workbook, asked: Asked, member: Member, *, whole_phones: bool) -> int:
    sheet = book.add_worksheet(pgettext("many", "客户"))
    sheet.freeze_panes(1, 1)
    heads = [_("客户编号"), _("姓名"), _("来源"), *(str(column.label) for column in asked.columns)]
    for number, head in enumerate(heads):
        sheet.write_string(0, number, head, book.add_format({"bold": True}) if number == 0 else None)
        sheet.set_column(number, number, 16)
    count = 0
    for row in _rows(asked, member):
        count += 1
        _write_row(sheet, count, row, asked, whole_phones=whole_phones)
    return count


def _rows(asked: Asked, member: Member) -> Iterator[Row]:
    rows, after = related(asked.rows(member)), ""
    while True:
        found = page(rows, asked.order, after=after, size=CHUNK)
        yield from filled(found.rows, member)
        if not found.after:
            return
        after = found.after


def _write_row(sheet: Any, number: int, row: Row, asked: Asked, *, whole_phones: bool) -> None:
    customer = row.customer
    _cell(sheet, number, 0, customer.number)
    _cell(sheet, number, 1, customer.name)
    _cell(sheet, number, 2, customer.get_source_display())
    for place, column in enumerate(asked.columns, start=3):
        whole = column.key == "phone" and whole_phones
        value: Any = row.whole_phones if whole else column.text(row)
        _cell(
            sheet,
            number,
            place,
            yuan_decimal(value) if column.key == "amount" and value is not None else value,
        )


def _cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if value in (None, ""):
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, timezone.localtime(value).replace(tzinfo=None))
    elif isinstance(value, str):
        sheet.write_string(row, place, spreadsheet_text(value))
    else:
        sheet.write_number(row, place, float(value))
