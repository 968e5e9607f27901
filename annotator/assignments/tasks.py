from celery import shared_task
from django.utils import timezone

from annotator.assignments import claiming


@shared_task
def expire_leases() -> None:
    claiming.expire_leases(campaign=None, now=timezone.now())
