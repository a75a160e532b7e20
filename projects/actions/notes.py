"""Write down what was seen and done on site."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from files import actions as files
from projects import policies
from projects.events import SiteNoted
from projects.models import Project, SiteNote
from tenancy.models import Member
from workflow.events import publish

KIND = "site_note"
MOST_PHOTOS = 20


@transaction.atomic
def add_note(
    project: Project,
    *,
    by: Member,
    text: str = "",
    services: Sequence[str] = (),
    photos: Sequence[Any] = (),
    key: UUID | None = None,
) -> SiteNote:
    """Write a note with photos. Sent again under the same ``key`` after a lost connection it stays one note."""
    if not policies.may_note(project, by):
        raise Refusal(_("您不在这个项目上，不能写现场记录。"))
    if key and (sent := SiteNote.objects.filter(pk=key, project=project, by=by).first()):
        return sent
    if not (text.strip() or photos or services):
        raise Refusal(_("请写一句说明，或者拍一张照片。"))
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("一次最多上传 %(n)d 张照片。") % {"n": MOST_PHOTOS})
    note = _made(key, project=project, by=by, text=text.strip(), services=list(services))
    for photo in photos:
        files.attach(photo, subject_kind=KIND, subject_id=note.pk, by=by, kind="photo")
    publish(SiteNoted(note_id=str(note.pk), project_id=str(project.pk), customer_id=str(project.customer_id)))
    return note


def _made(key: UUID | None, **fields: Any) -> SiteNote:
    """A key somebody else has used already is not honoured: the note gets one of its own."""
    if key and not SiteNote.objects.filter(pk=key).exists():
        return SiteNote.objects.create(pk=key, **fields)
    return SiteNote.objects.create(**fields)
