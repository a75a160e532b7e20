"""How long each category is covered, and until which day. Pure, but for the firm's own settings."""

import calendar
from datetime import date

from aftersales.models import LEAST_MONTHS, LEAST_MONTHS_WATERPROOFING, Warranty
from tenancy import firm_settings


def months_by_category() -> dict[str, int]:
    """The firm's terms, raised to the law's where somebody set less."""
    categories = Warranty.Category.values
    stored = firm_settings.get_many(*(f"aftersales.{category}_months" for category in categories))
    return {
        category: max(int(stored[f"aftersales.{category}_months"]), least_months(category))
        for category in categories
    }


def least_months(category: str) -> int:
    return LEAST_MONTHS_WATERPROOFING if category == Warranty.Category.WATERPROOFING else LEAST_MONTHS


def months_after(day: date, months: int) -> date:
    """The same day so many months on; at a month's end its last day, but never a day short of whole years."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    if day.day <= last:
        return date(year, month, day.day)
    return date(year + month // 12, month % 12 + 1, 1)
