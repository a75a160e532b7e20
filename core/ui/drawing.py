"""Drawing a component's template with its own parameters and nothing else of the page."""

from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def draw(name: str, **given: object) -> SafeString:
    """Render templates/ui/<name>.html; what a template renders is escaped already."""
    return SafeString(get_template(f"ui/{name}.html").render(given))


def draw_once(name: str, **given: Hashable) -> SafeString:
    """Render a whole template in the reader's language, and keep it in the memory of this process.

    It is kept by everything it is given, and sees nothing else: no request, no member, no firm. A template that names
    the person who is looking does not belong here. While developing, a changed template shows at once.
    """
    kept = _kept.__wrapped__ if settings.DEBUG else _kept
    return kept(name, get_language(), tuple(given.items()))


@lru_cache(maxsize=500)  # a handful of templates, times the languages, times the sets of roles
def _kept(name: str, _language: str | None, given: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return SafeString(get_template(name).render(dict(given)))
