"""What a supervisor or a load balancer asks: does the process live, and can it do its work?"""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config.models import Heartbeat
from tenancy.http import public

SILENT_FOR = timedelta(seconds=60)
OK = "ok"


@public
@never_cache
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers. Nothing else is asked, so that a lost database does not restart healthy processes."""
    return JsonResponse({"status": OK})


@public
@never_cache
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Everything a request or a promised deadline needs is there; 503 names what is not."""
    results = {name: check() for name, check in CHECKS.items()}
    ready = all(result == OK for result in results.values())
    return JsonResponse({"status": OK if ready else "down", "checks": results}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return OK


def _redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        return "unreachable"
    finally:
        client.close()
    return OK


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    return f"{len(waiting)} not applied" if waiting else OK


def _beat() -> str:
    return _heard_from("beat")


def _worker() -> str:
    """Beat rings the worker: while beat is silent, a silent worker proves nothing."""
    heard = _heard_from("worker")
    return heard if heard == OK or _beat() == OK else "unknown while beat is silent"


def _heard_from(name: str) -> str:
    try:
        last = Heartbeat.objects.filter(name=name).first()
    except DatabaseError:
        return "unknown"
    if last is None or last.is_older_than(SILENT_FOR, now=timezone.now()):
        return "silent"
    return OK


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "migrations": _migrations,
    "beat": _beat,
    "worker": _worker,
}
