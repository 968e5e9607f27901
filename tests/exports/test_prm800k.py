"""PRM800K's lines: what they say, and that reading them again gives what was graded."""

import io
import json
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from annotator.assignments.models import Assignment, Campaign, Purpose
from annotator.chains.formats import ChainRecord, read_records
from annotator.chains.models import Chain
from annotator.exports.queries import ExportQuery
from annotator.exports.streaming import stream
from annotator.grading.alternatives import read_alternatives
from annotator.grading.submitting import submit
from tests.alternatives import begin_forked
from tests.exported import exported as exported_bytes
from tests.graded import NOT_GRADED, bearer, grade_chains, graded_campaign, token_for
from tests.makers import (
    NOW,
    give_up,
    grade,
    grade_bad,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_chain,
    make_dataset,
    make_user,
)
from tests.racing import all_at_once
from tests.samples import sample, shared_data

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = [
    "labeler",
    "timestamp",
    "generation",
    "is_quality_control_question",
    "is_initial_screening_question",
    "question",
    "label",
]
VERDICTS = {1: "good", 0: "okay", -1: "bad"}


def export(campaign: Campaign, **more: Any) -> bytes:
    return exported_bytes(campaign, format="prm800k", **more)


def exported(campaign: Campaign) -> list[dict[str, Any]]:
    """With the marks of gold and screening, which are null otherwise."""
    return [json.loads(text) for text in export(campaign, gold="1").splitlines()]


def hand_in(assignment: Assignment) -> None:
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def only_line(campaign: Campaign) -> dict[str, Any]:
    [found] = exported(campaign)
    return found


def nodes_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = row["label"]["steps"]
    return nodes


def ratings(row: dict[str, Any]) -> list[list[int | None]]:
    return [[completion["rating"] for completion in node["completions"]] for node in nodes_of(row)]


def test_a_line_has_the_fields_of_the_format_in_their_order() -> None:
    assignment = begin_forked()
    for index in range(3):
        grade(assignment, index, seconds=1.5)
    submit(
        public_id=assignment.public_id,
        annotator=assignment.annotator,
        now=datetime(2026, 11, 20, 12, 0, 0, 250, tzinfo=timezone(timedelta(hours=2))),
    )
    row = only_line(assignment.campaign)
    assert list(row) == KEYS
    assert list(row["question"]) == [
        "problem",
        "ground_truth_solution",
        "ground_truth_answer",
        "pre_generated_steps",
        "pre_generated_answer",
        "pre_generated_verifier_score",
    ]
    assert row["label"] == {
        "steps": [
            {
                "completions": [{"text": text, "rating": 1, "flagged": False}],
                "human_completion": None,
                "chosen_completion": 0,
            }
            for text in ("one", "two", "three")
        ],
        "total_time": 4_000,
        "finish_reason": "solution",
    }
    assert row["timestamp"] == "2026-11-20T10:00:00.000250"
    assert row["generation"] is None
    assert (row["is_quality_control_question"], row["is_initial_screening_question"]) == (False, False)
    assert row["question"]["pre_generated_steps"] == ["one", "two", "three"]


def test_people_appear_as_pseudonyms_and_each_has_a_line_for_each_chain_handed_in() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1"), line("r/a", "1")],
        {
            "canary-ada": {"p/a": ["good", "bad"], "q/a": ["okay"]},
            "canary-ben": {"p/a": ["unsure", NOT_GRADED]},
        },
    )
    grade(make_assignment(campaign=campaign, annotator="canary-ada"), 0)
    rows = exported(campaign)
    pseudonyms = dict(campaign.memberships.values_list("user__username", "pseudonym"))
    assert [(row["labeler"], row["question"]["problem"]) for row in rows] == [
        (pseudonyms["canary-ada"], "What is p?"),
        (pseudonyms["canary-ben"], "What is p?"),
        (pseudonyms["canary-ada"], "What is q?"),
    ]
    assert [ratings(row) for row in rows] == [[[1], [-1]], [[None]], [[0]]]
    assert [row["label"]["finish_reason"] for row in rows] == ["found_error", "give_up", "solution"]
    assert b"canary" not in export(campaign)


def test_graded_alternatives_stand_beside_the_chains_own_step_in_the_order_of_import() -> None:
    assignment = begin_forked()
    grade_bad(assignment, 0, alternative=2, flag_reason="unreadable")
    for index in range(3):
        grade(assignment, index)
    grade(assignment, 0, alternative=1, state="unsure", verdict=None)
    hand_in(assignment)
    first, _, last = nodes_of(only_line(assignment.campaign))
    assert first == {
        "completions": [
            {"text": "one", "rating": 1, "flagged": False},
            {"text": "uno", "rating": None, "flagged": False},
            {"text": "eins", "rating": -1, "flagged": True},
        ],
        "human_completion": None,
        "chosen_completion": 0,
    }
    assert [completion["text"] for completion in last["completions"]] == ["three"]


def test_an_alternative_that_was_taken_back_is_not_there() -> None:
    assignment = begin_forked()
    grade(assignment, 0, alternative=1)
    grade(assignment, 0, alternative=1, revision=1, state="cleared", verdict=None)
    for index in range(3):
        grade(assignment, index)
    hand_in(assignment)
    assert ratings(only_line(assignment.campaign)) == [[1], [1], [1]]


def test_alternatives_stay_in_the_export_when_a_campaign_asks_for_them_no_longer() -> None:
    assignment = begin_forked()
    grade(assignment, 0, alternative=1)
    give_up(assignment)
    before = export(assignment.campaign)
    Campaign.objects.update(alternatives="none")
    assert export(Campaign.objects.get()) == before


def test_nobody_elses_alternatives_are_in_a_line() -> None:
    ada = begin_forked(annotators=["ada", "ben"], overlap=2)
    grade(ada, 0)
    grade_bad(ada, 0, alternative=1)
    give_up(ada)
    ben = make_assignment(campaign=ada.campaign, annotator="ben")
    grade(ben, 0)
    grade(ben, 0, alternative=2)
    give_up(ben)
    texts = [
        [completion["text"] for completion in nodes_of(row)[0]["completions"]]
        for row in exported(ada.campaign)
    ]
    assert texts == [["one", "uno"], ["one", "eins"]]


def test_a_written_step_takes_the_place_of_a_last_one() -> None:
    assignment = begin_forked(alternatives="written")
    grade(assignment, 0)
    grade_bad(assignment, 1, human_step="deux")
    hand_in(assignment)
    row = only_line(assignment.campaign)
    assert nodes_of(row)[-1] == {
        "completions": [{"text": "two", "rating": -1, "flagged": False}],
        "human_completion": {"text": "deux", "rating": None, "source": "human", "flagged": False},
        "chosen_completion": None,
    }
    assert row["label"]["finish_reason"] == "found_error"
    # What came after it was not labelled, and is here only.
    assert row["question"]["pre_generated_steps"] == ["one", "two", "three"]


def test_after_a_step_written_earlier_the_chain_goes_on_from_its_own() -> None:
    assignment = begin_forked(alternatives="written", after_first_error="continue")
    grade(assignment, 0)
    grade_bad(assignment, 1, human_step="deux")
    grade(assignment, 2)
    hand_in(assignment)
    row = only_line(assignment.campaign)
    assert [node["chosen_completion"] for node in nodes_of(row)] == [0, 0, 0]
    assert nodes_of(row)[1]["human_completion"]["text"] == "deux"
    assert ratings(row) == [[1], [-1], [1]]


def test_a_chain_given_up_at_once_has_a_line_without_nodes() -> None:
    assignment = begin_forked()
    give_up(assignment)
    row = only_line(assignment.campaign)
    assert (nodes_of(row), row["label"]["finish_reason"]) == ([], "give_up")


def test_steps_that_were_left_out_before_a_graded_one_have_no_rating() -> None:
    assignment = begin_forked()
    grade(assignment, 1)
    give_up(assignment)
    assert ratings(only_line(assignment.campaign)) == [[None], [1]]


def test_where_a_campaign_stops_a_grade_from_before_the_error_was_found_is_not_exported() -> None:
    assignment = begin_forked()
    grade(assignment, 2)
    grade_bad(assignment, 0)
    hand_in(assignment)
    assert ratings(only_line(assignment.campaign)) == [[-1]]


@pytest.mark.parametrize("purpose", [Purpose.GOLD, Purpose.SCREENING])
def test_gold_and_screening_are_named_as_the_format_names_them(purpose: str) -> None:
    campaign = make_campaign(dataset=make_dataset())
    Assignment.objects.create(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version,
        chain=make_chain(),
        annotator=make_user("ada"),
        seat=0,
        purpose=purpose,
        status="submitted",
        claimed_at=NOW,
        expires_at=NOW,
        submitted_at=NOW,
        finish_reason="give_up",
    )
    row = only_line(campaign)
    assert row["is_quality_control_question"] == (purpose == Purpose.GOLD)
    assert row["is_initial_screening_question"] == (purpose == Purpose.SCREENING)


@pytest.mark.parametrize(
    ("metadata", "score"),
    [
        ({"pre_generated_verifier_score": 0.25}, 0.25),
        ({"pre_generated_verifier_score": "high"}, None),
        ({}, None),
    ],
)
def test_what_the_import_said_of_problem_and_answer_is_in_the_question(
    metadata: dict[str, Any], score: float | None
) -> None:
    said = {"reference_answer": "4", "reference_solution": "2 + 2", "final_answer": "5"}
    campaign = graded_campaign([line("p/a", "1", metadata=metadata, **said)], {"ada": {"p/a": ["good"]}})
    assert only_line(campaign)["question"] == {
        "problem": "What is p?",
        "ground_truth_solution": "2 + 2",
        "ground_truth_answer": "4",
        "pre_generated_steps": ["1"],
        "pre_generated_answer": "5",
        "pre_generated_verifier_score": score,
    }


def test_a_former_version_is_exported_with_its_own_grades() -> None:
    assignment = begin_forked()
    give_up(assignment)
    assert export(assignment.campaign, version="1") == export(assignment.campaign)


def test_command_and_door_write_the_same_with_the_trailer(
    client: Client, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assignment = begin_forked()
    grade(assignment, 0)
    give_up(assignment)
    whole = export(assignment.campaign, with_trailer=True)
    assert json.loads(whole.splitlines()[-1])["trailer"]["rows"] == 1
    call_command("export", "pilot", "--format", "prm800k", "--trailer")
    assert capsysbinary.readouterr().out == whole
    answer: Any = client.get(
        "/api/v1/campaigns/pilot/export/?format=prm800k&trailer=1",
        headers=bearer(token_for(assignment.campaign)),
    )
    assert answer.getvalue() == whole


def test_chains_come_in_the_order_of_import_whatever_the_size_of_a_batch() -> None:
    words = {f"{number}/a": ["good"] for number in range(45)}
    campaign = graded_campaign([line(chain_id, "1") for chain_id in words], {"ada": words})
    problems = [row["question"]["problem"] for row in exported(campaign)]
    assert problems == [f"What is {number}?" for number in range(45)]


def test_the_view_stays_that_of_the_first_line() -> None:
    words = {f"{number}/a": ["good"] for number in range(45)}
    lines = [line(chain_id, "1") for chain_id in [*words, "last/a"]]
    campaign = graded_campaign(lines, {"ada": words, "ben": {}})
    with closing(
        stream(campaign=campaign, query=ExportQuery(format="prm800k"), with_trailer=False)
    ) as chunks:
        first = next(chunks)
        elsewhere(campaign)
        rest = b"".join(chunks)
    assert (first + rest).count(b"\n") == 45
    assert export(campaign).count(b"\n") == 46


def elsewhere(campaign: Campaign) -> None:
    """Somebody hands in a chain on another connection."""
    [done] = all_at_once([lambda: grade_chains(campaign, annotator="ben", words={"last/a": ["good"]})])
    assert done is None


# --- There and back


def records_in(content: bytes) -> list[ChainRecord]:
    found = [record for _, record in read_records(io.BytesIO(content), format_name="prm800k")]
    return [record for record in found if isinstance(record, ChainRecord)]


def grade_as_rated(campaign: Campaign, records: dict[str, ChainRecord]) -> None:
    """Everything that the file rated, each chain by a person of its own, to whom no other grade comes along."""
    for number, _ in enumerate(records):
        assignment = make_assignment(campaign=campaign, annotator=f"labeler-{number}")
        record = records[assignment.chain.external_id]
        for index, rating in enumerate(record.ratings or ()):
            grade_as(assignment, index, rating)
        rated = {(beside.index, beside.text): beside.rating for beside in record.alternatives}
        for beside in read_alternatives(chain_id=assignment.chain_id, annotator_id=assignment.annotator_id):
            # Others are steps of other chains of the problem.
            if (beside.index, beside.text) in rated:
                rating = rated[beside.index, beside.text]
                grade_as(assignment, beside.index, rating, alternative=beside.number)
        hand_in(assignment)


def grade_as(assignment: Assignment, index: int, rating: int | None, **more: Any) -> None:
    if rating is None:
        grade(assignment, index, state="unsure", verdict=None, **more)
    elif rating == -1:
        grade_bad(assignment, index, **more)
    else:
        grade(assignment, index, verdict=VERDICTS[rating], **more)


def shape_of(record: ChainRecord) -> dict[str, Any]:
    """What a chain is and how it was rated: a text that was offered twice at a node is one step."""
    own = set(enumerate(record.steps))
    beside = {(each.index, each.text): each.rating for each in record.alternatives}
    return {
        "problem": record.problem,
        "reference_answer": record.reference_answer,
        "reference_solution": record.reference_solution,
        "steps": record.steps,
        "ratings": record.ratings,
        # Where nothing was chosen there is no step beside which they could be graded.
        "beside": {
            place: rating
            for place, rating in beside.items()
            if place not in own and place[0] < len(record.steps)
        },
    }


def go_there_and_back(content: bytes) -> None:
    records = {record.chain_id: record for record in records_in(content)}
    dataset = make_dataset()
    assert import_lines(dataset, *content.splitlines(), format_name="prm800k").state == "done"
    campaign = make_campaign(
        dataset=dataset,
        annotators=[f"labeler-{number}" for number in range(len(records))],
        overlap=1,
        alternatives="graded",
        after_first_error="continue",
    )
    grade_as_rated(campaign, records)
    returned = export(campaign)
    again = {record.chain_id: record for record in records_in(returned)}
    assert {key: shape_of(record) for key, record in again.items()} == {
        key: shape_of(record) for key, record in records.items()
    }
    back = make_dataset("back")
    assert import_lines(back, *returned.splitlines(), format_name="prm800k").state == "done"
    assert sorted(Chain.objects.filter(dataset=back).values_list("external_id", flat=True)) == sorted(records)


def test_the_sample_comes_back_as_it_was_graded() -> None:
    go_there_and_back(sample("prm800k").read_bytes())


def test_published_rows_come_back_as_they_were_rated() -> None:
    go_there_and_back(shared_data("prm800k_samples/raw_rows.jsonl").read_bytes())
