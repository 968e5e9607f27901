"""For load balancers and `docker compose`: does the process live, and has it all it needs?"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis import Redis
from redis.exceptions import RedisError

SECONDS_TO_ANSWER = 2


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when everything is there, else 503 naming what is missing; no details, since anybody may ask."""
    parts = {"database": database_state(), "redis": redis_state()}
    is_ready = all(state == "ok" for state in parts.values())
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", **parts}, status=200 if is_ready else 503
    )


def database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except (DatabaseError, PoolTimeout):
        return "missing"


def redis_state() -> str:
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS_TO_ANSWER)
    ping: Callable[[], object] = client.ping
    try:
        ping()
    except (RedisError, OSError):
        return "missing"
    finally:
        client.close()
    return "ok"
