from functools import partial

import pytest
from django.db import connection

from tests.guarantees.breaking import (
    Breaking,
    World,
    broken_by,
    change,
    execute,
    insert_like,
    remove,
    truncate,
)

RUN = "chains_importrun"
PROBLEM = "chains_problem"
STEP = "chains_step"
CHAIN = "chains_chain"
CHAIN_STEP = "chains_chainstep"
TABLES = (PROBLEM, STEP, CHAIN, CHAIN_STEP)
FIVE_HUNDRED_AND_TWO_BYTES = "é" * 251


def insert_step(world: World, like: str, **changes: object) -> None:
    insert_like(STEP, world.pks[like], **{"digest": b"new", **changes})


def insert_chain(world: World, **changes: object) -> None:
    insert_like(CHAIN, world.chain, **{"external_id": "new", **changes})


def walk(*path: tuple[int, str], **changes: object) -> Breaking:
    """Inserts a chain of problem `p` that visits these steps at these indexes, as long as the path unless changed."""

    def breaking(world: World) -> None:
        insert_chain(world, **{"step_count": len(path), **changes})
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM chains_chain")
            chain = cursor.fetchone()[0]
            values = ", ".join(f"({chain}, {index}, {world.pks[step]})" for index, step in path)
            cursor.execute(f"INSERT INTO chains_chainstep (chain_id, index, step_id) VALUES {values}")

    return breaking


def visit(world: World, *, chain: int, index: int, step: int) -> None:
    execute("INSERT INTO chains_chainstep (chain_id, index, step_id) VALUES (%s, %s, %s)", chain, index, step)


def use_one_key_twice(world: World) -> None:
    change(RUN, world.run, idempotency_key="once")
    insert_like(RUN, world.run)


CASES: dict[str, list[Breaking]] = {
    "an_idempotency_key_is_used_once_in_a_dataset": [
        use_one_key_twice,
    ],
    "importrun_is_finished_exactly_when_it_says_when": [
        lambda w: change(RUN, w.run, finished_at=None),
        lambda w: change(RUN, w.run, state="running"),
    ],
    "importrun_progress_stays_within_its_total": [
        lambda w: change(RUN, w.run, progress_done=2, progress_total=1),
    ],
    "a_problem_id_is_used_once_in_a_dataset": [lambda w: insert_like(PROBLEM, w.problem)],
    "a_problem_id_has_1_to_500_bytes": [
        lambda w: insert_like(PROBLEM, w.problem, external_id=""),
        lambda w: insert_like(PROBLEM, w.problem, external_id=FIVE_HUNDRED_AND_TWO_BYTES),
    ],
    "a_step_stands_once_after_its_prefix": [
        lambda w: insert_like(STEP, w.chain_step_0),
        lambda w: insert_like(STEP, w.chain_step_1),
    ],
    "a_step_has_a_parent_unless_it_is_the_first": [
        lambda w: insert_step(w, "chain_step_0", index=1),
        lambda w: insert_step(w, "chain_step_1", index=0),
    ],
    "a_step_has_text": [lambda w: insert_step(w, "chain_step_0", text="")],
    "a_step_follows_its_parent_in_the_same_problem": [
        lambda w: insert_step(w, "chain_step_1", index=2),
        lambda w: insert_step(w, "chain_step_1", parent_id=w.other_chain_step_0),
        lambda w: insert_step(w, "chain_step_1", problem_id=w.other_problem),
        lambda w: insert_step(w, "chain_step_1", parent_id=0),
        lambda w: insert_step(w, "chain_step_0", problem_id=0),
    ],
    "a_chains_problem_is_in_its_dataset": [
        lambda w: walk((0, "chain_step_0"), dataset_id=w.elsewhere)(w),
    ],
    "a_chain_id_is_used_once_in_a_dataset": [lambda w: insert_like(CHAIN, w.chain)],
    "a_chain_id_has_1_to_500_bytes": [
        lambda w: insert_chain(w, external_id=""),
        lambda w: insert_chain(w, external_id=FIVE_HUNDRED_AND_TWO_BYTES),
    ],
    "a_chain_has_at_least_one_step": [lambda w: insert_chain(w, step_count=0)],
    "a_chain_has_steps": [lambda w: insert_chain(w)],
    "a_chain_is_a_path_of_its_problems_tree": [
        walk((0, "chain_step_0"), (2, "chain_step_2")),
        walk((1, "chain_step_1"), (2, "chain_step_2")),
        walk((0, "chain_step_0"), (1, "chain_step_2")),
        walk((0, "chain_step_1"), (1, "chain_step_0")),
        walk((0, "chain_step_0"), (1, "other_chain_step_1")),
        walk((0, "other_chain_step_0"), (1, "other_chain_step_1")),
        walk((0, "chain_step_0"), (1, "chain_step_1"), step_count=3),
        walk((0, "chain_step_0"), (1, "chain_step_1"), step_count=1),
        lambda w: visit(w, chain=0, index=0, step=w.chain_step_0),
        lambda w: visit(w, chain=w.chain, index=3, step=w.other_chain_step_0),
    ],
    "a_chain_visits_a_step_once": [
        walk((0, "chain_step_0"), (1, "chain_step_0")),
        lambda w: visit(w, chain=w.chain, index=3, step=w.chain_step_2),
    ],
    **{f"{table}_is_never_truncated": [truncate(table)] for table in TABLES},
    "chains_problem_never_changes": [
        lambda w: change(PROBLEM, w.problem, text="What is q?"),
        lambda w: remove(PROBLEM, w.problem),
    ],
    "chains_step_never_changes": [
        lambda w: change(STEP, w.chain_step_0, text="One"),
        lambda w: remove(STEP, w.chain_step_2),
    ],
    "chains_chain_never_changes": [
        lambda w: change(CHAIN, w.chain, final_answer_correct=True),
        lambda w: remove(CHAIN, w.chain),
    ],
    "chains_chainstep_never_changes": [
        lambda w: execute("UPDATE chains_chainstep SET score = 0 WHERE chain_id = %s", w.chain),
        lambda w: execute("DELETE FROM chains_chainstep WHERE chain_id = %s", w.chain),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)
