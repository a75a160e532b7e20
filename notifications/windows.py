"""Hours in which people may be called or written to. Pure functions over local times of day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

Window = tuple[time, time]


def parse(value: Sequence[str]) -> Window:
    """``["09:00", "20:00"]`` as stored in the settings."""
    begins, ends = value
    return time.fromisoformat(begins), time.fromisoformat(ends)


def is_open(moment: datetime, windows: Sequence[Window]) -> bool:
    """The end is outside: at 20:00:00 it is too late."""
    at = timezone.localtime(moment).time()
    return any(begins <= at < ends for begins, ends in windows)


def next_open(moment: datetime, windows: Sequence[Window]) -> datetime:
    """The moment itself where a window is open, else the next beginning."""
    if is_open(moment, windows):
        return moment
    local = timezone.localtime(moment)
    beginnings = sorted(begins for begins, _ends in windows)
    today = [begins for begins in beginnings if begins > local.time()]
    day = local.date() if today else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, today[0] if today else beginnings[0]))


def tomorrow_open(moment: datetime, windows: Sequence[Window]) -> datetime:
    """The first opening of the following local day."""
    day = timezone.localtime(moment).date() + timedelta(days=1)
    first = min(begins for begins, _ends in windows)
    return timezone.make_aware(datetime.combine(day, first))
