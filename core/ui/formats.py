"""How money, areas, phones, dates and clocks are written on a screen. Pure functions; the rules stand in design.

Money is whole fen everywhere; a number that is missing is a dash, never zero.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext as _

from core.phone import mask_phone

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
HOUR = 3600
DAY = 24 * HOUR


def in_english() -> bool:
    return (get_language() or "").startswith("en")


# --- numbers ---------------------------------------------------------------------------------------------


def number(value: float | Decimal | None, places: int | None = None) -> str:
    """1,286 · 4.52 · −3; without ``places`` as many decimals as the value has."""
    if value is None or value == "":
        return NOTHING
    amount = Decimal(str(value))
    text = f"{abs(amount):,.{places}f}" if places is not None else f"{abs(amount):,f}"
    return f"{MINUS}{text}" if amount < 0 else text


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share between 0 and 1 as 96.8%."""
    return NOTHING if value is None else f"{number(Decimal(str(value)) * 100, places)}%"


def money(fen: int | None) -> str:
    """¥186,800.00, for tables and documents."""
    return _written(fen, lambda yuan: f"{yuan:,.2f}")


def money_round(fen: int | None) -> str:
    """¥186,800, for figures; fen are shown only where there are some."""
    return _written(
        fen,
        lambda yuan: f"{yuan:,.0f}" if yuan == yuan.to_integral_value() else f"{yuan:,.2f}",
    )


def money_short(fen: int | None) -> str:
    """¥18.7万, ¥1,294万, for summaries; below ten thousand as ``money_round``."""
    if fen is None or abs(fen) < 1_000_000:
        return money_round(fen)
    if in_english():
        return _written(fen, lambda yuan: f"{yuan / 1000:,.0f}k")
    return _written(fen, _in_ten_thousands)


def _in_ten_thousands(yuan: Decimal) -> str:
    wan = yuan / 10_000
    places = Decimal("0.1") if wan < 100 else Decimal(1)
    return f"{wan.quantize(places, ROUND_HALF_UP).normalize():,f}万"


def _written(fen: int | None, spell: Callable[[Decimal], str]) -> str:
    if fen is None:
        return NOTHING
    sign = MINUS if fen < 0 else ""
    unit = "CNY " if in_english() else "¥"
    return f"{sign}{unit}{spell(abs(Decimal(fen)) / 100)}"


def area(square_metres: Decimal | float | None) -> str:
    """128 ㎡, without needless zeros."""
    if square_metres is None:
        return NOTHING
    return f"{Decimal(str(square_metres)).normalize():,f} ㎡"


# --- phones ----------------------------------------------------------------------------------------------


def mask(phone: str | None, *, wide: bool = False) -> str:
    """138****5621. Enough to recognise a number one knows, too little to call one one should not."""
    if not phone:
        return NOTHING
    hidden = mask_phone(phone if phone.startswith("+") else f"+86{phone.lstrip('0')}")
    return hidden.replace("****", " **** ").strip() if wide else hidden


# --- times -----------------------------------------------------------------------------------------------


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def cn_date(day: date | None) -> str:
    """2026年11月21日 · 21 Nov 2026."""
    if day is None:
        return NOTHING
    day = local(day).date() if isinstance(day, datetime) else day
    if in_english():
        return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def day_name(day: date | None) -> str:
    """11月21日 周六, for sentences."""
    if day is None:
        return NOTHING
    day = local(day).date() if isinstance(day, datetime) else day
    if in_english():
        return f"{ENGLISH_WEEKDAYS[day.weekday()]} {day.day} {ENGLISH_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"


def month_name(day: date) -> str:
    """2026年11月 · Nov 2026."""
    return f"{ENGLISH_MONTHS[day.month - 1]} {day.year}" if in_english() else f"{day.year}年{day.month}月"


def short_date(day: date | None, today: date | None = None) -> str:
    """11-21 within the year, else 2025-11-21, for tables."""
    if day is None:
        return NOTHING
    day = local(day).date() if isinstance(day, datetime) else day
    same_year = day.year == (today or timezone.localdate()).year
    return f"{day:%m-%d}" if same_year else f"{day:%Y-%m-%d}"


def exact(moment: datetime) -> str:
    """2026-11-21 10:12, for titles and logs."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """刚刚 · 12 分钟前 · 今天 14:00 · 昨天 15:20 · 明天 10:00 · 11-14 10:31."""
    if moment is None:
        return NOTHING
    now = now or timezone.now()
    seconds = (now - moment).total_seconds()
    if 0 <= seconds < 60:
        return _("刚刚")
    if 0 <= seconds < HOUR:
        return _("%(n)d 分钟前") % {"n": seconds // 60}
    return _by_day(local(moment), local(now))


def _by_day(moment: datetime, now: datetime) -> str:
    days = (moment.date() - now.date()).days
    name = _named_day(days) if -1 <= days <= 1 else short_date(moment.date(), now.date())
    return f"{name} {moment:%H:%M}"


def _named_day(days: int) -> str:
    return _("今天") if days == 0 else _("昨天") if days < 0 else _("明天")


def due(moment: datetime, now: datetime | None = None) -> str:
    """剩 18 分 · 剩 3 时 40 分 · 剩 2 天 · 超时 1:02. static/js/clocks.js counts on in the same words."""
    left = int((moment - (now or timezone.now())).total_seconds())
    if left < 0:
        return _overdue(-left)
    minutes = left // 60
    if left < HOUR:
        return _("剩 %(m)d 分") % {"m": minutes}
    if left < DAY:
        return _("剩 %(h)d 时 %(m)d 分") % {"h": minutes // 60, "m": minutes % 60}
    return _("剩 %(d)d 天") % {"d": left // DAY}


def _overdue(late: int) -> str:
    if late >= DAY:
        return _("超时 %(d)d 天") % {"d": late // DAY}
    return _("超时 %(t)s") % {"t": f"{late // HOUR}:{late % HOUR // 60:02d}"}


def due_tone(moment: datetime, start: datetime | None = None, now: datetime | None = None) -> str:
    """ok, then warn in the last quarter (or the last hour where the start is unknown), then bad."""
    now = now or timezone.now()
    if moment < now:
        return "bad"
    warning = (moment - start) / 4 if start else timedelta(hours=1)
    return "warn" if moment - now <= warning else "ok"


def due_share(moment: datetime, start: datetime | None, now: datetime | None = None) -> int:
    """Per cent of the promised time that is gone, for the ring."""
    now = now or timezone.now()
    if moment <= now:
        return 100
    if start is None or moment <= start:
        return 50
    return max(0, min(100, round((now - start) / (moment - start) * 100)))
