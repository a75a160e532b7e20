"""Files: handed out to whoever sees the subject they belong to."""

from django.core.files.uploadedfile import SimpleUploadedFile

from crm import policies
from files import actions
from files.models import Attachment
from tenancy.models import Role
from tests.architecture.routes import EVERYBODY, Route, get, post
from tests.factories.crm import make_customer
from tests.factories.files import a_png

OWN = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER})
WRITE = policies.WRITE - {Role.PARTNER_API}


def attachment(world) -> Attachment:
    customer = make_customer(world.canary, branch=world.branch, adviser=world.me)
    file = SimpleUploadedFile("现场.png", a_png())
    return actions.attach(file, subject_kind="customer", subject_id=customer.pk, by=None)


MAKERS = {"attachment": attachment}


def one(world):
    return {"pk": world.attachment.pk}


ROUTES = [
    Route("files:attachment", get(EVERYBODY), kwargs=one),
    Route("files:thumbnail", get(EVERYBODY), kwargs=one),
    Route("files:removal", post(OWN), kwargs=one),
    Route("files:restoration", post(OWN), kwargs=one),
]
