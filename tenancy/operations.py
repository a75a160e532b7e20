"""Migration operations that turn a fresh table into a firm's table; ``makemigrations`` adds them by itself."""

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenancy.models.base import FirmFK

OF_THE_FIRM = "firm_id = nullif(current_setting('app.firm_id', true), '')::bigint"
OF_THE_BRANCHES = (
    "nullif(current_setting('app.branch_ids', true), '') IS NULL"
    " OR branch_id = ANY (string_to_array(current_setting('app.branch_ids', true), ',')::uuid[])"
)


class FirmTable(Operation):
    """Key (firm_id, id), row-level security forced, grants, and a composite key and index per ``FirmFK``.

    FORCE matters: without it the owner, who runs the migrations, would quietly see every firm. Keep it last in the
    migration that creates the model. ``branch_wall``: rows also hide from the API keys of other branches.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self, model_name: str, *, branch_wall: bool = False, grants: str = "SELECT, INSERT, UPDATE, DELETE"
    ) -> None:
        self.model_name = model_name
        self.branch_wall = branch_wall
        self.grants = grants

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        swap_primary_key(schema_editor, table, "firm_id, id")
        for statement in self._policies(table):
            schema_editor.execute(statement)
        for field in model._meta.local_fields:
            if isinstance(field, FirmFK):
                bind(schema_editor, field)
        distribute(schema_editor, table)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if isinstance(field, FirmFK):
                unbind(schema_editor, field)
        schema_editor.execute(f"DROP POLICY IF EXISTS branch_wall ON {table}")
        schema_editor.execute(f"DROP POLICY firm_only ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        swap_primary_key(schema_editor, table, "id")

    def describe(self) -> str:
        return f"Keep {self.model_name} rows inside their firm"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_firm_table"

    def _policies(self, table: str) -> list[str]:
        app_role = settings.DATABASES["default"]["USER"]
        policies = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY firm_only ON {table} USING ({OF_THE_FIRM}) WITH CHECK ({OF_THE_FIRM})",
            f"REVOKE ALL ON {table} FROM {app_role}",
            f"GRANT {self.grants} ON {table} TO {app_role}",
        ]
        if self.branch_wall:
            policies.append(
                f"CREATE POLICY branch_wall ON {table} AS RESTRICTIVE"
                f" USING ({OF_THE_BRANCHES}) WITH CHECK ({OF_THE_BRANCHES})"
            )
        return policies


class FirmField(Operation):
    """The composite key and index of a ``FirmFK`` that was added to an existing firm table."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name = model_name
        self.name = name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        bind(schema_editor, self._field(app_label, to_state))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        unbind(schema_editor, self._field(app_label, from_state))

    def describe(self) -> str:
        return f"Bind {self.model_name}.{self.name} inside the firm"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_{self.name}_in_firm"

    def _field(self, app_label: str, state: ProjectState) -> FirmFK:
        field = state.apps.get_model(app_label, self.model_name)._meta.get_field(self.name)
        assert isinstance(field, FirmFK)
        return field


def swap_primary_key(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: str) -> None:
    """Two commands: a distributed database refuses them combined."""
    schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({columns})")


def bind(schema_editor: BaseDatabaseSchemaEditor, field: models.ForeignKey) -> None:
    """Deferred to the end of the migration, when every table it creates has its composite primary key."""
    table, column = field.model._meta.db_table, field.column
    target = field.remote_field.model._meta.db_table
    key, index = names(table, column)
    schema_editor.deferred_sql.append(
        f"ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY (firm_id, {column})"
        f" REFERENCES {target} (firm_id, id) DEFERRABLE INITIALLY IMMEDIATE"
    )
    schema_editor.deferred_sql.append(f"CREATE INDEX {index} ON {table} (firm_id, {column})")


def unbind(schema_editor: BaseDatabaseSchemaEditor, field: models.ForeignKey) -> None:
    key, index = names(field.model._meta.db_table, field.column)
    schema_editor.execute(f"ALTER TABLE {field.model._meta.db_table} DROP CONSTRAINT IF EXISTS {key}")
    schema_editor.execute(f"DROP INDEX IF EXISTS {index}")


def names(table: str, column: str) -> tuple[str, str]:
    """Names of the key and the index, cut to PostgreSQL's 63 bytes."""
    stem = f"{table}_{column}"
    return f"{stem[:60]}_fk", f"{stem[:59]}_idx"


def distribute(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """On a database that ``scale_out`` has distributed, a new firm table follows at once."""
    if schema_editor.collect_sql:
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_dist_partition')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute(
            "SELECT create_distributed_table(%s, 'firm_id', colocate_with => 'tenancy_branch')", [table]
        )
