from typing import Any

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """Home of the management commands that set up and run the whole product."""

    default = True
    name = "config"
    verbose_name = "居安 CRM"

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415 - registers system checks

        post_migrate.connect(keep_the_migration_record, sender=self)


class StaticFiles(StaticFilesConfig):
    """What no page asks for is not served, nor compressed: fonts for PDF, axe for tests, others' maps and spares."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *(
            "vendor/fonts/*",
            "vendor/axe.js",
            "vendor/compose-spec.json",
            "*.map",
            "rest_framework",
            "django_htmx/*-4*",
        ),
        *("drf_spectacular_sidecar/redoc/*", "drf_spectacular_sidecar/swagger-ui-dist/*-es-*"),
    ]


def keep_the_migration_record(using: str, **_: Any) -> None:
    """Which migrations ran is the owner's word; the application may read it and nothing more."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'crm_app'")
        if cursor.fetchone():
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM crm_app")
