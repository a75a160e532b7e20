"""`python -m config.importing`: import every module of ours with no firm in scope.

A class body that asks a firm's table (a form's queryset, a filter's choices) raises here instead of in production.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

SKIPPED = {"tests", "migrations", "settings", "__main__"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    return sum(map(_fails, _modules()))


def _modules() -> Iterator[str]:
    root = Path(settings.BASE_DIR)
    for app in apps.get_app_configs():
        if root in Path(app.path).parents and ".venv" not in app.path:
            yield from sorted(_modules_below(Path(app.path), root))


def _modules_below(folder: Path, root: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        if not SKIPPED & set(parts):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _fails(module: str) -> bool:
    try:
        importlib.import_module(module)
    except Exception:  # noqa: BLE001 - whatever it is, it is named and the others are tried too
        traceback.print_exc(file=sys.stdout)
        print(f"cannot import {module}")  # noqa: T201 - the report of a lint step
        return True
    return False


if __name__ == "__main__":
    sys.exit(min(main(), 1))
