"""Collects every sentence the product says, without gettext's tools: a bare machine has none.

Python is read by its syntax tree, templates by Django's own ``templatize``; polib writes the catalogue.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ONE = {"_", "_say", "gettext", "gettext_lazy", "gettext_noop"}
TWO = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
SKIPPED = {"tests", "bench", "node_modules", "staticfiles", "locale", "docs"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True, order=True)
class Sentence:
    text: str
    plural: str = ""
    context: str = ""


def catalogue_path(language: str = "en") -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def collect() -> dict[Sentence, list[str]]:
    """Every sentence with the files it stands in, in stable order."""
    found: dict[Sentence, list[str]] = {}
    for path in _sources():
        where = str(path.relative_to(settings.BASE_DIR))
        for sentence in sentences_of(path):
            places = found.setdefault(sentence, [])
            if where not in places:
                places.append(where)
    return dict(sorted(found.items()))


def sentences_of(path: Path) -> Iterator[Sentence]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _in_python(text)
        return
    for line in re.findall(r"\b(?:n?p?gettext|_)\((?:[^()]|\([^()]*\))*\)", templatize(text, str(path))):
        yield from _in_python(line)


def _sources() -> Iterator[Path]:
    root = Path(settings.BASE_DIR)
    for path in sorted(
        [*root.glob("*/**/*.py"), *root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt")]
    ):
        parts = path.relative_to(root).parts
        if parts[0] not in SKIPPED and not parts[0].startswith(".") and "migrations" not in parts:
            yield path


def _in_python(source: str) -> Iterator[Sentence]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (sentence := _said_by(node)):
            yield sentence


def _said_by(call: ast.Call) -> Sentence | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in ONE and texts:
        return Sentence(texts[0])
    if name in TWO and len(texts) > 1:
        return Sentence(texts[0], plural=texts[1])
    if name in WITH_CONTEXT and len(texts) > 1:
        return Sentence(texts[1], context=texts[0])
    return None


def write(language: str = "en") -> tuple[int, int]:
    """Bring the catalogue up to date: keep what is translated, add what is new, drop what nobody says any more.

    Returns ``(sentences, untranslated)``.
    """
    path = catalogue_path(language)
    known = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for sentence, places in collect().items():
        catalogue.append(_entry(sentence, places, known.get((sentence.text, sentence.context))))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return len(catalogue), len(catalogue.untranslated_entries())


def gaps(language: str = "en") -> list[str]:
    """Sentences without a translation, and translations that lost or invented a placeholder."""
    path = catalogue_path(language)
    known = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    return [
        fault
        for sentence in collect()
        for fault in _faults(sentence, known.get((sentence.text, sentence.context)))
    ]


def _faults(sentence: Sentence, entry: polib.POEntry | None) -> Iterator[str]:
    if entry is None or not entry.translated():
        yield f"untranslated: {sentence.text}"
        return
    for said in [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())[1:]:
        if sorted(PLACEHOLDER.findall(said)) != sorted(
            PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)
        ):
            yield f"placeholders differ: {sentence.text}"


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgid, entry.msgctxt or ""


def _entry(sentence: Sentence, places: list[str], old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=sentence.text,
        msgid_plural=sentence.plural,
        msgctxt=sentence.context or None,
        occurrences=[(place, "") for place in places],
        msgstr=old.msgstr if old else "",
    )
    if sentence.plural:
        entry.msgstr_plural = dict(old.msgstr_plural) if old and old.msgstr_plural else {0: "", 1: ""}
    if "%(" in sentence.text or "%s" in sentence.text:
        entry.flags.append("python-format")
    return entry
