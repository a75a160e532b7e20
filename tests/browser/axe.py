"""Runs axe-core in a page: WCAG 2.2 A and AA and best practices."""

from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

SCRIPT = Path(settings.BASE_DIR) / "static" / "vendor" / "axe.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """One line per fault: rule, where, and the element. Evaluated, not inserted: the page's policy stays strict."""
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{fault['id']}: {node['target']} {node['html'][:160]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
