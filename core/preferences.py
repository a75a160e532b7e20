"""How somebody likes the screen: a few cookies, so that the first byte of a page already looks right."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("light", "dark"),
    "density": ("normal", "compact", "loose"),
    "hotkeys": ("on", "off"),
}
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    theme: str
    density: str
    hotkeys: str

    @property
    def next_theme(self) -> str:
        return "light" if self.theme == "dark" else "dark"

    @property
    def next_hotkeys(self) -> str:
        return "on" if self.hotkeys == "off" else "off"


def read(request: HttpRequest) -> Preferences:
    """What the request says, where it says something we know; ``request.theme`` wins over the cookie."""
    chosen = {name: _valid(name, request.COOKIES.get(name)) for name in CHOICES}
    chosen["theme"] = _valid("theme", getattr(request, "theme", None) or chosen["theme"])
    return Preferences(**chosen)


def _valid(name: str, value: str | None) -> str:
    allowed = CHOICES[name]
    return value if value in allowed else allowed[0]


def write(response: HttpResponse, name: str, value: str) -> None:
    """Remember one preference; raises ``KeyError`` or ``ValueError`` for what is none."""
    if value not in CHOICES[name]:
        raise ValueError(value)
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True)
