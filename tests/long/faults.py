"""What goes wrong inside a firm's scope, and an address in front of it: the product's own addresses and one more."""

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import *  # noqa: F403 - the product's handlers and addresses
from config.urls import urlpatterns as of_the_product
from core.errors import Refusal
from crm.models import Customer

KINDS = ("python", "statement", "nested", "refusal")
EXPECTED = (ZeroDivisionError, DatabaseError, Refusal)


def happen(kind: str) -> None:
    if kind == "python":
        raise ZeroDivisionError(kind)
    if kind == "refusal":
        raise Refusal("这一步现在不能做。")
    if kind == "nested":
        with transaction.atomic():
            _divide()
    _divide()


def fault(request: HttpRequest, kind: str) -> HttpResponse:
    """Looks at the firm's customers first, so that there is something to lose."""
    list(Customer.objects.all())
    happen(kind)
    return HttpResponse()


def _divide() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


urlpatterns = [path("soak/<slug:kind>/", fault, name="fault"), *of_the_product]
