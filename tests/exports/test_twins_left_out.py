"""No export says of a stored text what was said of its twin, and none shows a twin."""

import json
from typing import Any

import pytest
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from tests.exported import exported as exported_bytes
from tests.graded import grade_step, hand_in
from tests.makers import import_lines, line, make_campaign, make_dataset
from tests.twins import claim_arm, make_twin

pytestmark = pytest.mark.django_db(transaction=True)
LINE = line("q/a", "one", "two", "three", final_answer_correct=True)


def graded(*, words: list[str], after_first_error: str = "continue", also_ben: bool = True) -> Campaign:
    """Ada read the twin of step two and said these words; ben read what is stored, and calls all of it sound."""
    dataset = make_dataset()
    assert import_lines(dataset, LINE).state == "done"
    campaign = make_campaign(dataset=dataset, annotators=["ada", "ben"], after_first_error=after_first_error)
    pair = make_twin(campaign, Step.objects.get(text="two"), "- zwei")
    said = {"ada": words, **({"ben": ["good", "good", "good"]} if also_ben else {})}
    for name, given in said.items():
        assignment = claim_arm(campaign, name, pair, is_twin=name == "ada", now=timezone.now())
        for index, word in enumerate(given):
            more = {"flag_reason": "odd"} if name == "ada" and index == 1 else {}
            grade_step(assignment, index, word, **more)
        hand_in(assignment)
    return campaign


def exported(campaign: Campaign, format_name: str) -> list[dict[str, Any]]:
    whole = exported_bytes(campaign, format=format_name)
    assert b"zwei" not in whole
    return [json.loads(text) for text in whole.splitlines()]


def pseudonym_of(campaign: Campaign, name: str) -> str:
    return campaign.memberships.get(user__username=name).pseudonym


def test_the_counts_of_a_step_are_those_of_its_stored_text() -> None:
    [row] = exported(graded(words=["good", "bad:logic", "good"]), "native")
    assert [step["counts"] for step in row["steps"]] == [
        {"good": 2, "okay": 0, "bad": 0},
        {"good": 1, "okay": 0, "bad": 0},
        {"good": 2, "okay": 0, "bad": 0},
    ]
    assert [step["labels"] for step in row["steps"]] == [{}, {}, {}]
    assert row["first_error_index"] is None


def test_a_step_that_was_read_as_its_twin_only_is_not_graded() -> None:
    [row] = exported(graded(words=["good", "good", "good"], also_ben=False), "native")
    assert [step["state"] for step in row["steps"]] == ["graded", "not_graded", "graded"]
    assert not row["first_error_defined"]
    assert exported(Campaign.objects.get(), "trl") == []


def test_in_a_labelling_the_step_keeps_its_place_and_has_no_rating() -> None:
    campaign = graded(words=["good", "bad", "good"])
    ada, ben = [exported_labels(campaign, name) for name in ("ada", "ben")]
    assert ada == [("one", 1, False), ("two", None, False), ("three", 1, False)]
    assert ben == [("one", 1, False), ("two", 1, False), ("three", 1, False)]


def test_a_labelling_that_ends_with_a_twin_ends_with_a_step_without_a_rating() -> None:
    campaign = graded(words=["good", "bad"], after_first_error="stop")
    assert exported_labels(campaign, "ada") == [("one", 1, False), ("two", None, False)]


def exported_labels(campaign: Campaign, name: str) -> list[tuple[str, int | None, bool]]:
    labeler = pseudonym_of(campaign, name)
    [found] = [row for row in exported(campaign, "prm800k") if row["labeler"] == labeler]
    return [
        (completion["text"], completion["rating"], completion["flagged"])
        for step in found["label"]["steps"]
        for completion in step["completions"]
    ]
