"""What a file is, told by its bytes. Names and the sender's own word for the type are never believed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True)
class FileKind:
    """``cap``: the most bytes we take of it; ``is_picture``: it is drawn anew, without what it carried along."""

    suffix: str
    content_type: str
    cap: int
    is_picture: bool = False


JPEG = FileKind("jpg", "image/jpeg", 25 * MEGABYTE, is_picture=True)
PNG = FileKind("png", "image/png", 25 * MEGABYTE, is_picture=True)
WEBP = FileKind("webp", "image/webp", 25 * MEGABYTE, is_picture=True)
HEIC = FileKind("heic", "image/heic", 25 * MEGABYTE, is_picture=True)
PDF = FileKind("pdf", "application/pdf", 40 * MEGABYTE)
DWG = FileKind("dwg", "image/vnd.dwg", 60 * MEGABYTE)
DXF = FileKind("dxf", "image/vnd.dxf", 60 * MEGABYTE)

LARGEST = max(kind.cap for kind in (JPEG, PNG, WEBP, HEIC, PDF, DWG, DXF))
ALLOWED = "JPG、PNG、WebP、HEIC、PDF、DWG、DXF"


class BadFile(ValueError):
    """A file we do not take; ``str()`` is the sentence for the person."""


def tell(head: bytes) -> FileKind:
    """The kind of a file from its first bytes."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return HEIC
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if head[:4] == b"AC10" and head[4:6].isdigit():
        return DWG
    if head.startswith(b"AutoCAD Binary DXF") or _is_text_dxf(head):
        return DXF
    raise BadFile(_("不支持这种文件，只能上传 %(kinds)s。") % {"kinds": ALLOWED})


def _is_text_dxf(head: bytes) -> bool:
    """A drawing in text begins with pairs of lines: a 0, then SECTION; comments (999) may stand before."""
    lines = [line.strip() for line in head[:1000].replace(b"\r\n", b"\n").split(b"\n")]
    while len(lines) > 2 and lines[0] == b"999":
        lines = lines[2:]
    return lines[:2] == [b"0", b"SECTION"] and b"<" not in head[:1000]
