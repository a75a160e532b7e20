"""Static files under names that carry a hash of their content, so that browsers may keep them for ever."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.apps import StaticFiles

_css_addresses = HashedFilesMixin.patterns[0][1][:2]
_module_imports = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]  # noqa: SLF001 - Django's switch for them is all or nothing


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites addresses in style sheets and imports in our own ES modules.

    Other people's modules are left alone: some import names that only their bundler knows. So are pointers to source
    maps, which are not served.
    """

    patterns = (("*.css", _css_addresses), ("js/*.js", _module_imports))

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Only names pages ask for; the rarely read API reference is large and would take most of the time."""
        hashed = set(self.hashed_files.values())
        yield from super().compress_files(
            path for path in paths if path in hashed and not path.startswith("drf_spectacular_sidecar/")
        )


def collect_if_changed() -> None:
    """Compressing takes seconds; an ordinary start finds that nothing changed and skips it."""
    stamp = Path(settings.STATIC_ROOT) / ".collected-from"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(StaticFiles.ignore_patterns), key=lambda found: found[0]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
