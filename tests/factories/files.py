"""Small real files of every kind we take."""

import io

from PIL import Image


def a_picture(form: str = "PNG", *, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, format=form, **options)
    return out.getvalue()


def a_png() -> bytes:
    return a_picture("PNG")


def a_jpeg_with_place() -> bytes:
    """A photo that says where it was taken, on its side, with a comment."""
    exif = Image.Exif()
    exif[0x010F] = "Canary Camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return a_picture("JPEG", size=(80, 40), exif=exif, comment=b"canary-comment")


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
DWG = b"AC1032" + b"\x00" * 200
DXF = b"0\r\nSECTION\r\n2\r\nHEADER\r\n0\r\nENDSEC\r\n0\r\nEOF\r\n"
