"""Grades read into arrays: every one that counts, none that does not, all from one view."""

import numpy as np
import pytest
from django.db import InternalError, connection, transaction

from annotator.analysis.gathering import Freshness, Gathered, freshness, gather, one_view
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain, ChainStep, Step
from annotator.grading.models import Grade
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign, hand_in
from tests.makers import line, make_assignment, make_campaign
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def gathered(campaign: Campaign) -> Gathered:
    return gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)


def seen(campaign: Campaign) -> Freshness:
    return freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)


def test_nothing_graded_gives_empty_arrays_with_their_columns() -> None:
    found = gathered(make_campaign())
    assert (found.grades.shape, found.sittings.shape, found.sitting_grades.shape) == ((0, 5), (0, 5), (0, 3))
    assert found.freshness == Freshness(newest_grade_at=None, revision_count=0)


def test_the_arrays_hold_what_the_rows_say() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")],
        {
            "ada": {"p/a": ["good", "bad"], "q/a": ["unsure"]},
            "ben": {"p/a": ["okay", NOT_GRADED]},
        },
    )
    found = gathered(campaign)
    expected = [
        (grade.step_id, grade.annotator_id, grade.verdict_id, grade.chain.problem_id, 1)
        for grade in Grade.objects.filter(state="graded")
        .order_by("step", "annotator")
        .select_related("chain")
    ]
    assert found.grades.tolist() == [list(row) for row in expected]
    assert len(expected) == 3
    assert found.grades.dtype == np.int64
    assert [row[4] for row in found.sittings.tolist()] == [2, 1, 2]
    assert sorted(row[1] for row in found.sitting_grades.tolist()) == [0, 0, 1]
    assert set(found.sitting_grades[:, 0]) <= set(found.sittings[:, 0])


def test_only_submitted_chains_are_sittings() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade_step(assignment, 0, "good")
    found = gathered(campaign)
    assert (len(found.grades), len(found.sittings), len(found.sitting_grades)) == (1, 0, 0)


def test_grades_in_plain_rendering_are_marked_and_are_no_sittings() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}}, plain_share=1.0)
    found = gathered(campaign)
    assert found.grades[:, 4].tolist() == [0]
    assert (len(found.sittings), len(found.sitting_grades)) == (0, 0)


def test_a_shared_step_counts_once_as_a_grade_and_in_each_sitting() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "x"), line("p/b", "same", "y")],
        {"ada": {"p/a": ["good", "good"], "p/b": [NOT_GRADED, "bad"]}},
    )
    found = gathered(campaign)
    assert len(found.grades) == 3
    assert len(found.sitting_grades) == 4


def test_every_write_is_seen_also_an_undo_and_the_submitting() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    counts = []
    for word in ("good", "bad", "cleared", "good"):
        grade_step(assignment, 0, word)
        counts.append(seen(campaign).revision_count)
    assert counts == [1, 2, 3, 4]
    hand_in(assignment)
    assert seen(campaign).revision_count == 5
    assert seen(campaign).newest_grade_at == Grade.objects.get().saved_at


def test_a_view_stays_as_it_was_and_takes_no_writes() -> None:
    campaign = graded_campaign([line("p/a", "1"), line("q/a", "1")], {"ada": {"p/a": ["good"]}})
    with one_view():
        before = seen(campaign)
        done = all_at_once([lambda: grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})])
        assert done == [None]
        assert seen(campaign) == before
    assert seen(campaign) != before
    with pytest.raises(InternalError, match="read-only"), one_view():
        Campaign.objects.update(title="other")


def test_a_view_inside_a_transaction_is_a_mistake_that_shows() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), one_view():
        pass
    assert not connection.in_atomic_block


def test_ids_past_32_bits_are_read_whole() -> None:
    with connection.cursor() as cursor:
        for model in (Step, Chain):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {2**40})")
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}})
    found = gathered(campaign)
    assert found.grades[0, 0] == ChainStep.objects.get().step_id > 2**40
    assert found.sittings[0, 1] > 2**40
