"""The tasks that beat queues, as a worker runs them: with the real clock, resolver and certificates."""

import pytest
from celery.schedules import schedule
from django.conf import settings
from django.utils import timezone

from annotator.celery import app
from annotator.webhooks.models import DeliveryState
from annotator.webhooks.tasks import announce_finished, send_due
from tests.makers import give_up, make_assignment, make_campaign, make_chain
from tests.webhooks.makers import delivery_of, listening, sealed
from tests.webhooks.receiving import receiving

pytestmark = pytest.mark.django_db


def test_what_is_due_is_sent() -> None:
    with receiving() as receiver:
        endpoint = listening(make_campaign(), receiver.url())
        sealed(endpoint.campaign, now=timezone.now())
        send_due()
    assert delivery_of(endpoint).state == DeliveryState.DELIVERED
    assert len(receiver.received) == 1


def test_a_finished_campaign_is_told() -> None:
    make_chain()
    campaign = make_campaign(overlap=1)
    endpoint = listening(campaign)
    give_up(make_assignment(campaign=campaign))
    announce_finished()
    assert delivery_of(endpoint).event == "campaign.finished"


def test_beat_queues_them_often() -> None:
    app.loader.import_default_modules()
    entries = {str(entry["task"]): entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for task in (send_due, announce_finished):
        assert task.name in app.tasks
        assert entries[task.name] in [schedule(15), schedule(60)]
