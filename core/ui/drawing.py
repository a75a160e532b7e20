"""Drawing a component's template with its own parameters and nothing else of the page."""

from django.template.loader import get_template
from django.utils.safestring import SafeString


def draw(name: str, **given: object) -> SafeString:
    """Render templates/ui/<name>.html; what a template renders is escaped already."""
    return SafeString(get_template(f"ui/{name}.html").render(given))
