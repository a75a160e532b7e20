from typing import Any

from django.core.checks import CheckMessage, Tags, Warning as Warn, register
from django.db import ProgrammingError

from workflow import reference


@register(Tags.database)
def next_years_calendar_is_known(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """From November on deadlines reach into next year; until its plan is imported they are provisional."""
    if not databases or "default" not in databases:
        return []
    try:
        years = reference.missing_years()
    except ProgrammingError:  # checked before the first migration
        return []
    return [
        Warn(
            f"The holiday plan of {year} is not in the calendar; deadlines in it are provisional.",
            hint="Import the official list: manage.py import_calendar FILE",
            id="workflow.W001",
        )
        for year in years
    ]
