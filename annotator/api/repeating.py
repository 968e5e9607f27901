"""A request that is sent again, because its answer was lost, gets the first answer again."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import RedisError
from rest_framework.request import Request

from annotator.api.models import Token
from annotator.api.problems import Busy, Unprocessable

KEY = re.compile(r"[\x20-\x7e]{1,200}")
KEPT_SECONDS = 24 * 60 * 60
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What one token asked for under one key: `fingerprint` tells another question under the same key."""

    name: str
    fingerprint: str


def idempotency_key(request: Request) -> str | None:
    """Raises Unprocessable for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Unprocessable("Idempotency-Key has 1 to 200 printable ASCII characters.")
    return key


def repeatable(*, token: Token, what: str, key: str, question: str) -> Repeatable:
    """`what`: which of the calls that take a key, and of which campaign."""
    digest = hashlib.sha256(f"{what}\n{key}".encode()).hexdigest()
    return Repeatable(f"repeated:{token.pk}:{digest}", hashlib.sha256(question.encode()).hexdigest())


@transaction.atomic
def made_once(asked: Repeatable, *, exists: Callable[[int], bool], make: Callable[[], int]) -> int:
    """The primary key of the row that was made for it within the last day, else of the one that is made now.

    Two at the same moment wait for each other. Raises Unprocessable where the key was used for another question, Busy where
    it cannot be looked up. The keys live in the cache: when that is emptied, a repetition makes a second row.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [asked.name])
    try:
        known = cache.get(asked.name)
    except RedisError as error:
        raise Busy("Idempotency-Key cannot be looked up at the moment; try again.") from error
    if known is not None and exists(known["row"]):
        if known["fingerprint"] != asked.fingerprint:
            raise Unprocessable("This Idempotency-Key was used for another question.")
        return int(known["row"])
    row = make()
    try:
        # Before the commit and under the lock: whoever waits finds it. Without a commit there is no such row.
        cache.set(asked.name, {"row": row, "fingerprint": asked.fingerprint}, timeout=KEPT_SECONDS)
    except RedisError as error:
        raise Busy("Idempotency-Key cannot be kept at the moment; try again.") from error
    return row
