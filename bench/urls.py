"""The product's own addresses, and the floors'."""

from django.urls import path

from bench.floors import FLOORS
from config.urls import urlpatterns as of_the_product

urlpatterns = [
    *of_the_product,
    *(path(f"floor/{name}/", view, name=f"floor_{name}") for name, view in FLOORS.items()),
]
