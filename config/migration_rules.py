"""`python -m config.migration_rules`: what data.md asks of migrations and Django does not check. Needs no database."""

import os
import re
import sys
from collections.abc import Iterator

import django
from django.conf import settings
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

NAMELESS = re.compile(r"_auto_|_alter_.*_and_more$|_merge_")
DATA = (RunPython, RunSQL)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    loader = MigrationLoader(None)
    problems = [*_forks(loader), *(said for migration in _ours(loader) for said in _problems(migration))]
    print("\n".join(problems))  # noqa: T201 - the report of a lint step
    return 1 if problems else 0


def _ours(loader: MigrationLoader) -> Iterator[Migration]:
    for (app, _), migration in sorted(loader.disk_migrations.items()):
        if (settings.BASE_DIR / app / "migrations").is_dir():
            yield migration


def _forks(loader: MigrationLoader) -> Iterator[str]:
    for app in sorted({migration.app_label for migration in _ours(loader)}):
        if len(leaves := loader.graph.leaf_nodes(app)) > 1:
            names = ", ".join(name for _, name in leaves)
            yield f"{app}: {names} follow the same migration; renumber one, do not merge"


def _problems(migration: Migration) -> Iterator[str]:
    where = f"{migration.app_label}.{migration.name}"
    if NAMELESS.search(migration.name):
        yield f"{where}: the name does not say what it does"
    kinds = {isinstance(operation, DATA) for operation in migration.operations}
    if len(kinds) == 2:
        yield f"{where}: changes the schema and the data at once; make two migrations"


if __name__ == "__main__":
    sys.exit(main())
