"""One log for everything: JSON in production, readable lines in a terminal. No personal data goes in."""

import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog

Entry = MutableMapping[str, Any]


def configure(wanted: dict[str, Any]) -> None:
    """Django hands LOGGING over; structlog's and the standard library's records leave in one form."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(standard_library(wanted))


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _name_the_firm,
    ]


def _name_the_firm(_logger: Any, _method: str, entry: Entry) -> Entry:
    from tenancy.scoping import firm_in_scope  # noqa: PLC0415 - settings import this module before any app exists

    if (firm := firm_in_scope()) is not None:
        entry.setdefault("firm", firm)
    return entry


def standard_library(wanted: dict[str, Any]) -> dict[str, Any]:
    """As a `dictConfig`; gunicorn takes the same, so that its own lines look like ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "one": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(wanted)],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "one"}},
        "root": {"handlers": ["out"], "level": wanted["level"]},
        "loggers": {
            "django.server": {"handlers": ["out"], "propagate": False},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True},
            "httpx": {"level": "WARNING"},
        },
    }


def _last(wanted: dict[str, Any]) -> list[Any]:
    if wanted["readable"]:  # `bin/up` puts the time before every line
        return [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
