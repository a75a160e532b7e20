"""The cards of the board, drawn like ``core.ui.pieces``: seventy of them were three hundred small templates."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.ui import pieces
from projects.presenting import Card


def drawn(cards: Iterable[Card]) -> SafeString:
    return format_html_join("", "{}", ((_card(card),) for card in cards))


def _card(card: Card) -> SafeString:
    project = card.project
    return pieces.board_card(
        format_html(
            "{}{}{}{}", _line(project.place or project.number), _line(card.about), _state(card), _keeper(card)
        ),
        project.customer.name,
        project.get_absolute_url(),
        id=project.number,
        tone=card.tone,
        moves=reverse("projects:advance", args=[project.number]),
    )


def _line(content: object) -> SafeString:
    return format_html('<span class="kcard__m">{}</span>', content) if content else SafeString()


def _state(card: Card) -> SafeString:
    tag, extra = card.tag, card.extra
    return format_html(
        '<span class="row row--w">{}{}</span>',
        pieces.tag(tag.text, tag.tone),
        format_html('<span class="sub sub--s">{}</span>', extra) if extra else "",
    )


def _keeper(card: Card) -> SafeString:
    keeper = card.keeper
    return _line(pieces.who(keeper.name)) if keeper else SafeString()
