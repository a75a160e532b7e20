"""What an .xlsx file really holds, found out before any reader opens it.

A spreadsheet is a zip of XML: a few kilobytes can unpack to gigabytes, one cell in the last corner of a sheet
makes a reader reserve the whole sheet, and one long shared text can be referred to a million times.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _

from core.errors import Refusal

MAX_UNPACKED: Final = 160 * 1024 * 1024
MAX_ENTRIES: Final = 1_000
MAX_COLUMNS: Final = 256
MAX_ROWS: Final = 99_999
MAX_TEXT: Final = 120 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_OVERLAP: Final = 200
_FAR_ROW: Final = re.compile(rb"""\sr=["']\$?[A-Z]{0,3}\$?\d{6,}["']""")
_WIDE_COLUMN: Final = re.compile(rb"""\sr=["']\$?([A-Z]{2,})\$?\d""")
_DATE_1904: Final = re.compile(rb"""date1904=["'](?:1|true)["']""")
_TEXT_ITEM: Final = re.compile(rb"<si[\s>].*?</si>|<si/>", re.DOTALL)
_TEXT_CELL: Final = re.compile(rb"""<c [^>]*t=["']s["'][^>]*>\s*<v>(\d+)</v>""")
_TEXT_MARK: Final = re.compile(rb"""\st=["']s["']""")


class BadFile(Refusal):
    """A file that is not a readable ledger; ``str()`` is the sentence for the person."""


@dataclass(slots=True)
class Archive:
    """What the look inside found out."""

    date_1904: bool = False
    texts: list[int] = field(default_factory=list)
    text_cells: int = 0


def inspect(content: bytes) -> Archive:
    """Look through every part of the zip once, with bounded memory; refuse what would hurt or is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            _check_directory(packed)
            archive = _look_through(packed)
            _check_repeated_texts(packed, archive)
            return archive
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise BadFile(_("文件已损坏或不是 Excel 文件，请重新另存为 .xlsx 后上传")) from error


def _check_directory(packed: zipfile.ZipFile) -> None:
    entries = packed.infolist()
    names = {entry.filename.casefold() for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise BadFile(_("文件解压后过大，请只保留台账内容后再上传"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadFile(_("文件带有宏，请另存为不含宏的 .xlsx 后上传"))
    if "xl/workbook.xml" not in names:
        raise BadFile(_("这不是 Excel 工作簿，请上传 .xlsx 或 .csv 文件"))
    if len(names) != len(entries):
        raise BadFile(_("文件已损坏或不是 Excel 文件，请重新另存为 .xlsx 后上传"))


def _look_through(packed: zipfile.ZipFile) -> Archive:
    """Reading every entry to its end also proves its declared size and checksum."""
    archive, left = Archive(), MAX_UNPACKED
    for entry in packed.infolist():
        for window, fresh in _windows(packed, entry):
            left -= fresh
            if left < 0:
                raise BadFile(_("文件解压后过大，请只保留台账内容后再上传"))
            _look_at(entry.filename.casefold(), window, archive)
    return archive


def _windows(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Chunks that overlap a little, so that no mark is cut in two."""
    tail = b""
    with packed.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield tail + chunk, len(chunk)
            tail = chunk[-_OVERLAP:]


def _look_at(name: str, window: bytes, archive: Archive) -> None:
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
        raise BadFile(_("文件内容不安全，请重新另存为 .xlsx 后上传"))
    if name == "xl/workbook.xml":
        archive.date_1904 = archive.date_1904 or bool(_DATE_1904.search(window))
    if name.startswith("xl/worksheets/"):
        _check_extent(window)
        archive.text_cells += len(_TEXT_MARK.findall(window))


def _check_extent(window: bytes) -> None:
    if _FAR_ROW.search(window):
        raise BadFile(_("工作表超过 %(rows)d 行，请拆成几个文件后上传") % {"rows": MAX_ROWS})
    if any(_column_number(letters) > MAX_COLUMNS for letters in set(_WIDE_COLUMN.findall(window))):
        raise BadFile(_("工作表超过 %(columns)d 列，请删去多余的列后上传") % {"columns": MAX_COLUMNS})


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_repeated_texts(packed: zipfile.ZipFile, archive: Archive) -> None:
    """The exact size of all shared texts in all cells, counted only when the rough bound is already too high."""
    if "xl/sharedStrings.xml" not in packed.namelist():
        return
    lengths = [len(item) for item in _TEXT_ITEM.findall(packed.read("xl/sharedStrings.xml"))]
    if max(lengths, default=0) * archive.text_cells <= MAX_TEXT:
        return
    total = 0
    for entry in packed.infolist():
        if entry.filename.casefold().startswith("xl/worksheets/"):
            total += sum(_repeated(packed.read(entry), lengths))
    if total > MAX_TEXT:
        raise BadFile(_("文件解压后过大，请只保留台账内容后再上传"))


def _repeated(sheet: bytes, lengths: list[int]) -> Iterator[int]:
    for found in _TEXT_CELL.finditer(sheet):
        index = int(found.group(1)[:9])
        yield lengths[index] if index < len(lengths) else 0
