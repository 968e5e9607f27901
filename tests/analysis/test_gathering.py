"""Grades read into arrays: every one that counts, none that does not, all from one view."""

from dataclasses import fields

import numpy as np
import pytest
from django.db import InternalError, connection, transaction

from annotator.analysis.composing import sitting_votes
from annotator.analysis.gathered import Freshness, Gathered, Settings
from annotator.analysis.gathering import freshness, gather, one_view
from annotator.assignments.models import Campaign, GoldChain, GoldGrade
from annotator.chains.models import Chain, ChainStep, Dataset, Step
from annotator.grading.models import Answer, Grade
from taxonomies.models import Label
from tests.decided import decide_step
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign, hand_in
from tests.makers import (
    WHOLE_CHAIN,
    answer,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_version,
)
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def gathered(campaign: Campaign) -> Gathered:
    return gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)


def seen(campaign: Campaign) -> Freshness:
    return freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)


def test_nothing_graded_gives_empty_arrays() -> None:
    found = gathered(make_campaign())
    arrays = [
        (part, field.name, getattr(part, field.name))
        for part in (found.grades, found.wholes, found.answers, found.sittings, found.paths, found.decisions)
        for field in fields(part)
    ]
    assert len(arrays) == 9 + 4 + 2 + 2 + 3 + 2
    assert all(array.shape == (0,) for _, _, array in arrays)
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
    grades = Grade.objects.filter(state="graded").order_by("step", "annotator")
    columns = ["pk", "step_id", "annotator_id", "verdict_id", "chain_id", "step_id"]
    expected = [[getattr(grade, name) for name in columns] for grade in grades]
    given = found.grades
    rows = [given.ids, given.steps, given.annotators, given.verdicts, given.chains, given.own_steps]
    assert np.stack(rows, axis=1).tolist() == expected
    assert len(expected) == 3
    assert given.is_styled.tolist() == [True, True, True]
    assert given.seconds.tolist() == [grade.seconds for grade in grades]
    assert given.saved_at.tolist() == pytest.approx([grade.saved_at.timestamp() for grade in grades])
    [bad] = Answer.objects.all()
    assert [found.answers.left.tolist(), found.answers.right.tolist()] == [[bad.grade_id], [bad.label_id]]
    assert len(found.sittings.left) == 3
    assert found.pseudonyms == dict(campaign.memberships.values_list("user_id", "pseudonym"))
    assert found.settings == Settings(overlap=9, contested_below=0.0, dawid_skene=False)


def test_chains_come_with_their_names_by_place() -> None:
    campaign = graded_campaign(
        [
            line("p/a", "1", generator="sphinx", final_answer_correct=True, metadata={"subject": "algebra"}),
            line("p/b", "2", generator="oracle", final_answer_correct=False),
            line("q/a", "3", generator="oracle", metadata={"domain": "law", "subject": "no matter"}),
            line("r/a", "4", generator="unseen", metadata={"domain": 7}),
        ],
        {"ada": {"p/a": ["good"], "q/a": ["good"]}},
    )
    Dataset.objects.update(domain="anything")
    chains = gathered(campaign).chains
    ids = (
        Chain.objects.filter(problem__external_id__in=["p", "q"]).order_by("pk").values_list("pk", flat=True)
    )
    assert chains.ids.tolist() == list(ids), "a problem nobody was given is not read"
    assert [chains.generator_names[place] for place in chains.generators] == ["sphinx", "oracle", "oracle"]
    assert [chains.domain_names[place] for place in chains.domains] == ["algebra", "anything", "law"]
    assert chains.outcomes.tolist() == [1, 0, -1]
    assert chains.lengths.tolist() == [1, 1, 1]


def test_a_domain_that_is_no_text_is_the_datasets() -> None:
    campaign = graded_campaign([line("p/a", "1", metadata={"domain": 7})], {"ada": {"p/a": ["good"]}})
    assert gathered(campaign).chains.domain_names == ("",)


def test_paths_run_along_each_chain() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "x"), line("p/b", "same", "y")], {"ada": {"p/a": ["good", "good"]}}
    )
    paths = gathered(campaign).paths
    expected = [list(row) for row in ChainStep.objects.values_list("chain", "index", "step")]
    assert np.stack([paths.chains, paths.indexes, paths.steps], axis=1).tolist() == expected
    assert len(expected) == 4


def test_what_was_said_of_whole_chains_is_kept_apart() -> None:
    assignment = make_assignment(
        campaign=make_campaign(version=make_version(WHOLE_CHAIN), dataset=whole_dataset())
    )
    answer(assignment, labels={"approach": ["sound"], "style": ["short", "clear"]})
    found = gathered(assignment.campaign)
    assert found.grades.ids.tolist() == []
    [whole] = Grade.objects.all()
    assert (found.wholes.ids.tolist(), found.wholes.chains.tolist()) == ([whole.pk], [whole.chain_id])
    assert found.answers.right.tolist() == sorted(Answer.objects.values_list("label", flat=True))
    assert len(found.answers.right) == 3


def whole_dataset() -> Dataset:
    dataset = make_dataset()
    import_lines(dataset, line("p/a", "1"))
    return dataset


def test_answers_of_former_revisions_are_no_answers() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade_step(assignment, 0, "bad:sign")
    grade_step(assignment, 0, "bad:logic")
    assert gathered(campaign).answers.right.tolist() == [Label.objects.get(key="logic").pk]
    grade_step(assignment, 0, "good")
    assert gathered(campaign).answers.right.tolist() == []


def test_only_submitted_chains_are_sittings() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade_step(assignment, 0, "good")
    found = gathered(campaign)
    assert (len(found.grades.ids), len(found.sittings.left)) == (1, 0)


def test_grades_in_plain_rendering_are_marked_and_are_no_sittings() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}}, plain_share=1.0)
    found = gathered(campaign)
    assert found.grades.is_styled.tolist() == [False]
    assert len(found.sittings.left) == 0


def test_a_shared_step_counts_once_as_a_grade_and_in_each_sitting() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "x"), line("p/b", "same", "y")],
        {"ada": {"p/a": ["good", "good"], "p/b": [NOT_GRADED, "bad"]}},
    )
    found = gathered(campaign)
    assert len(found.grades.ids) == 3
    votes = sitting_votes(found)
    assert list(zip(votes.sittings.tolist(), votes.indexes.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_gold_and_standing_decisions_are_read_with_their_labels() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {"p/a": ["good", "bad"]}}, reviewers=["rita"])
    first, second = Step.objects.order_by("index")
    labels = {label.key: label.pk for label in Label.objects.filter(criterion__is_verdict=True)}
    gold = GoldChain.objects.create(campaign=campaign, chain=Chain.objects.get())
    GoldGrade.objects.create(gold_chain=gold, step=first, label_id=labels["okay"])
    decide_step(campaign, step=first, verdict="bad")
    decide_step(campaign, step=second, verdict="okay")
    decide_step(campaign, step=second, verdict=None, revision=1)
    found = gathered(campaign)
    assert (found.gold.left.tolist(), found.gold.right.tolist()) == ([first.pk], [labels["okay"]])
    assert (found.decisions.left.tolist(), found.decisions.right.tolist()) == ([first.pk], [labels["bad"]])


def test_every_decision_is_a_write_also_one_that_is_taken_back() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}}, reviewers=["rita"])
    step = Step.objects.get()
    counts = [seen(campaign).revision_count]
    decide_step(campaign, step=step, verdict="bad")
    counts.append(seen(campaign).revision_count)
    decide_step(campaign, step=step, verdict=None, revision=1)
    counts.append(seen(campaign).revision_count)
    assert counts == [counts[0], counts[0] + 1, counts[0] + 2]


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
    assert found.grades.steps[0] == ChainStep.objects.get().step_id > 2**40
    assert found.sittings.left[0] > 2**40
