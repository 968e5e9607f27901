"""What was said of twins is in no figure about the steps themselves; what was said of stored texts is in all of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis.composing import compose
from annotator.analysis.findings import findings_of, read_findings
from annotator.analysis.gathering import gather
from annotator.analysis.models import ChainConsensus, StepConsensus
from annotator.analysis.using import usage_of
from annotator.assignments.models import Campaign, TwinPair
from annotator.chains.models import Step
from taxonomies.vocabulary import vocabulary_of
from tests.contested import compute
from tests.graded import grade_step, hand_in
from tests.makers import import_lines, line, make_assignment, make_campaign, make_dataset
from tests.twins import claim_arm, make_twin

pytestmark = pytest.mark.django_db(transaction=True)
LINES = [line("q/a", "one", "two", "three", final_answer_correct=True)]


def begun(**policy: Any) -> TwinPair:
    """The pair of step two, in a campaign of ada, ben and cleo in which nobody has graded."""
    dataset = make_dataset()
    assert import_lines(dataset, *LINES).state == "done"
    usual = {"overlap": 3, "after_first_error": "continue"}
    campaign = make_campaign(dataset=dataset, annotators=["ada", "ben", "cleo"], **{**usual, **policy})
    return make_twin(campaign, Step.objects.get(text="two"), "- two")


def graded(pair: TwinPair, *, arms: Mapping[str, bool], words: Mapping[str, list[str]]) -> Campaign:
    """By each of the people, in this order, with the arm that they are to be drawn."""
    campaign = pair.campaign
    for name, is_twin in arms.items():
        assignment = claim_arm(campaign, name, pair, is_twin=is_twin, now=timezone.now())
        for index, word in enumerate(words[name]):
            grade_step(assignment, index, word)
        hand_in(assignment)
    return campaign


def figures(campaign: Campaign) -> dict[str, Any]:
    gathered = gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)
    composed = compose(gathered, vocabulary=vocabulary_of(campaign.taxonomy_version_id))
    found: dict[str, Any] = json.loads(json.dumps(composed.figures))
    return found


def consensus_on(text: str) -> StepConsensus | None:
    return StepConsensus.objects.filter(step__text=text).first()


def test_a_vote_on_a_twin_is_no_vote_on_the_step() -> None:
    pair = begun()
    campaign = graded(
        pair,
        arms={"ada": True, "ben": False},
        words={"ada": ["good", "bad:logic", "good"], "ben": ["good", "good", "okay"]},
    )
    found = figures(campaign)
    assert found["verdict"]["counts"]["units_graded_twice"] == 2
    assert found["consensus"]["steps"] == 3
    assert found["consensus"]["single"] == 1
    assert [person["grades"] for person in found["annotators"]] == [2, 3]
    compute(campaign)
    two = consensus_on("two")
    assert two is not None
    assert two.verdict is not None
    assert (two.verdict.key, two.provenance, two.counts, two.is_contested) == (
        "good",
        "single",
        [1, 0, 0],
        False,
    )


def test_a_step_that_was_read_as_its_twin_only_has_no_consensus() -> None:
    pair = begun()
    campaign = graded(pair, arms={"ada": True}, words={"ada": ["good", "bad", "good"]})
    compute(campaign)
    assert consensus_on("one") is not None
    assert consensus_on("two") is None


def test_whoever_read_a_twin_has_no_first_error_in_that_chain() -> None:
    pair = begun()
    campaign = graded(
        pair,
        arms={"ada": True, "ben": False},
        words={"ada": ["bad", "good", "good"], "ben": ["good", "bad", "good"]},
    )
    gathered = gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)
    people = set(gathered.sittings.right.tolist())
    assert {gathered.pseudonyms[one] for one in people} == {pseudonym_of(campaign, "ben")}
    assert figures(campaign)["first_error"]["counts"]["units_graded_twice"] == 0


def pseudonym_of(campaign: Campaign, name: str) -> str:
    return campaign.memberships.get(user__username=name).pseudonym


def test_a_fault_found_in_a_twin_makes_no_chain_lucky() -> None:
    pair = begun()
    campaign = graded(
        pair,
        arms={"ada": True, "ben": False},
        words={"ada": ["good", "bad", "good>1"], "ben": ["good", "good", "good"]},
    )
    compute(campaign)
    assert [found.finding for found in ChainConsensus.objects.all()] == [""]


def test_a_twin_that_is_said_to_repair_a_step_repairs_nothing() -> None:
    dataset = make_dataset()
    assert import_lines(dataset, line("q/a", "one", "two", final_answer_correct=True)).state == "done"
    campaign = make_campaign(dataset=dataset, annotators=["ada", "ben"], after_first_error="repair")
    pair = make_twin(campaign, Step.objects.get(text="two"), "- two")
    words = ["bad", "good>0"]
    graded(pair, arms={"ada": True}, words={"ada": words})
    compute(campaign)
    assert repairs_in(campaign) == [()]
    graded(pair, arms={"ben": False}, words={"ben": words})
    compute(campaign)
    assert [[repair.index for repair in repairs] for repairs in repairs_in(campaign)] == [[1]]


def repairs_in(campaign: Campaign) -> list[tuple[Any, ...]]:
    version = campaign.taxonomy_version
    rows = findings_of(campaign, version=version).select_related("chain__problem")
    return [found.repairs for found in read_findings(rows, campaign=campaign, version=version)]


def test_the_usage_of_labels_is_that_on_stored_texts() -> None:
    pair = begun()
    campaign = graded(
        pair,
        arms={"ada": True, "ben": False},
        words={"ada": ["good", "bad:logic", "good"], "ben": ["good", "good", "good"]},
    )
    used = usage_of(version_id=campaign.taxonomy_version_id, campaign_ids=[campaign.pk])
    assert used.grades == 5
    assert [label.count for label in used.criteria[0].usage.labels] == [5, 0, 0]
    assert used.criteria[1].usage.answers == 0


def test_plain_votes_count_for_the_consensus_as_before() -> None:
    pair = begun(plain_share=1.0)
    campaign = pair.campaign
    assignment = make_assignment(campaign=campaign, now=timezone.now())
    for index in range(3):
        grade_step(assignment, index, "good")
    compute(campaign)
    assert consensus_on("two") is not None
