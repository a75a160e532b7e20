"""Pictures are drawn anew: nothing of the file that came in but its pixels is kept, so neither place nor script."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from files.kinds import HEIC, JPEG, PNG, WEBP, BadFile, FileKind

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4_000
THUMBNAIL = 480

pillow_heif.register_heif_opener()

FORMATS = {JPEG: ("JPEG",), PNG: ("PNG",), WEBP: ("WEBP",), HEIC: ("HEIF",)}


@dataclass(frozen=True)
class Picture:
    kind: FileKind
    content: bytes
    thumbnail: bytes
    width: int
    height: int


def redraw(content: bytes, kind: FileKind) -> Picture:
    """Upright, at most 4,000 pixels a side, without EXIF, comments, profiles or anything appended."""
    image = _open(content, kind)
    image = ImageOps.exif_transpose(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    keeps_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if keeps_alpha and kind in (PNG, WEBP) else "RGB")
    stored = kind if kind in (PNG, WEBP) else JPEG
    return Picture(stored, _saved(plain, stored), _thumbnail(plain), plain.width, plain.height)


def _open(content: bytes, kind: FileKind) -> Image.Image:
    """Only with the decoder of the kind its bytes claim; a bomb is refused before it is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS[kind])
            _refuse_large(image)
            image.load()
    except BadFile:
        raise
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        MemoryError,
        RuntimeError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OverflowError,
    ) as broken:
        raise BadFile(_("图片已损坏或读不出来，请换一张。")) from broken
    return image


def _refuse_large(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise BadFile(_("图片太大，最多 5000 万像素。"))


def _saved(image: Image.Image, kind: FileKind) -> bytes:
    options: dict[str, Any] = {
        JPEG: {"format": "JPEG", "quality": 88, "progressive": True},
        PNG: {"format": "PNG", "optimize": True},
        WEBP: {"format": "WEBP", "quality": 88},
    }[kind]
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, **options)
    return out.getvalue()


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return _saved(small, WEBP)
