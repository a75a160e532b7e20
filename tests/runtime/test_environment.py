"""What may be set, and where it is said."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTED = re.compile(r"^([A-Z][A-Z0-9_]*)=", re.MULTILINE)
OTHERS = {  # names of other programs, or passed between our own processes
    "DJANGO_SETTINGS_MODULE",
    "PROMETHEUS_MULTIPROC_DIR",
    "CI",
    "JUAN_LONG",
}
READERS = {"env", "environ", "os.environ", "os.getenv"}


def _names_read(path: Path) -> set[str]:
    """The first argument of ``env(…)``, ``env.int(…)``, ``os.environ.get(…)`` and the like."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func)
            if called in READERS or called.rpartition(".")[0] in READERS:
                names.add(node.args[0].value)
    return {name for name in names if isinstance(name, str) and name.isupper()}


def _all_names_read() -> set[str]:
    apps = [
        folder for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name != "tests"
    ]
    return {name for app in apps for path in app.rglob("*.py") for name in _names_read(path)}


def test_every_setting_is_explained_and_every_explanation_is_a_setting():
    named_elsewhere = {"DATABASE_ADMIN_URL", "DATABASE_URL", "DATABASE_OWNER_URL", "TEST_DATABASE_URL"}
    documented = set(DOCUMENTED.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    read = _all_names_read() - OTHERS
    assert read - documented == set()
    assert documented - read - named_elsewhere == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json", ".npmrc"])
def test_lock_files_name_no_server(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_every_requirement_is_pinned_and_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        entries = [entry for entry in entries if not entry.startswith("#")]
        assert [
            entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
        ] == []


def test_no_requirement_is_of_the_agpl_line():
    """Plain django-fsm is unmaintained and its newer line AGPL; django-fsm-2 takes its import name."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert not re.search(r"^django-fsm==", text, re.MULTILINE)
    assert re.search(r"^django-fsm-2==", text, re.MULTILINE)
