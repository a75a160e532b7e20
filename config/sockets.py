"""Addresses of PostgreSQL and Redis in the spellings their clients want; a unix socket has three for one place."""

from urllib.parse import parse_qs, urlencode, urlsplit


def session_options(**milliseconds: int) -> dict[str, str]:
    """Server settings of every new connection; inside PgBouncer `ignore_startup_parameters = options`."""
    return {"options": " ".join(f"-c {name}={value}" for name, value in milliseconds.items())}


def celery_url(url: str) -> str:
    """``unix:///path?db=0`` as Celery's transport spells it; other addresses stay as they are."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': _database(url)})}"


def next_database(url: str) -> str:
    """The cache beside the broker on one small Redis. Production names a second server in CACHE_URL."""
    parts = urlsplit(url)
    database = _database(url) + 1
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={database}"
    return parts._replace(path=f"/{database}").geturl()


def _database(url: str) -> int:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return int(parse_qs(parts.query).get("db", ["0"])[0])
    return int(parts.path.strip("/") or 0)
