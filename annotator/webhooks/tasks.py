import random
import ssl
from functools import cache

from celery import shared_task
from django.utils import timezone

from annotator.webhooks import finishing, sending
from annotator.webhooks.posting import Limits, system_resolver


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Read once by each worker: some hundred certificates."""
    return ssl.create_default_context()


@shared_task(soft_time_limit=120, time_limit=150)
def send_due() -> None:
    sending.send_due(
        clock=timezone.now,
        jitter=random.random,
        wire=sending.Wire(resolve=system_resolver, tls=trusted_authorities(), limits=Limits()),
    )


@shared_task
def announce_finished() -> None:
    finishing.announce_finished(now=timezone.now())
