from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Small tools without models that every app may use; imports nothing of ours."""

    name = "core"
    verbose_name = "基础"
