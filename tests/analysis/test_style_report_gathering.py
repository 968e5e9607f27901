"""What a report on style reads: every vote on a stored text, both arms of every pair, and nothing else."""

import numpy as np
import pytest

from annotator.analysis.measuring import measure_steps, styles_of
from annotator.analysis.style_reports.gathering import Gathered, freshness, gather
from annotator.analysis.style_reports.numbering import (
    Ordinary,
    Twinned,
    error_types_of,
    ordinary,
    shown,
    twinned,
)
from annotator.assignments.models import Campaign, StudyState, TwinStudy
from annotator.chains.models import Chain, ChainStep
from annotator.grading.models import Grade
from taxonomies.vocabulary import vocabulary_of
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign, hand_in
from tests.makers import (
    NOW,
    WHOLE_CHAIN,
    answer,
    line,
    make_assignment,
    make_campaign,
    make_chain,
    make_version,
)
from tests.twins import claim_arm, make_twin, step_at

pytestmark = pytest.mark.django_db(transaction=True)


def gathered(campaign: Campaign) -> Gathered:
    return gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)


def votes_of(found: Gathered) -> list[tuple[int, int, int, int, bool]]:
    votes = found.votes
    columns = (votes.steps, votes.annotators, votes.chains, votes.values, votes.is_plain)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def numbered(campaign: Campaign) -> Ordinary:
    found = gathered(campaign)
    step_ids = np.unique(found.votes.steps)
    measure_steps(step_ids=step_ids.tolist())
    return ordinary(found, step_ids=step_ids, measured=styles_of(step_ids))


def experiment(campaign: Campaign) -> Twinned:
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    return twinned(gathered(campaign), error_types=error_types_of(vocabulary))


def test_every_vote_on_a_step_is_read_and_nothing_that_is_no_vote() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3"), line("q/a", "4")],
        {
            "ada": {"p/a": ["good", "okay", "bad"], "q/a": ["unsure"]},
            "ben": {"p/a": ["bad", NOT_GRADED, "unsure"]},
        },
    )
    open_still = make_assignment(campaign=campaign, annotator="ben")
    grade_step(open_still, 0, "good")
    grade_step(open_still, 0, "cleared")
    grades = Grade.objects.filter(state="graded").select_related("verdict").order_by("step", "annotator")
    expected = [
        (
            grade.step_id,
            grade.annotator_id,
            grade.chain_id,
            grade.verdict.value if grade.verdict else None,
            False,
        )
        for grade in grades
    ]
    assert votes_of(gathered(campaign)) == expected
    assert [row[3] for row in expected] == [1, -1, 0, -1]


def test_plain_votes_are_marked() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}}, plain_share=1.0)
    assert [row[4] for row in votes_of(gathered(campaign))] == [True]


def test_what_was_said_of_a_whole_chain_is_no_vote() -> None:
    make_chain("p/a", steps=["1"])
    assignment = make_assignment(campaign=make_campaign(version=make_version(WHOLE_CHAIN)))
    answer(assignment, labels={"approach": ["sound"]})
    assert votes_of(gathered(assignment.campaign)) == []


def test_everything_is_counted_from_0_and_the_ids_are_those_behind_it() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "- one thing\n- two things"), line("p/b", "same", "other")],
        {
            "ada": {"p/a": ["good", "bad"], "p/b": [NOT_GRADED, "okay"]},
            "ben": {"p/b": ["good", "good"]},
        },
    )
    found = numbered(campaign)
    votes = found.votes
    rows = {
        (
            int(found.step_ids[step]),
            int(found.annotator_ids[annotator]),
            int(found.chain_ids[chain]),
            index,
            sound,
            value,
        )
        for step, annotator, chain, index, sound, value in zip(
            votes.steps,
            votes.annotators,
            votes.chains,
            votes.indexes.tolist(),
            votes.sound.tolist(),
            votes.values.tolist(),
            strict=True,
        )
    }
    assert rows == {
        (grade.step_id, grade.annotator_id, grade.chain_id, grade.step.index, float(value == 1), float(value))
        for grade in Grade.objects.filter(state="graded").select_related("step", "verdict")
        if grade.step and grade.verdict and (value := grade.verdict.value) is not None
    }
    assert len(rows) == 5
    bulleted = ChainStep.objects.get(chain__external_id="p/a", index=1).step_id
    assert found.step_ids[shown(found, feature="bullets")].tolist() == [bulleted]


def twin_campaign() -> Campaign:
    """Of a chain of three steps, and of another one."""
    make_chain("a", steps=["one", "two", "three"])
    make_chain("b", steps=["four"])
    return make_campaign(annotators=["ada", "ben", "cleo"], overlap=3, after_first_error="continue")


@pytest.mark.parametrize("is_stored_high", [True, False])
def test_both_arms_are_read_and_which_of_them_has_the_feature(is_stored_high: bool) -> None:
    campaign = twin_campaign()
    step = step_at(Chain.objects.get(external_id="a"), 1)
    pair = make_twin(campaign, step, "- two", stored_has_feature=is_stored_high)
    for name, is_twin, word in (("ada", True, "bad"), ("ben", False, "good")):
        assignment = claim_arm(campaign, name, pair, is_twin=is_twin)
        for index in range(3):
            grade_step(assignment, index, word)
        hand_in(assignment)
    found = experiment(campaign)
    assert found.features.tolist() == ["bullets"] * 2
    assert found.pair_ids.tolist() == [pair.pk]
    assert found.step_ids.tolist() == [step.pk] * 2
    assert found.votes.pairs.tolist() == [0, 0]
    assert found.votes.annotators.tolist() == [0, 1]
    assert found.votes.is_high.tolist() == [not is_stored_high, is_stored_high]
    assert found.votes.sound.tolist() == [0.0, 1.0]
    assert found.votes.values.tolist() == [-1.0, 1.0]
    # ada said `sign` of the twin; `traits` are no error types.
    assert found.votes.labels.tolist() == [[1.0, 0.0], [0.0, 0.0]]
    # The vote on the twin is of the experiment alone, the one on the stored text an ordinary one too.
    ordinary_votes = [row for row in votes_of(gathered(campaign)) if row[0] == step.pk]
    assert [row[3] for row in ordinary_votes] == [1]


def test_a_stopped_study_still_counts() -> None:
    campaign = twin_campaign()
    pair = make_twin(campaign, step_at(Chain.objects.get(external_id="a"), 1), "- two")
    grade_step(claim_arm(campaign, "ada", pair, is_twin=True), 1, "good")
    TwinStudy.objects.update(state=StudyState.STOPPED, stopped_at=NOW)
    assert len(experiment(campaign).votes.pairs) == 1


def test_an_arm_drawn_in_one_campaign_is_no_experiment_of_another_one() -> None:
    campaign = twin_campaign()
    pair = make_twin(campaign, step_at(Chain.objects.get(external_id="a"), 1), "- two")
    claim_arm(campaign, "ada", pair, is_twin=True)
    other = make_campaign(
        key="other", dataset=campaign.dataset, version=campaign.taxonomy_version, annotators=["ada"]
    )
    grade_step(make_assignment(campaign=other), 1, "good")
    assert Grade.objects.get().rendering == "twin"
    assert len(experiment(other).votes.pairs) == 0
    assert votes_of(gathered(other)) == []


def test_only_labels_that_flawed_steps_alone_are_given_are_error_types() -> None:
    vocabulary = vocabulary_of(make_version().pk)
    assert [(found.criterion, found.choice.key) for found in error_types_of(vocabulary)] == [
        ("error", "sign"),
        ("error", "logic"),
    ]


def test_every_write_and_every_draw_is_seen() -> None:
    campaign = twin_campaign()
    pair = make_twin(campaign, step_at(Chain.objects.get(external_id="a"), 1), "- two")

    def writes() -> int:
        return freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id).revision_count

    counts = [writes()]
    assignment = claim_arm(campaign, "ada", pair, is_twin=True)
    counts.append(writes())
    for word in ("good", "bad", "cleared"):
        grade_step(assignment, 1, word)
        counts.append(writes())
    assert counts == [0, 1, 2, 3, 4]


def test_a_campaign_of_another_version_is_read_apart() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}})
    other = make_campaign(key="other", dataset=campaign.dataset, version=campaign.taxonomy_version)
    grade_chains(other, annotator="ada", words={"p/a": ["bad"]})
    assert [row[3] for row in votes_of(gathered(campaign))] == [1]
    assert [row[3] for row in votes_of(gathered(other))] == [-1]
