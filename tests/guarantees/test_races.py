"""Guarantees that hold also while another session is about to change what they look at."""

import threading

import pytest
from django.db import connection, transaction

from taxonomies.models import Label, TaxonomyVersion
from taxonomies.publishing import clone_version, publish
from tests.guarantees.breaking import (
    World,
    broken_by,
    change,
    insert_assignment,
    insert_like,
    wait_until_blocked,
)
from tests.makers import NOW, make_assignment, make_campaign, make_chain, make_user, make_version


@pytest.mark.django_db(transaction=True)
def test_a_label_cannot_slip_into_a_version_that_is_being_published() -> None:
    draft = clone_version(version=make_version())
    label = Label.objects.get(version=draft, key="sign")
    outcome: list[str] = []

    def slip_in() -> None:
        outcome.append(broken_by(lambda: insert_like("taxonomies_label", label.pk, key="late")))
        connection.close()

    with transaction.atomic():
        publish(version=draft, now=NOW)
        thread = threading.Thread(target=slip_in)
        thread.start()
        wait_until_blocked()
    thread.join(timeout=10)
    assert outcome == ["a_published_label_is_frozen"]
    assert not TaxonomyVersion.objects.get(pk=draft.pk).criteria.filter(labels__key="late").exists()


@pytest.mark.django_db(transaction=True)
def test_a_chain_is_not_given_out_by_a_campaign_whose_overlap_is_being_lowered() -> None:
    make_chain()
    campaign = make_campaign(annotators=["ada", "ben"], overlap=2)
    assignment = make_assignment(campaign=campaign, annotator="ada")
    world = World({"assignment": assignment.pk, "ben": make_user("ben").pk})
    outcome: list[str] = []

    def take_second_seat() -> None:
        outcome.append(broken_by(lambda: insert_assignment(world)))
        connection.close()

    with transaction.atomic():
        change("assignments_campaign", campaign.pk, overlap=1)
        thread = threading.Thread(target=take_second_seat)
        thread.start()
        wait_until_blocked()
    thread.join(timeout=10)
    assert outcome == ["an_assignment_fits_its_campaign"]
