# ruff: noqa: A002, PLR0913 - arguments are the parameters of a template tag, and of the element it draws
"""Components drawn by a small template in templates/ui/; those with a body are block tags.

Each takes plain arguments and sees nothing else of the page, so it looks the same wherever it stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString

from core.ui.drawing import draw

# --- frames ----------------------------------------------------------------------------------------------


def card(
    content: str,
    title: str = "",
    *,
    id: str = "",
    sub: str = "",
    number: int | None = None,
    flush: bool = False,
    classes: str = "",
) -> SafeString:
    """A white box with an optional head. ``flush`` leaves out the padding (tables, rows, tabs)."""
    return draw(
        "card", content=content, title=title, id=id, sub=sub, number=number, flush=flush, classes=classes
    )


def card_head(content: str, title: str, *, id: str = "", sub: str = "", level: int = 2) -> SafeString:
    """The head of a card written by hand, with buttons on the right; stands in a flush card of the same id."""
    return draw("card_head", content=content, title=title, id=id, sub=sub, level=level)


def page_head(content: str, title: str, sub: str = "", *, quiet: bool = False) -> SafeString:
    """The page's h1, a line under it, and the acts on the right. ``quiet`` hides the h1 on a phone."""
    return draw("page_head", content=content, title=title, sub=sub, quiet=quiet)


def stats(content: str, label: str, *, inside: bool = False) -> SafeString:
    """A strip of figures; ``inside`` when it is the foot of a card."""
    return draw("stats", content=content, label=label, inside=inside)


def stat(
    label: str,
    value: object,
    *,
    unit: str = "",
    note: str = "",
    href: str = "",
    icon: str = "",
    tone: str = "",
    progress: float | None = None,
    total: float = 100,
    small: bool = False,
) -> SafeString:
    """One figure. ``tone``: bad, warn, ok; ``progress`` of ``total`` draws a bar under it."""
    return draw(
        "stat",
        label=label,
        value=value,
        unit=unit,
        note=note,
        href=href,
        icon=icon,
        tone=tone,
        progress=progress,
        total=total,
        small=small,
    )


def fieldset(content: str, legend: str, *, hint: str = "", columns: int = 2) -> SafeString:
    """A group of fields under one legend, in one or two columns."""
    return draw("fieldset", content=content, legend=legend, hint=hint, columns=columns)


# --- answers ---------------------------------------------------------------------------------------------

ALERT_ICONS = {"": "info-circle", "g": "circle-check", "w": "alert-triangle", "r": "alert-circle"}


def alert(content: str, tone: str = "", *, icon: str = "", role: str = "") -> SafeString:
    """A line that stays. Tones: nothing, g, w, r."""
    return draw("alert", content=content, tone=tone, icon=icon or ALERT_ICONS[tone], role=role)


def empty(
    content: str, icon: str, title: str, text: str = "", *, tone: str = "", code: str = "", level: int = 3
) -> SafeString:
    """Nothing here: why, and what one can do about it. ``tone``: ok or bad; ``code``: a number to quote."""
    return draw(
        "empty", content=content, icon=icon, title=title, text=text, tone=tone, code=code, level=level
    )


def skeleton(rows: int = 4) -> SafeString:
    """Grey lines where rows will be; shown by htmx only after 300 ms."""
    return draw("skeleton", rows=range(rows))


# --- layers ----------------------------------------------------------------------------------------------


def dialog(content: str, id: str, title: str, *, auto: bool = False, wide: bool = False) -> SafeString:
    """A native dialog; opened by ``data-open="<id>"``, or by itself with ``auto`` when htmx brought it."""
    return draw("dialog", content=content, id=id, title=title, auto=auto, wide=wide)


def dialog_foot(content: str) -> SafeString:
    """The buttons of a dialog; a cancel button comes with it."""
    return draw("dialog_foot", content=content)


def drawer(content: str, id: str, title: str, *, auto: bool = False, href: str = "") -> SafeString:
    """A dialog at the right edge; ``href`` is the full page of what it previews."""
    return draw("drawer", content=content, id=id, title=title, auto=auto, href=href)


def confirm(
    context: Context,
    content: str,
    id: str,
    title: str,
    action: str,
    button: str,
    *,
    word: str = "",
    bad: bool = True,
    target: str = "",
) -> SafeString:
    """Asked before what cannot be undone. ``word`` must be typed first; the view checks it too (field ``word``)."""
    return draw(
        "confirm",
        content=content,
        id=id,
        title=title,
        action=action,
        button=button,
        word=word,
        bad=bad,
        target=target,
        csrf_token=context.get("csrf_token"),
    )


def menu(content: str, label: str, icon: str = "dots", *, text: str = "", small: bool = False) -> SafeString:
    """Links and buttons behind a small button. ``text`` is shown beside the icon, ``label`` is read aloud."""
    return draw("menu", content=content, label=label, icon=icon, text=text, small=small)


# --- lists -----------------------------------------------------------------------------------------------


def table(
    content: str, caption: str, *, cards: bool = True, density: str = "", classes: str = ""
) -> SafeString:
    """A table that turns into cards on a phone. ``density``: compact, loose or nothing."""
    return draw("table", content=content, caption=caption, cards=cards, density=density, classes=classes)


def bulk(content: str, chosen: str = "") -> SafeString:
    """Acts on the rows ticked (checkboxes ``data-pick``); hidden until one is."""
    return draw("bulk", content=content, chosen=chosen)


def pager(
    *, prev_url: str = "", next_url: str = "", text: str = "", target: str = "", label: str = ""
) -> SafeString:
    """Backwards and forwards by key, never by page number. ``target``: the list htmx redraws."""
    return draw("pager", prev_url=prev_url, next_url=next_url, text=text, target=target, label=label)


def tabs(content: str, label: str) -> SafeString:
    """Real links in a row; the server draws the one that is open."""
    return draw("tabs", content=content, label=label)


def segments(content: str, label: str) -> SafeString:
    """A few ways to look at the same thing; the same ``{% tab %}`` links inside."""
    return draw("segments", content=content, label=label)


def tab(
    href: str, label: str, *, on: bool = False, number: int | None = None, icon: str = "", target: str = ""
) -> SafeString:
    """One link of tabs or segments. With ``target`` htmx brings only that part of the page."""
    return draw("tab", href=href, label=label, on=on, number=number, icon=icon, target=target)


def filter_chip(label: str, value: object = "", *, href: str, target: str = "") -> SafeString:
    """A filter as a link: with a value it is on and its link takes it off, without one its link puts it on."""
    return draw("filter_chip", label=label, value=value, href=href, target=target)


def key_values(pairs: Mapping[str, object] | Iterable[tuple[str, object]], columns: int = 1) -> SafeString:
    """Names and what they are; empty ones become a dash."""
    rows = pairs.items() if isinstance(pairs, Mapping) else pairs
    return draw("kv", rows=list(rows), columns=columns)


# --- processes -------------------------------------------------------------------------------------------


def steps(items: Sequence[Any], label: str) -> SafeString:
    """A row of steps. Each item: ``label``, ``state`` (done, now, late or nothing), ``note``, ``mark`` (a tag)."""
    return draw("steps", items=items, label=label)


def vsteps(items: Sequence[Any], label: str) -> SafeString:
    """The same downwards, for phones and side columns."""
    return draw("vsteps", items=items, label=label)


def entry(
    content: str, icon: str, title: str, *, tone: str = "", at: object = None, href: str = "", mark: str = ""
) -> SafeString:
    """One thing that happened, inside ``<ol class="tl">``. Tones: b, g, r, y, v."""
    return draw("entry", content=content, icon=icon, title=title, tone=tone, at=at, href=href, mark=mark)


def lane(
    content: str, title: str, *, id: str = "", number: int | None = None, amount: str = "", hint: str = ""
) -> SafeString:
    """A column of a board; ``id`` is what a card dropped here sends as ``lane``."""
    return draw("lane", content=content, title=title, id=id, number=number, amount=amount, hint=hint)
