"""Whose verdict counts: the majority's, the model's, the reviewers' or one person's; and every single vote on request."""

from typing import Any

import pytest

from annotator.analysis.models import StepConsensus
from annotator.assignments.models import Campaign, GoldChain, GoldGrade
from annotator.exports.checking import check_query
from annotator.exports.queries import BadQuery, read_query
from taxonomies.models import Label
from tests.contested import compute
from tests.decided import decide_step
from tests.exported import exported, exported_lines
from tests.graded import NOT_GRADED, grade_step, graded_campaign
from tests.makers import line, make_assignment
from tests.steps import step_at

pytestmark = pytest.mark.django_db(transaction=True)


def pseudonym_of(campaign: Campaign, name: str) -> str:
    return campaign.memberships.get(user__username=name).pseudonym


def told(row: dict[str, Any]) -> list[tuple[int | None, str | None]]:
    return [(step["verdict"], step["provenance"]) for step in row["steps"]]


@pytest.fixture
def campaign() -> Campaign:
    """Both agree on the first step, tie on the second, and ben is unsure of the third."""
    return graded_campaign(
        [line("p/a", "1", "2", "3", final_answer_correct=True), line("q/a", "1")],
        {
            "ada": {"p/a": ["good", "good", "bad:logic"], "q/a": ["good"]},
            "ben": {"p/a": ["good", "bad", "unsure"]},
        },
    )


def test_only_decisions_count_where_only_they_are_asked_for(campaign: Campaign) -> None:
    decide_step(campaign, step=step_at("p/a", 1), verdict="okay")
    row, other = exported_lines(campaign, labels="adjudicated_only")
    assert told(row) == [(None, None), (0, "adjudicated"), (None, None)]
    assert row["steps"][0]["counts"] == {"good": 2, "okay": 0, "bad": 0}
    assert told(other) == [(None, None)]
    assert exported(campaign, labels="adjudicated_only", format="trl") == b""
    decide_step(campaign, step=step_at("p/a", 0), verdict="bad")
    [pair] = exported_lines(campaign, labels="adjudicated_only", format="trl")
    assert pair["labels"] == [False]


def test_one_persons_word_is_told_alone_and_no_decision_overrules_it(campaign: Campaign) -> None:
    decide_step(campaign, step=step_at("p/a", 1), verdict="okay")
    ben = pseudonym_of(campaign, "ben")
    [row] = exported_lines(campaign, labels="annotator", annotator=ben, votes="1")
    assert told(row) == [(1, "annotator"), (-1, "annotator"), (None, None)]
    assert [step["state"] for step in row["steps"]] == ["graded", "graded", "unsure"]
    assert row["steps"][0]["counts"] == {"good": 1, "okay": 0, "bad": 0}
    assert row["steps"][2]["labels"] == {}
    assert row["annotators"] == [ben]
    assert {vote["annotator"] for step in row["steps"] for vote in step["votes"]} == {ben}
    assert [step["decision"] for step in row["steps"]] == [None] * 3
    assert (row["first_error_index"], row["luck"]["basis"]) == (1, "consensus")
    with pytest.raises(BadQuery, match="Nobody in pilot is called nobody"):
        check_query(campaign=campaign, query=read_query({"labels": "annotator", "annotator": "nobody"}))


def modelled_campaign() -> Campaign:
    """Three people on sixty steps; cleo errs on every third, and two of them tie where the third is unsure."""
    names = [f"{number}/a" for number in range(60)]
    truth = {name: "bad" if place % 4 == 0 else "good" for place, name in enumerate(names)}
    wrong = {"bad": "good", "good": "bad"}
    words = {
        "ada": {name: [truth[name]] for name in names},
        "ben": {name: ["unsure" if place % 10 == 3 else truth[name]] for place, name in enumerate(names)},
        "cleo": {
            name: [wrong[truth[name]] if place % 3 == 0 else truth[name]] for place, name in enumerate(names)
        },
    }
    return graded_campaign([line(name, "1") for name in names], words)


def test_the_model_decides_ties_and_says_the_same_as_the_report_of_these_grades() -> None:
    campaign = modelled_campaign()
    campaign.dawid_skene = True
    campaign.save(update_fields=["dawid_skene"])
    compute(campaign)
    check_query(campaign=campaign, query=read_query({"labels": "dawid_skene"}))
    rows = exported_lines(campaign, labels="dawid_skene", with_trailer=True)
    note = rows.pop()["trailer"]["dawid_skene"]
    assert (note["reason"], note["annotators"], note["steps"], note["has_converged"]) == (None, 3, 60, True)
    worth = {choice.position: choice.value for choice in verdict_labels(campaign)}
    posteriors = {each.step_id: each.posterior for each in StepConsensus.objects.filter(campaign=campaign)}
    for row in rows:
        posterior = posteriors[step_at(row["chain_id"], 0).pk]
        assert posterior is not None
        best = max(range(len(posterior)), key=posterior.__getitem__)
        assert told(row) == [(worth[best], "dawid_skene")]
    ties = [row["chain_id"] for row in exported_lines(campaign) if row["steps"][0]["verdict"] is None]
    assert len(ties) == 2
    decide_step(campaign, step=step_at("1/a", 0), verdict="okay")
    assert told(exported_lines(campaign, labels="dawid_skene")[1]) == [(0, "adjudicated")]


def verdict_labels(campaign: Campaign) -> list[Label]:
    labels = Label.objects.filter(criterion__version=campaign.taxonomy_version, criterion__is_verdict=True)
    return list(labels.order_by("position"))


def test_too_few_votes_give_no_estimate_and_that_is_said(campaign: Campaign) -> None:
    with pytest.raises(BadQuery, match="An estimate needs at least 3 annotators"):
        check_query(campaign=campaign, query=read_query({"labels": "dawid_skene"}))
    *rows, trailer = exported_lines(campaign, labels="dawid_skene", with_trailer=True)
    assert told(rows[0]) == [(None, None)] * 3
    assert "needs at least 3 annotators" in trailer["trailer"]["dawid_skene"]["reason"]
    with pytest.raises(BadQuery, match="changed_since is not for labels=dawid_skene"):
        read_query({"labels": "dawid_skene", "changed_since": "2026-11-20T00:00:00Z"})


def test_every_vote_is_told_under_its_pseudonym(campaign: Campaign) -> None:
    decide_step(campaign, step=step_at("p/a", 1), verdict="okay")
    row, _ = exported_lines(campaign, votes="1")
    ada, ben = pseudonym_of(campaign, "ada"), pseudonym_of(campaign, "ben")
    votes = {vote["annotator"]: vote for vote in row["steps"][2]["votes"]}
    assert votes[ada] == {
        "annotator": ada,
        "state": "graded",
        "verdict": "bad",
        "labels": {"error": ["logic"]},
        "rendering": "styled",
        "repairs": None,
    }
    assert (votes[ben]["state"], votes[ben]["verdict"]) == ("unsure", None)
    for step in row["steps"]:
        assert [vote["annotator"] for vote in step["votes"]] == sorted([ada, ben])
    assert row["steps"][1]["decision"]["verdict"] == "okay"
    plain, _ = exported_lines(campaign)
    assert "votes" not in plain["steps"][0]


def test_comments_come_only_when_asked_for() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade_step(assignment, 0, "good", comment="as it should be", texts={"remark": "fine"})
    assert b"as it should be" not in exported(campaign, votes="1")
    [row] = exported_lines(campaign, votes="1", comments="1")
    [vote] = row["steps"][0]["votes"]
    assert (vote["comment"], vote["labels"]) == ("as it should be", {"remark": ["fine"]})
    grade_step(assignment, 0, "bad")
    assert b"as it should be" not in exported(campaign, votes="1", comments="1")


def test_what_is_known_to_be_right_comes_only_when_asked_for(campaign: Campaign) -> None:
    step = step_at("p/a", 1)
    gold = GoldChain.objects.create(campaign=campaign, chain=step.chain_steps.get().chain)
    [bad] = [label for label in verdict_labels(campaign) if label.key == "bad"]
    GoldGrade.objects.create(gold_chain=gold, step=step, label=bad)
    row, other = exported_lines(campaign, gold="1")
    assert [each["gold"] for each in row["steps"]] == [None, "bad", None]
    assert other["steps"][0]["gold"] is None
    assert b"gold" not in exported(campaign)


def forked_campaign() -> Campaign:
    """Three chains from one step on: two go on in their own ways, the third as the first does."""
    return graded_campaign(
        [
            line("p/a", "same", "right", "end", generator="one"),
            line("p/b", "same", "wrong", generator="two"),
            line("p/c", "same", "right", "other end", generator="two"),
            line("p/d", "not graded"),
        ],
        {
            "ada": {
                "p/a": ["good", "good", NOT_GRADED],
                "p/b": ["good", "bad"],
                "p/c": ["good", "good", "bad"],
            }
        },
    )


def pairs(campaign: Campaign, **options: Any) -> list[tuple[str, str]]:
    rows = exported_lines(campaign, format="preference_pairs", **options)
    return [(row["chosen"], row["rejected"]) for row in rows]


def test_each_node_is_told_once_with_the_first_chain_whose_own_step_was_graded() -> None:
    campaign = forked_campaign()
    assert pairs(campaign) == [("right", "wrong")]
    decide_step(campaign, step=step_at("p/b", 1), verdict="good")
    decide_step(campaign, step=step_at("p/a", 1), verdict="bad")
    assert pairs(campaign) == [("wrong", "right")]


def test_a_node_is_not_lost_when_its_first_chain_is_not_asked_for() -> None:
    assert pairs(forked_campaign(), generator="two") == [("right", "wrong")]
