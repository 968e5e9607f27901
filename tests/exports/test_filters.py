"""Which chains an export is of: every filter, and what it leaves out by the number or the agreement of votes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.options import SPLITS
from annotator.exports.queries import BadQuery, read_query
from annotator.exports.splits import split_of
from annotator.exports.streaming import Tally, stream
from tests.decided import decide_step
from tests.exported import exported, exported_lines
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign, hand_in
from tests.makers import line, make_assignment
from tests.steps import step_at

pytestmark = pytest.mark.django_db(transaction=True)


def chains(campaign: Campaign, **options: Any) -> list[str]:
    return [row["chain_id"] for row in exported_lines(campaign, **options)]


def left_out(campaign: Campaign, **options: Any) -> dict[str, int]:
    tally = Tally()
    for _ in stream(campaign=campaign, query=read_query(options), with_trailer=False, tally=tally):
        pass
    return dict(tally.left_out)


def test_the_parts_hold_each_problem_once_and_as_their_hash_says() -> None:
    names = [f"{letter}\u00e9{number}/a" for number in range(12) for letter in "pq"]
    campaign = graded_campaign(
        [line(name, "1") for name in names], {"ada": {name: ["good"] for name in names}}
    )
    parts = {part: exported_lines(campaign, split=part, splits="50/30/20") for part in SPLITS}
    for part, rows in parts.items():
        assert {split_of(row["problem_id"], percents=(50, 30, 20)) for row in rows} <= {part}
    assert sorted(row["chain_id"] for rows in parts.values() for row in rows) == sorted(names)
    assert all(parts.values())
    assert chains(campaign, split="test", splits="100/0/0") == []
    assert chains(campaign, split="train", splits="100/0/0") == names


def test_a_domain_is_that_of_the_chain_else_of_the_data_set() -> None:
    campaign = graded_campaign(
        [
            line("p/a", "1", metadata={"domain": "law"}),
            line("q/a", "1", metadata={"subject": "law"}),
            line("r/a", "1", metadata={"domain": 3}),
        ],
        {"ada": {name: ["good"] for name in ("p/a", "q/a", "r/a")}},
    )
    campaign.dataset.domain = "algebra"
    campaign.dataset.save(update_fields=["domain"])
    assert chains(campaign, domain="law") == ["p/a", "q/a"]
    assert chains(campaign, domain="algebra") == ["r/a"]
    with pytest.raises(BadQuery, match=r"of the domain code\. There are: algebra, law\."):
        check_query(campaign=campaign, query=read_query({"domain": "code"}))


def test_a_generator_is_that_of_the_chain() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", generator="100% tutor"), line("p/b", "2", generator="other")],
        {"ada": {"p/a": ["good"], "p/b": ["good"]}},
    )
    assert chains(campaign, generator="100% tutor") == ["p/a"]
    with pytest.raises(BadQuery, match=r"by nobody\. There are: 100% tutor, other\."):
        check_query(campaign=campaign, query=read_query({"generator": "nobody"}))


def voted_campaign() -> Campaign:
    """p/a: two votes on each step up to the flawed one; q/a: one vote on the second; r/a: split three to one."""
    return graded_campaign(
        [line("p/a", "1", "2", "3"), line("q/a", "1", "2"), line("r/a", "1")],
        {
            "ada": {"p/a": ["good", "bad", NOT_GRADED], "q/a": ["good", "good"], "r/a": ["good"]},
            "ben": {"p/a": ["good", "bad", "good"], "q/a": ["good", "unsure"], "r/a": ["good"]},
            "cleo": {"r/a": ["good"]},
            "dora": {"r/a": ["bad"]},
        },
    )


def test_each_step_up_to_the_first_flawed_one_needs_its_votes() -> None:
    campaign = voted_campaign()
    assert chains(campaign, min_votes="1") == ["p/a", "q/a", "r/a"]
    assert (chains(campaign, min_votes="2"), left_out(campaign, min_votes="2")) == (
        ["p/a", "r/a"],
        {"too_few_votes": 1},
    )
    assert left_out(campaign, min_votes="5") == {"too_few_votes": 3}


def test_each_step_up_to_the_first_flawed_one_needs_its_agreement() -> None:
    campaign = voted_campaign()
    assert chains(campaign, min_agreement="0.75") == ["p/a", "q/a", "r/a"]
    assert chains(campaign, min_agreement="0.76") == ["p/a", "q/a"]
    assert left_out(campaign, min_agreement="0.76", min_votes="2") == {
        "too_few_votes": 1,
        "too_little_agreement": 1,
    }


def test_a_step_without_votes_agrees_on_nothing() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {"p/a": ["good", "unsure"]}})
    assert left_out(campaign, min_agreement="0.1") == {"too_little_agreement": 1}


def test_what_other_filters_exclude_is_not_counted_as_left_out() -> None:
    campaign = voted_campaign()
    assert left_out(campaign, luck="lucky") == {}
    assert left_out(campaign, min_votes="5", changed_since="2999-01-01T00:00:00Z") == {}


def since(campaign: Campaign, time: datetime, **options: Any) -> list[str]:
    return chains(campaign, changed_since=time.isoformat(), **options)


def test_what_was_graded_taken_back_decided_or_answered_since_is_a_change() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "2"), line("p/b", "same", "3"), line("q/a", "1", "2"), line("r/a", "1")],
        {
            "ada": {
                "p/a": ["good", "good"],
                "p/b": ["good", "good"],
                "q/a": ["good", "good"],
                "r/a": ["good"],
            },
            "ben": {},
        },
    )
    then = timezone.now()
    assert since(campaign, then) == []
    decide_step(campaign, step=step_at("p/b", 1), verdict="bad")
    assert since(campaign, then) == ["p/b"]
    decide_step(campaign, step=step_at("p/b", 1), verdict=None, revision=1)
    assert since(campaign, then) == ["p/b"]
    assignment = make_assignment(campaign=campaign, annotator="ben", now=timezone.now())
    assert assignment.chain.external_id == "p/a"
    grade_step(assignment, 0, "bad")
    grade_step(assignment, 0, "cleared")
    # The first step is shared.
    assert since(campaign, then) == ["p/a", "p/b"]
    assert since(campaign, timezone.now() + timedelta(hours=1)) == []
    lines = exported(campaign).splitlines()
    assert exported(campaign, changed_since=then.isoformat()).splitlines() == lines[:2]


def test_a_line_of_prm800k_changes_when_the_chain_is_handed_in() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada", now=timezone.now())
    grade_step(assignment, 0, "good")
    then = timezone.now()
    hand_in(assignment)
    assert since(campaign, then) == []
    assert exported(campaign, format="prm800k", changed_since=then.isoformat()).count(b"\n") == 1
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert exported(campaign, format="prm800k", changed_since=later) == b""


def test_filters_of_chains_hold_for_the_lines_of_single_people_too() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", generator="one"), line("q/a", "1", generator="two")],
        {"ada": {"p/a": ["good"], "q/a": ["bad"]}},
    )
    [row] = exported_lines(campaign, format="prm800k", generator="two")
    assert row["question"]["problem"] == "What is q?"


def test_several_filters_hold_together_and_twice_the_same() -> None:
    campaign = voted_campaign()
    options: dict[str, Any] = {
        "min_votes": "1",
        "split": "train",
        "splits": "100/0/0",
        "min_agreement": "0.5",
    }
    assert exported(campaign, **options) == exported(campaign, **options)
    assert exported(campaign, **options) == exported(campaign)


def test_after_another_campaign_of_the_same_data_set_nothing_has_changed() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}})
    then = timezone.now()
    other = Campaign.objects.create(
        key="other",
        title="other",
        dataset=campaign.dataset,
        taxonomy_version=campaign.taxonomy_version,
    )
    other.memberships.create(user=campaign.members.get(), pseudonym="someone")
    grade_chains(other, annotator="ada", words={"p/a": ["bad"]})
    assert since(campaign, then) == []
