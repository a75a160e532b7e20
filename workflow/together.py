"""Many moves in two statements: what ``move`` does for one row, for the rows a machine works off in batches."""

from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Stale
from tenancy.models import Member
from tenancy.scoping import current_firm_id
from workflow.models.stateful import StatefulModel
from workflow.models.steps import Step
from workflow.moves import refuse_unless_allowed, state_field_of, step_of

WAS = "was_in_state"


def move_locked(transition: Any, *, by: Member | None, note: str = "", **facts: Any) -> None:
    """``move`` for a row this transaction has just read under lock: it is not read once more."""
    together = Together()
    together.take(transition, by=by, note=note, **facts)
    together.write()


class Together:
    """Transitions of rows this transaction holds locked; give it one model and one state field.

    ``take`` checks as ``move`` does and changes the row in memory, as often as the row moves on. ``write`` stores what
    changed in one UPDATE, which finds every row still in the state it was read in or raises Stale, and all steps in one
    INSERT. Only for rows that are their own record: nothing is put on the audit trail.
    """

    def __init__(self) -> None:
        self._rows: dict[UUID, StatefulModel] = {}
        self._before: dict[UUID, dict[str, Any]] = {}
        self._steps: list[Step] = []
        self._state_column = ""

    def take(self, transition: Any, *, by: Member | None = None, note: str = "", **facts: Any) -> None:
        """One transition of one row, such as ``take(message.accept, provider_id=…, at=…)``."""
        row, state_field = transition.__self__, state_field_of(transition)
        source = str(state_field.get_state(row))
        refuse_unless_allowed(transition, by=by)
        self.hold(row)
        self._state_column = state_field.attname
        transition(**facts)
        self._steps.append(step_of(transition, source, by=by, note=note, facts=facts))

    def hold(self, row: StatefulModel) -> None:
        """Remember how a row was read; what is set on it from here on is stored as well."""
        if row.audit == "audited":
            raise TypeError(f"{row._meta.label} is audited: move its rows one by one")
        if row.pk not in self._rows:
            self._rows[row.pk], self._before[row.pk] = row, row.__dict__.copy()

    @property
    def rows(self) -> list[StatefulModel]:
        return list(self._rows.values())

    def write(self) -> None:
        """Once, at the end of the transaction."""
        if self._steps:
            self._update()
            Step.objects.bulk_create(self._steps)

    def _update(self) -> None:
        rows = self.rows
        fields = self._changed(rows)
        told = [
            {field.column: field.get_prep_value(getattr(row, field.attname)) for field in fields}
            | {"id": row.pk, WAS: self._before[row.pk][self._state_column]}
            for row in rows
        ]
        with connection.cursor() as cursor:
            written = orjson.dumps(told, default=str).decode()
            cursor.execute(self._statement(type(rows[0]), fields), [written, current_firm_id()])
            if cursor.rowcount != len(rows):
                raise Stale(_("刚刚有人处理过，请刷新后再看。"))
        for row in rows:
            row._note_states()  # noqa: SLF001 - stored as it stands

    def _changed(self, rows: list[StatefulModel]) -> list[Any]:
        """The columns that differ in any of the rows: every row writes all of these."""
        return [
            field
            for field in rows[0]._meta.concrete_fields
            if any(row.__dict__[field.attname] != self._before[row.pk][field.attname] for row in rows)
        ]

    def _statement(self, model: type[StatefulModel], fields: list[Any]) -> str:
        name = connection.ops.quote_name
        columns = [name(field.column) for field in fields]
        shape = [f"{name(field.column)} {field.db_type(connection)}" for field in fields]
        return (
            f"UPDATE {name(model._meta.db_table)} t"  # noqa: S608 - made of our models' own names
            f" SET {', '.join(f'{column} = told.{column}' for column in columns)}"
            f" FROM json_to_recordset(%s) AS told(id uuid, {WAS} text, {', '.join(shape)})"
            f" WHERE t.firm_id = %s AND t.id = told.id AND t.{name(self._state_column)} = told.{WAS}"
        )
