"""Short answers at the bottom of the screen, from Django's messages; one of them may carry its own undoing."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

UNDO = "undo:"


def toast(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say that something is done; ``undo`` is the address a POST goes to when it was a mistake."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def undo_url(message: Message) -> str:
    """The address that takes back what this message tells of; empty when there is none."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


class HtmxToasts:
    """Bring waiting messages along with a fragment; a full page draws them itself.

    A redirect keeps them for the page it leads to, a refusal already says its sentence in place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _carries_toasts(request, response):
            drawn = render_to_string(
                "ui/_toasts.html", {"messages": messages.get_messages(request), "oob": True}, request
            )
            response.content += drawn.encode()
        return response


def _carries_toasts(request: HttpRequest, response: HttpResponse) -> bool:
    is_fragment = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    ready = response.status_code == 200 and not response.streaming and "HX-Redirect" not in response.headers
    return is_fragment and is_html and ready and bool(list_waiting(request))


def list_waiting(request: HttpRequest) -> int:
    """How many messages wait, without taking them."""
    return len(messages.get_messages(request))
