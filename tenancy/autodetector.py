"""Makes the migrations of firm tables complete by itself."""

from typing import Any

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import AddField, CreateModel

from tenancy.models.base import FirmFK
from tenancy.operations import FirmField, FirmTable


class FirmAutodetector(MigrationAutodetector):
    """Adds ``FirmTable`` and ``FirmField`` where a firm's table or reference is created."""

    def _detect_changes(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._detect_changes(*args, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        for label, migrations in found.items():
            for migration in migrations:
                migration.operations += self._firm_operations(label, migration.operations)
        return found

    def _firm_operations(self, label: str, operations: list[Any]) -> list[Any]:
        tables = [op for op in operations if isinstance(op, CreateModel) and _is_firm_table(label, op)]
        made = {op.name_lower for op in tables}
        added = [op for op in operations if isinstance(op, AddField) and isinstance(op.field, FirmFK)]
        return [_firm_table(label, op.name) for op in tables] + [
            FirmField(op.model_name, op.name) for op in added if op.model_name_lower not in made
        ]


def _is_firm_table(label: str, operation: CreateModel) -> bool:
    return hasattr(apps.get_model(label, operation.name), "is_firm_model")


def _firm_table(label: str, name: str) -> FirmTable:
    model = apps.get_model(label, name)
    options: dict[str, Any] = {}
    if model.branch_wall:
        options["branch_wall"] = True
    if "grants" in vars(model):
        options["grants"] = model.grants
    return FirmTable(name, **options)
