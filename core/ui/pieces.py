"""Small pieces of HTML that stand many times on a page, so they are built without a template each."""

import math
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import formats

AVATAR_TONES = ("", "v", "t", "y", "g")
RING_RADIUS = 8


@lru_cache(maxsize=1000)  # a page has a hundred of them, the product three hundred
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing from the sprite; never the only carrier of a meaning, hence hidden from readers."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {classes}".strip(),
        static("icons.svg"),
        name,
    )


def tag(text: object, tone: str = "") -> SafeString:
    """A word with a colour. Tones: b act/now, g good, y soon, r breach, v relation, t warranty, o outline."""
    return format_html('<span class="{}">{}</span>', f"tag tag--{tone}" if tone else "tag", text)


def count(number: int | None, tone: str = "", noun: str = "") -> SafeString:
    """A small figure in a pill; nothing at all when there is nothing to count."""
    if not number:
        return SafeString()
    hidden = format_html('<span class="vh"> {}</span>', noun) if noun else ""
    return format_html(
        '<span class="{}">{}{}</span>',
        f"count count--{tone}" if tone else "count",
        number,
        hidden,
    )


def tone_of(name: str) -> str:
    """The same person has the same colour on every page."""
    return AVATAR_TONES[sum(map(ord, name)) % len(AVATAR_TONES)]


def avatar(name: object, size: str = "", tone: str | None = None) -> SafeString:
    """The first character of a name in a circle. ``size``: s, l or nothing."""
    text = str(name or "").strip() or "?"
    classes = [
        "avatar",
        f"avatar--{size}" if size else "",
        _toned("avatar", tone, text),
    ]
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>',
        " ".join(filter(None, classes)),
        text[0],
    )


def _toned(base: str, tone: str | None, name: str) -> str:
    chosen = tone_of(name) if tone is None else tone
    return f"{base}--{chosen}" if chosen else ""


def who(name: object, role: str = "", tone: str | None = None) -> SafeString:
    """A person in a line: circle, name, what they are here."""
    if not name:
        return format_html('<span class="muted">{}</span>', formats.NOTHING)
    told = format_html('<span class="sub sub--s">{}</span>', role) if role else ""
    return format_html('<span class="who">{}{}{}</span>', avatar(name, "s", tone), name, told)


def dot(tone: str = "") -> SafeString:
    return format_html('<span class="{}"></span>', f"dot dot--{tone}" if tone else "dot")


def ring(percent: float) -> SafeString:
    """How much of a promised time is gone."""
    length = 2 * math.pi * RING_RADIUS
    return format_html(
        '<svg class="ring" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8"/>'
        '<circle cx="10" cy="10" r="8" stroke-dasharray="{} {}"/></svg>',
        f"{length * percent / 100:.1f}",
        f"{length:.1f}",
    )


def sla(
    due: datetime | None,
    start: datetime | None = None,
    state: str = "running",
    label: str = "",
) -> SafeString:
    """A promise and its deadline. ``state``: running, paused, met or missed; only a running one ticks."""
    if due is None:
        return format_html('<span class="muted">{}</span>', formats.NOTHING)
    tone, text = _sla_face(due, start, state)
    return format_html(
        '<span class="sla sla--{}" role="timer" data-state="{}" data-due="{}" data-start="{}" title="{}">'
        "{}<span>{}</span></span>",
        tone,
        state,
        due.isoformat(),
        start.isoformat() if start else "",
        _("%(promise)s截止 %(time)s")
        % {"promise": f"{label} · " if label else "", "time": formats.exact(due)},
        ring(formats.due_share(due, start) if state == "running" else 100),
        text,
    )


def _sla_face(due: datetime, start: datetime | None, state: str) -> tuple[str, str]:
    if state == "paused":
        return "paused", _("已暂停")
    if state == "met":
        return "ok", _("已按时")
    if state == "missed":
        return "bad", _("已超时")
    return formats.due_tone(due, start), formats.due(due)


def when(moment: datetime | None, classes: str = "") -> SafeString:
    """A time as people say it, with the exact one behind it."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', formats.NOTHING)
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>',
        f"num nw {classes}".strip(),
        moment.isoformat(),
        formats.exact(moment),
        formats.ago(moment),
    )


def bar(value: float, maximum: float = 100, tone: str = "", label: str = "", size: str = "") -> SafeString:
    """How far along. ``tone``: g, y, r or the brand's blue; ``size``: l."""
    classes = ["bar", f"bar--{tone}" if tone else "", f"bar--{size}" if size else ""]
    return format_html(
        '<progress class="{}" value="{}" max="{}" aria-label="{}">{}</progress>',
        " ".join(filter(None, classes)),
        f"{value:g}",
        f"{maximum or 1:g}",
        label or _("进度"),
        f"{value:g} / {maximum:g}",
    )


def ministeps(current: int, total: int = 9, label: str = "") -> SafeString:
    """The phases of a project as a row of small lines; ``current`` counts from 1."""
    said = _("阶段 %(label)s（%(now)d / %(total)d）") % {"label": label, "now": current, "total": total}
    return _ministeps(current, total, said)


@lru_cache(maxsize=1000)  # every row of a list has one, and they are all of a few dozen kinds
def _ministeps(current: int, total: int, said: str) -> SafeString:
    marks = ("done" if n < current else "now" if n == current else "" for n in range(1, total + 1))
    return format_html(
        '<ol class="steps steps--mini" aria-label="{}">{}</ol>',
        said,
        format_html_join("", '<li class="{}"><i></i></li>', ((mark,) for mark in marks)),
    )


def choice(
    kind: str,
    name: str,
    value: object,
    label: object,
    *,
    checked: bool = False,
    tone: str = "",
) -> SafeString:
    """One chip of a choice; ``kind`` is radio or checkbox, ``tone`` ok, warn or bad."""
    return format_html(
        '<label class="{}"><input type="{}" name="{}" value="{}"{}><span>{}</span></label>',
        f"choice choice--{tone}" if tone else "choice",
        kind,
        name,
        value,
        SafeString(" checked") if checked else "",
        label,
    )


def rate(name: str, label: str, value: int | None = None, top: int = 5) -> SafeString:
    """One to five, as native radios in a group; digits on the keyboard answer it. Low marks turn red."""
    marks = range(1, top + 1)
    radios = format_html_join(
        "",
        '<label{}><input type="radio" name="{}" value="{}"{}><span>{}</span></label>',
        (
            (
                SafeString(' class="lo"') if mark <= top * 2 // 5 else "",
                name,
                mark,
                SafeString(" checked") if str(mark) == str(value) else "",
                mark,
            )
            for mark in marks
        ),
    )
    return format_html(
        '<div class="rate" role="radiogroup" aria-label="{}" data-rate>{}</div>',
        label,
        radios,
    )


def board_card(
    content: str,
    title: object,
    href: str,
    *,
    id: str = "",  # noqa: A002 - the parameter of a template tag, and of the element it draws
    tone: str = "",
    moves: str = "",
) -> SafeString:
    """A card of a board. ``tone``: late or warn; ``moves``: address of the dialog that moves it."""
    return format_html(
        '<article class="kcard{}"{}{}><div class="row"><a class="kcard__t grow" href="{}">{}</a>{}</div>{}</article>',
        f" kcard--{tone}" if tone else "",
        format_html(' data-card="{}"', id) if id else "",
        format_html(' data-moves="{}"', moves) if moves else "",
        href,
        title,
        _mover(title, moves) if moves else "",
        content,
    )


def _mover(title: object, moves: str) -> SafeString:
    return format_html(
        '<button class="btn btn--ghost btn--s btn--icon" type="button" hx-get="{}" hx-target="#layer"'
        ' aria-label="{}">{}</button>',
        moves,
        _("推进 %(title)s") % {"title": title},
        icon("arrow-right"),
    )


def lines(parts: Iterable[object]) -> SafeString:
    """Parts with a middle dot between them, empty ones left out."""
    return format_html_join(
        " · ",
        "{}",
        ((part,) for part in parts if part not in (None, "", formats.NOTHING)),
    )
