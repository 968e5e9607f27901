import uuid
from functools import partial

import pytest

from tests.guarantees.breaking import (
    Breaking,
    World,
    broken_by,
    change,
    insert_assignment,
    insert_like,
    remove,
)
from tests.makers import NOW

CAMPAIGN = "assignments_campaign"
MEMBERSHIP = "assignments_membership"
ASSIGNMENT = "assignments_assignment"
SUBMITTED = {"status": "submitted", "submitted_at": NOW, "finish_reason": "solution"}


def change_to_the_next_version(world: World) -> None:
    change("taxonomies_taxonomyversion", world.draft, status="published", published_at=NOW, digest="0" * 64)
    change(CAMPAIGN, world.campaign, taxonomy_version_id=world.draft)


CASES: dict[str, list[Breaking]] = {
    "an_overlap_is_1_to_50": [
        lambda w: change(CAMPAIGN, w.campaign, overlap=0),
        lambda w: change(CAMPAIGN, w.campaign, overlap=51),
    ],
    "a_plain_share_is_a_share": [
        lambda w: change(CAMPAIGN, w.campaign, plain_share=-0.1),
        lambda w: change(CAMPAIGN, w.campaign, plain_share=1.1),
        lambda w: change(CAMPAIGN, w.campaign, plain_share=float("nan")),
    ],
    "a_lease_lasts_at_least_five_minutes": [lambda w: change(CAMPAIGN, w.campaign, lease_minutes=4)],
    "a_campaign_keeps_its_published_version": [
        lambda w: insert_like(CAMPAIGN, w.campaign, key="new", taxonomy_version_id=w.draft),
        lambda w: change(CAMPAIGN, w.campaign, taxonomy_version_id=w.draft),
        lambda w: change(CAMPAIGN, w.campaign, dataset_id=w.elsewhere),
        change_to_the_next_version,
    ],
    "a_person_is_a_member_once": [lambda w: insert_like(MEMBERSHIP, w.membership, pseudonym="new")],
    "a_pseudonym_is_one_person": [lambda w: insert_like(MEMBERSHIP, w.membership, user_id=w.eve)],
    "a_member_with_chains_stays": [
        lambda w: change(MEMBERSHIP, w.membership, user_id=w.eve),
        lambda w: remove(MEMBERSHIP, w.membership),
    ],
    "a_member_has_a_pseudonym": [lambda w: change(MEMBERSHIP, w.membership, pseudonym="")],
    "a_seat_of_a_chain_is_taken_once": [
        lambda w: insert_assignment(w, seat=0),
        lambda w: insert_assignment(w, seat=0, **SUBMITTED),
    ],
    "an_annotator_gets_a_chain_once": [
        lambda w: insert_assignment(w, annotator_id=w.ada, **SUBMITTED),
        lambda w: insert_assignment(w, annotator_id=w.ada, purpose="gold", **SUBMITTED),
    ],
    "an_annotator_has_one_open_assignment": [
        lambda w: insert_assignment(w, annotator_id=w.ada, chain_id=w.other_chain, seat=0),
    ],
    "an_assignment_is_submitted_exactly_when_it_says_when": [
        lambda w: change(ASSIGNMENT, w.assignment, status="submitted"),
        lambda w: change(ASSIGNMENT, w.assignment, status="submitted", submitted_at=NOW),
        lambda w: change(ASSIGNMENT, w.assignment, submitted_at=NOW),
        lambda w: change(ASSIGNMENT, w.assignment, finish_reason="solution"),
    ],
    "an_assignment_fits_its_campaign": [
        lambda w: insert_assignment(w, taxonomy_version_id=w.draft),
        lambda w: insert_assignment(w, chain_id=w.foreign_chain),
        lambda w: insert_assignment(w, annotator_id=w.eve),
        lambda w: insert_assignment(w, seat=2),
        lambda w: change(ASSIGNMENT, w.assignment, seat=2),
        lambda w: change(ASSIGNMENT, w.assignment, annotator_id=w.ben),
        lambda w: change(ASSIGNMENT, w.assignment, chain_id=w.other_chain),
        lambda w: change(ASSIGNMENT, w.assignment, purpose="gold"),
        lambda w: change(ASSIGNMENT, w.assignment, public_id=uuid.uuid4()),
    ],
    "a_chain_is_gold_once": [lambda w: insert_like("assignments_goldchain", w.gold, purpose="screening")],
    "a_gold_step_has_one_verdict": [
        lambda w: insert_like("assignments_goldgrade", w.gold_grade, label_id=w.bad),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)
