"""Django's PostgreSQL backend with the four small changes composite keys need (docs/adr/0003-composite-keys.md), and a watch."""

from typing import Any

from django.db.backends.postgresql import base, features, operations, schema
from django.db.models import Model

from tenancy.backend import statements


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[Model]) -> bool:
        """The key on disk is (firm_id, id): grouping by id alone is refused by PostgreSQL."""
        return super().allows_group_by_selected_pks_on_model(model) and not hasattr(model, "is_firm_model")


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "tenancy.backend.compiler"


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def table_sql(self, model: type[Model]) -> Any:
        """The firm is the first column on disk: the database distributes by it later."""
        model._meta.local_fields.sort(key=lambda field: field.name != "firm")
        return super().table_sql(model)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(statements.watch)
