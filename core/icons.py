"""Icons named by Python code rather than by a template: navigation, timeline entries, kinds of things.

The sprite is built from every ``{% icon "…" %}`` in the templates plus these names (Tabler outline set).
"""

import re
from pathlib import Path

EXTRA = (
    "adjustments-horizontal", "alarm", "alert-circle", "alert-triangle", "arrow-back-up", "arrow-down",
    "arrow-right", "arrow-up", "arrows-diff", "ban", "bell", "book", "box", "brand-wechat", "briefcase",
    "building", "building-community", "building-store", "bulb", "cake", "calendar", "calendar-event",
    "calendar-plus", "calendar-time", "camera", "cash", "certificate", "chart-bar", "chart-line", "check",
    "checklist", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle-check", "circle-dashed",
    "circle-x", "clipboard-check", "clipboard-list", "clock", "clock-edit", "clock-pause", "cloud-check",
    "cloud-off", "code", "columns-3", "confetti", "database", "device-mobile", "dots", "download", "edit",
    "external-link", "eye", "eye-off", "file", "file-check", "file-export", "file-import", "file-spreadsheet",
    "file-text", "file-type-pdf", "filter", "filter-off", "flag", "gift", "git-merge", "hammer", "heart-handshake",
    "hand-stop", "help-circle", "hierarchy-2", "history", "home", "home-heart", "id-badge-2", "inbox", "info-circle", "key",
    "keyboard", "language", "layout-dashboard", "layout-kanban", "link", "link-off", "list", "list-check",
    "loader-2", "lock", "logout", "mail", "map-pin", "menu-2", "message-2", "message-exclamation", "messages",
    "mood-sad", "mood-smile", "moon", "note", "notes", "package", "paperclip", "pencil", "phone", "phone-call",
    "phone-incoming", "phone-off", "phone-outgoing", "phone-plus", "phone-x", "photo", "player-pause",
    "player-play", "player-skip-forward", "plug-connected", "plus", "printer", "puzzle", "refresh", "road",
    "route", "ruler-2", "search", "selector", "send", "settings", "shield-check", "shield-lock", "signature",
    "star", "sun", "table", "tag", "thumb-up", "ticket", "tool", "trash", "trophy", "upload", "user",
    "user-check", "user-circle", "user-heart", "user-plus", "user-search", "user-share", "users", "users-group",
    "wallet", "webhook", "wifi-off", "writing-sign", "x",
)  # fmt: skip

_NAMED = re.compile(
    r"""{%-?\s*(?:icon|entry)\s+"([a-z0-9-]+)"|{%-?\s*empty\s+"([a-z0-9-]+)"|\bicon="([a-z0-9-]+)\""""
    r"""|{%-?\s*menu\s+\S+(?:\s*\([^)]*\))?\s+"([a-z0-9-]+)\""""
)


def named_in(text: str) -> set[str]:
    """The icons a template names, in ``{% icon %}`` or as an argument of another component."""
    return {name for found in _NAMED.findall(text) for name in found if name}


def used(templates: Path) -> set[str]:
    """Every icon the product draws: what the sprite must hold."""
    files = templates.rglob("*.html")
    return set(EXTRA).union(*(named_in(file.read_text(encoding="utf-8")) for file in files))
