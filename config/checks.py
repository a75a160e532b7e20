from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def database_knows_chinese_letters(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Under LC_CTYPE=C trigrams and case rules ignore Chinese characters, and searches silently find nothing."""
    return [problem for alias in databases or () for problem in _problems(alias)]


def _problems(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
        )
        encoding, ctype = cursor.fetchone()
    if encoding == "UTF8" and ctype.upper().replace("-", "") == "C.UTF8":
        return []
    return [
        Error(
            f"The database behind '{alias}' is {encoding} with LC_CTYPE {ctype}.",
            hint="Create it with ENCODING 'UTF8' and LOCALE 'C.UTF-8', as `manage.py ensure_database` does.",
            id="config.E001",
        )
    ]
