from functools import partial

import pytest
from django.db import connection

from tests.guarantees.breaking import Breaking, World, broken_by, change, insert_like, remove, truncate
from tests.makers import NOW

STUDY = "assignments_twinstudy"
PAIR = "assignments_twinpair"
DRAW = "assignments_twindraw"
ASSIGNMENT = "assignments_assignment"


def pair_up(world: World, **changes: object) -> int:
    """Step 0 in the running study, unless changed; its pair."""
    insert_like(PAIR, world.pair, **{"step_id": world.chain_step_0, **changes})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {PAIR}")
        return int(cursor.fetchone()[0])


def draw(world: World, *, state: str = "confirmed", **changes: object) -> None:
    """For ada, of a new pair of step 0 in this state, unless changed."""
    waiting = {} if state != "waiting" else {"reviewed_by_id": None, "reviewed_at": None}
    pair = pair_up(world, state=state, **waiting)
    insert_like(DRAW, world.draw, **{"pair_id": pair, "step_id": world.chain_step_0, **changes})


def draw_in_a_stopped_study(world: World) -> None:
    change(STUDY, world.study, state="stopped", stopped_at=NOW)
    draw(world)


def draw_in_a_plain_assignment(world: World) -> None:
    change(ASSIGNMENT, world.assignment, rendering="plain")
    draw(world)


CASES: dict[str, list[Breaking]] = {
    "a_feature_has_one_study_at_a_time": [lambda w: insert_like(STUDY, w.draft_study, feature="bullets")],
    "a_study_says_when_it_ran": [
        lambda w: change(STUDY, w.study, stopped_at=NOW),
        lambda w: change(STUDY, w.draft_study, state="running"),
        lambda w: change(STUDY, w.study, state="stopped"),
    ],
    "a_study_only_goes_forward": [
        lambda w: change(STUDY, w.study, state="draft", started_at=None),
        lambda w: change(STUDY, w.study, feature="heading"),
        lambda w: change(STUDY, w.study, seed=2),
    ],
    "a_step_has_one_twin_in_a_campaign": [
        lambda w: pair_up(w, step_id=w.chain_step_2, study_id=w.draft_study),
    ],
    "a_twin_has_text": [lambda w: pair_up(w, text="")],
    "a_pair_is_reviewed_exactly_when_it_says_by_whom": [
        lambda w: pair_up(w, state="waiting"),
        lambda w: pair_up(w, reviewed_at=None),
    ],
    "a_pair_is_confirmed_by_another_than_its_maker": [lambda w: pair_up(w, reviewed_by_id=w.ada)],
    "a_pair_is_of_the_campaign_of_its_study": [lambda w: pair_up(w, study_id=0)],
    "a_twin_is_of_a_step_of_its_campaign": [
        lambda w: pair_up(w, step_id=w.foreign_chain_step_0),
        lambda w: pair_up(w, text="one"),
    ],
    "a_pair_keeps_its_arms": [
        lambda w: change(PAIR, w.pair, text="* three"),
        lambda w: change(PAIR, w.pair, stored_has_feature=True),
        lambda w: change(PAIR, w.pair, step_id=w.chain_step_0),
    ],
    "an_annotator_sees_one_arm_of_a_step": [lambda w: insert_like(DRAW, w.draw, is_twin=True)],
    "a_draw_is_of_the_step_of_its_pair": [lambda w: draw(w, pair_id=w.pair)],
    "an_arm_is_drawn_of_a_confirmed_pair_in_a_running_study": [
        lambda w: draw(w, annotator_id=w.ben),
        lambda w: draw(w, state="waiting"),
        lambda w: draw(w, state="rejected"),
        draw_in_a_stopped_study,
        draw_in_a_plain_assignment,
    ],
    "a_draw_never_changes": [
        lambda w: change(DRAW, w.draw, is_twin=True),
        lambda w: remove(DRAW, w.draw),
    ],
    "assignments_twindraw_is_never_truncated": [truncate(DRAW)],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)
