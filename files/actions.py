"""Taking files in and putting them away."""

import hashlib
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text, shorten
from files import storage
from files.kinds import LARGEST, MEGABYTE, PDF, BadFile, FileKind, tell
from files.models import Attachment
from files.pictures import Picture, redraw
from tenancy.models import Member

ACTIVE_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
MOST_PER_SUBJECT = 500


@transaction.atomic
def attach(
    file: UploadedFile,
    *,
    subject_kind: str,
    subject_id: UUID,
    by: Member | None,
    kind: str = "",
    note: str = "",
) -> Attachment:
    """Keep a file of a subject the caller may see. What it is is told by its bytes; pictures are drawn anew."""
    _refuse_too_many(subject_kind, subject_id)
    content = _read(file)
    try:
        found = tell(content[:2048])
        _refuse_large(content, found)
        picture = redraw(content, found) if found.is_picture else None
        _refuse_active(content, found)
    except BadFile as bad:
        raise Refusal(str(bad), code="bad_file") from bad
    row = Attachment(
        subject_kind=subject_kind,
        subject_id=subject_id,
        kind=kind if kind in Attachment.Kind.values else _usual_kind(found),
        name=_shown_name(file.name or "", picture.kind if picture else found),
        note=clean_text(note)[:200],
        uploaded_by=by,
    )
    return _keep(row, content, found, picture)


@transaction.atomic
def remove(attachment: Attachment, *, by: Member | None) -> Attachment:
    """Off the page; the bytes are kept until the retention of deleted files takes them."""
    attachment = Attachment.objects.lock(attachment)
    if attachment.deleted_at is None:
        attachment.deleted_at, attachment.deleted_by = timezone.now(), by
        attachment.save()
    return attachment


@transaction.atomic
def bring_back(attachment: Attachment, *, by: Member | None) -> Attachment:
    attachment = Attachment.objects.lock(attachment)
    attachment.deleted_at = attachment.deleted_by = None
    attachment.save()
    return attachment


def _keep(row: Attachment, content: bytes, found: FileKind, picture: Picture | None) -> Attachment:
    """The bytes first: a row without its file would be a broken promise, a file without its row is only space."""
    kept, kind = (picture.content, picture.kind) if picture else (content, found)
    row.content_type, row.size = kind.content_type, len(kept)
    row.sha256 = hashlib.sha256(kept).hexdigest()
    row.stored_as = storage.put(kept, kind.suffix)
    if picture:
        row.width, row.height = picture.width, picture.height
        row.thumbnail = storage.put(picture.thumbnail, "webp")
    try:
        row.save(force_insert=True)
    except DatabaseError:
        storage.take_away(row.stored_as, row.thumbnail)
        raise
    return row


def _read(file: UploadedFile) -> bytes:
    size = file.size or 0
    if size == 0:
        raise Refusal(_("文件是空的。"), code="bad_file")
    if size > LARGEST:
        raise Refusal(_("文件太大，最多 %(n)d MB。") % {"n": LARGEST // MEGABYTE}, code="bad_file")
    return bytes(file.read(LARGEST + 1))


def _refuse_large(content: bytes, kind: FileKind) -> None:
    if len(content) > kind.cap:
        raise BadFile(_("这类文件最多 %(n)d MB。") % {"n": kind.cap // MEGABYTE})


def _refuse_active(content: bytes, kind: FileKind) -> None:
    """A document that runs something or carries a second file inside."""
    if kind is PDF and any(mark in content for mark in ACTIVE_PDF):
        raise BadFile(_("PDF 里含有脚本或内嵌文件，请另存为普通 PDF 后再传。"))


def _refuse_too_many(kind: str, subject_id: UUID) -> None:
    if Attachment.objects.of(kind, subject_id).order_by()[:MOST_PER_SUBJECT].count() >= MOST_PER_SUBJECT:
        raise Refusal(_("附件太多，最多 %(n)d 个。") % {"n": MOST_PER_SUBJECT}, code="too_many")


def _usual_kind(kind: FileKind) -> str:
    if kind.is_picture:
        return Attachment.Kind.PHOTO
    return Attachment.Kind.DOCUMENT if kind is PDF else Attachment.Kind.DRAWING


def _shown_name(given: str, kind: FileKind) -> str:
    """The sender's name without any folder and without a suffix that lies."""
    bare = clean_text(given.replace("\\", "/").rsplit("/", 1)[-1])
    stem = bare.rsplit(".", 1)[0] if "." in bare else bare
    return f"{shorten(stem.strip('. ') or str(_('未命名')), 100)}.{kind.suffix}"
