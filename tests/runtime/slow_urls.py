"""The product, and three doors behind which a statement takes longer than the time limit allows."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.views import APIView

from tenancy.http import public
from tests.factories.workflow import make_task


def wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 30")
        cursor.execute("SELECT pg_sleep(5), %s", ["+8613800138000"])


def page(request: HttpRequest, name: str) -> HttpResponse:
    make_task("写到一半")
    wait()
    return HttpResponse("never")


class Api(APIView):
    def post(self, request: HttpRequest) -> HttpResponse:
        make_task("写到一半")
        wait()
        return HttpResponse("never")


@public
def open_to_all(request: HttpRequest) -> HttpResponse:
    wait()
    return HttpResponse("never")


@public
def broken(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return HttpResponse("never")


urlpatterns = [
    path("slow/<str:name>/", page, name="slow-page"),
    path("api/v1/slow/", Api.as_view(), name="slow-api"),
    path("slow-for-all/", open_to_all, name="slow-for-all"),
    path("broken/", broken, name="broken"),
    path("", include("config.urls")),
]
