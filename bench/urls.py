"""The product's own addresses."""

from config.urls import urlpatterns

__all__ = ["urlpatterns"]
