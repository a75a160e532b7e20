"""Files come in as something else than they say, carry what they should not, and go out only as downloads."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.errors import Refusal
from crm import policies
from files import actions
from files.models import Attachment
from tenancy.models import AuditEntry
from tests.factories import files as samples
from tests.factories.crm import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def attach(content: bytes, name: str = "现场.jpg", by=None) -> Attachment:
    customer = make_customer()
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return actions.attach(file, subject_kind="customer", subject_id=customer.pk, by=by)


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (samples.a_picture("JPEG"), "厨房.exe", "image/jpeg"),
        (samples.a_picture("PNG"), "客厅.png", "image/png"),
        (samples.a_picture("WEBP"), "卧室", "image/webp"),
        (samples.PDF, "合同.pdf", "application/pdf"),
        (samples.DWG, "图.dwg", "image/vnd.dwg"),
        (samples.DXF, "图.dxf", "image/vnd.dxf"),
    ],
    ids=["jpeg", "png", "webp", "pdf", "dwg", "dxf"],
)
def test_the_kind_is_told_by_the_bytes(firm, content, name, kept):
    row = attach(content, name)
    assert (row.content_type, row.size > 0, len(row.sha256)) == (kept, True, 64)
    assert row.name.rsplit(".", 1)[1] in {"jpg", "png", "webp", "pdf", "dwg", "dxf"}
    assert name.split(".")[0] not in row.stored_as


def test_a_heic_photo_becomes_a_jpeg(firm):
    assert attach(samples.a_picture("HEIF"), "IMG.HEIC").content_type == "image/jpeg"


HOSTILE = {
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "exe": b"MZ\x90\x00" + b"\x00" * 100,
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "gif": b"GIF89a" + b"\x00" * 50,
    "empty": b"",
    "half jpeg": samples.a_picture("JPEG")[:60],
    "only a head": b"\xff\xd8\xff\xe0",
    "png bomb": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\x00\x00\x00",
    "pdf with script": samples.PDF.replace(
        b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    ),
    "pdf with a file": samples.PDF.replace(b"/Catalog", b"/Catalog/EmbeddedFiles/EmbeddedFile"),
    "html called dxf": b"0\nSECTION\n<script>",
    "webp of nothing": b"RIFF\x00\x00\x00\x00WEBP",
    "shell": b"#!/bin/sh\nrm -rf /",
}


@pytest.mark.parametrize("kind", HOSTILE, ids=str)
def test_what_we_do_not_take_is_refused_and_leaves_nothing(firm, media, kind):
    with pytest.raises(Refusal):
        attach(HOSTILE[kind], "照片.jpg")
    assert not Attachment.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_nothing_a_photo_carried_is_kept(firm, media):
    row = attach(samples.a_jpeg_with_place() + b"<script>appended</script>")
    stored = (media / row.stored_as).read_bytes()
    image = Image.open(io.BytesIO(stored))
    assert not dict(image.getexif())
    assert b"canary" not in stored.lower()
    assert b"appended" not in stored
    assert (image.width, image.height) == (40, 80)  # it was on its side


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x\\y.jpg", "a\x00b.jpg", "", "." * 300, "\u202egpj.exe", "图 🏠.jpg"]
)
def test_any_name_is_only_shown(firm, media, name):
    row = attach(samples.a_png(), name or "x")
    assert "/" not in row.name
    assert "\\" not in row.name
    assert len(row.name) <= 120
    assert all(path.resolve().is_relative_to(media) for path in media.rglob("*"))


def test_a_file_goes_out_as_a_download_and_is_recorded(sign_in, agent, branch):
    customer = make_customer(branch=branch)
    file = SimpleUploadedFile("厨房.png", samples.a_png())
    row = actions.attach(file, subject_kind="customer", subject_id=customer.pk, by=agent)
    for name in ("files:attachment", "files:thumbnail"):
        response = sign_in(agent).get(reverse(name, args=[row.pk]))
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response.streaming_content)
    assert AuditEntry.objects.filter(verb=AuditEntry.Verb.DOWNLOADED).count() == 1


def test_a_file_is_put_there_taken_off_and_brought_back(sign_in, agent, branch):
    customer = make_customer(branch=branch)
    client = sign_in(agent)
    url = reverse("crm:files", args=[customer.pk])
    answer = client.post(
        url, {"file": SimpleUploadedFile("a.png", samples.a_png()), "kind": "photo", "note": "厨房"}
    )
    row = Attachment.objects.get()
    assert (answer.status_code, row.note, row.uploaded_by) == (302, "厨房", agent)
    assert "a.png" in client.get(customer.get_absolute_url(), {"tab": "files"}).content.decode()
    client.post(reverse("files:removal", args=[row.pk]))
    assert client.get(reverse("files:attachment", args=[row.pk])).status_code == 404
    client.post(reverse("files:restoration", args=[row.pk]))
    assert client.get(reverse("files:attachment", args=[row.pk])).status_code == 200


def test_a_refused_file_keeps_the_form(sign_in, agent, branch):
    customer = make_customer(branch=branch)
    url = reverse("crm:files", args=[customer.pk])
    bad = {"file": SimpleUploadedFile("a.png", HOSTILE["html"]), "note": "厨房"}
    response = sign_in(agent).post(url, bad)
    assert response.status_code == 422
    assert "不支持这种文件" in response.content.decode()
    assert "厨房" in response.content.decode()


def test_who_does_not_see_the_customer_does_not_see_the_file(
    sign_in, agent, designer, branch, other_branch, make_member
):
    customer = make_customer(branch=branch)
    row = actions.attach(
        SimpleUploadedFile("a.png", samples.a_png()),
        subject_kind="customer",
        subject_id=customer.pk,
        by=agent,
    )
    unknown = actions.attach(
        SimpleUploadedFile("a.png", samples.a_png()), subject_kind="unknown", subject_id=customer.pk, by=agent
    )
    for member in (designer, make_member("cs_agent", branch=other_branch)):
        for name in ("files:attachment", "files:thumbnail"):
            assert sign_in(member).get(reverse(name, args=[row.pk])).status_code == 404
    assert sign_in(agent).get(reverse("files:attachment", args=[unknown.pk])).status_code == 404
    assert policies.may_write(designer)
