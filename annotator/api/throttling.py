"""How often a token may ask: counted by the minute in the cache, in all processes together."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from annotator.api.models import Token

log = logging.getLogger(__name__)
# Longer than the minute it counts, whatever the clocks of several hosts say.
KEPT_SECONDS = 120


class TokenThrottle(BaseThrottle):
    """Lets everything through while the cache cannot be asked: a limit is no reason to stop a pipeline."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def allow_request(self, request: Request, view: object) -> bool:
        if not isinstance(request.auth, Token):
            return True
        return count_request(request.auth, now=self.now) <= int(settings.TOKEN_REQUESTS_PER_MINUTE)

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return 60 - self.now.second - self.now.microsecond / 1_000_000


def count_request(token: Token, *, now: datetime) -> int:
    """How many requests with this token the minute has seen, this one included; 0 where nobody counts."""
    key = f"token-requests:{token.pk}:{int(now.timestamp()) // 60}"
    try:
        cache.add(key, 0, timeout=KEPT_SECONDS)
        return cache.incr(key)
    except (RedisError, ValueError):
        # ValueError: the key went away between the two.
        log.warning("Requests of tokens are not counted: the cache cannot be asked.")
        return 0
