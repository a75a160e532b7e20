"""Files of a customer."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from crm import policies
from crm.forms.fields import CleanText
from crm.views.asking import answer_form, find_customer, only
from files.actions import attach
from files.models import Attachment
from tenancy.forms import MemberForm
from tenancy.http import MemberRequest


class FileForm(MemberForm):
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("照片（JPG、PNG、WebP、HEIC）、PDF、DWG、DXF"),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.heic,.pdf,.dwg,.dxf"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Attachment.Kind.choices, required=False)
    note = CleanText(label=gettext_lazy("说明"), max_length=200)


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def upload(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One file of a customer; where it came from in the picture is not kept."""
    customer = find_customer(request, pk)
    form = FileForm(
        request.POST or None, request.FILES or None, member=request.member, initial={"kind": "document"}
    )

    def keep(given: dict[str, Any]) -> Attachment:
        file = given.pop("file")
        return attach(file, subject_kind="customer", subject_id=customer.pk, by=request.member, **given)

    return answer_form(
        request,
        form,
        keep,
        title=_("上传文件：%(name)s") % {"name": customer.name},
        button=_("上传"),
        back=f"{customer.get_absolute_url()}?tab=files",
        done=_("文件已上传"),
        context={"multipart": True},
    )
