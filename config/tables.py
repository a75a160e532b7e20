"""The page docs/tables.md, written from the models: every table, whose it is, and how its changes are kept."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tenancy.checks import firm_models
from tenancy.models import FirmModel

HEAD = """# Tables

Written by `bin/manage describe_tables`; a guard fails when it is not up to date. `audited`: every change is on the trail.
`recorded`: the rows are the record themselves. `machine`: claims, tokens and rollups nobody reads back. *Personal* fields
keep their values in the erasable part of the trail.

"""
KINDS = ("audited", "recorded", "machine")


def describe() -> str:
    return HEAD + "\n".join(_firm_tables()) + "\n\n" + "\n".join(_other_tables()) + "\n"


def _firm_tables() -> Iterator[str]:
    for kind in KINDS:
        found = sorted((m for m in firm_models() if m.audit == kind), key=lambda m: m._meta.db_table)
        yield f"## Of a firm, {kind} ({len(found)})\n\n| table | 中文 | branch wall | personal |\n|---|---|---|---|"
        yield from map(_firm_row, found)
        yield ""


def _firm_row(model: type[FirmModel]) -> str:
    wall = "yes" if model.branch_wall else ""
    return f"| `{model._meta.db_table}` | {model._meta.verbose_name} | {wall} | {', '.join(sorted(model.personal))} |"


def _other_tables() -> Iterator[str]:
    ours = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True) if not _is_of_a_firm(m)}
    yield f"## Global and local ({len(ours)})\n\nNo customer data, and no key to a firm's table.\n\n| table | model |\n|---|---|"
    for table, model in sorted(ours.items()):
        yield f"| `{table}` | {model._meta.label} |"


def _is_of_a_firm(model: type[models.Model]) -> bool:
    return issubclass(model, FirmModel)
