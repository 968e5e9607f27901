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
    map_draft,
    publish_draft,
    remove,
)
from tests.makers import NOW

CAMPAIGN = "assignments_campaign"
MEMBERSHIP = "assignments_membership"
ASSIGNMENT = "assignments_assignment"
SUBMITTED = {"status": "submitted", "submitted_at": NOW, "finish_reason": "solution"}


def change_to_the_next_version(world: World, **changes: object) -> None:
    publish_draft(world)
    change(CAMPAIGN, world.campaign, taxonomy_version_id=world.draft, **changes)


def move_on(world: World, **changes: object) -> None:
    """To the next version, with a complete mapping."""
    map_draft(world)
    change_to_the_next_version(world, **changes)


def change_to_a_mapped_draft(world: World) -> None:
    map_draft(world)
    change(CAMPAIGN, world.campaign, taxonomy_version_id=world.draft)


def successor_after_a_move(**changes: str) -> Breaking:
    """Of ada's chain, with some columns changed to what the world holds under a name."""

    def breaking(world: World) -> None:
        move_on(world)
        usual = {
            "annotator_id": world.ada,
            "seat": 0,
            "taxonomy_version_id": world.draft,
            "status": "returned",
            "moved_from_id": world.assignment,
        }
        insert_assignment(world, **{**usual, **{column: world.pks[name] for column, name in changes.items()}})

    return breaking


def successor_in_the_same_version(world: World) -> None:
    insert_assignment(world, annotator_id=world.ada, seat=0, status="skipped", moved_from_id=world.assignment)


def leave_a_submitted_chain_behind(world: World) -> None:
    change(ASSIGNMENT, world.assignment, **SUBMITTED)
    move_on(world)


def return_in_the_old_version(world: World) -> None:
    change(ASSIGNMENT, world.assignment, status="returned")
    move_on(world)


CASES: dict[str, list[Breaking]] = {
    "an_assignment_is_styled_or_plain": [lambda w: change(ASSIGNMENT, w.assignment, rendering="twin")],
    "an_overlap_is_1_to_50": [
        lambda w: change(CAMPAIGN, w.campaign, overlap=0),
        lambda w: change(CAMPAIGN, w.campaign, overlap=51),
    ],
    "a_plain_share_is_a_share": [
        lambda w: change(CAMPAIGN, w.campaign, plain_share=-0.1),
        lambda w: change(CAMPAIGN, w.campaign, plain_share=1.1),
        lambda w: change(CAMPAIGN, w.campaign, plain_share=float("nan")),
    ],
    "a_contested_share_is_a_share": [
        lambda w: change(CAMPAIGN, w.campaign, contested_below=-0.1),
        lambda w: change(CAMPAIGN, w.campaign, contested_below=1.1),
        lambda w: change(CAMPAIGN, w.campaign, contested_below=float("nan")),
    ],
    "a_lease_lasts_at_least_five_minutes": [lambda w: change(CAMPAIGN, w.campaign, lease_minutes=4)],
    "a_campaign_keeps_its_published_version": [
        lambda w: insert_like(CAMPAIGN, w.campaign, key="new", taxonomy_version_id=w.draft),
        lambda w: change(CAMPAIGN, w.campaign, taxonomy_version_id=w.draft),
        lambda w: change(CAMPAIGN, w.campaign, dataset_id=w.elsewhere),
        change_to_the_next_version,
        change_to_a_mapped_draft,
        lambda w: move_on(w, dataset_id=w.elsewhere),
    ],
    "a_campaign_moves_with_its_chains": [
        move_on,
        return_in_the_old_version,
        leave_a_submitted_chain_behind,
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
        lambda w: insert_assignment(w, seat=0, status="returned"),
    ],
    "an_annotator_gets_a_chain_once": [
        lambda w: insert_assignment(w, annotator_id=w.ada, **SUBMITTED),
        lambda w: insert_assignment(w, annotator_id=w.ada, purpose="gold", **SUBMITTED),
        lambda w: insert_assignment(w, annotator_id=w.ada, status="returned"),
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
        lambda w: change(ASSIGNMENT, w.assignment, moved_from_id=w.assignment),
        successor_after_a_move(annotator_id="ben"),
        successor_after_a_move(chain_id="other_chain"),
        successor_after_a_move(seat="next_seat"),
        successor_in_the_same_version,
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
