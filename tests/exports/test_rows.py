"""Rows against cases small enough to count by hand."""

import json
from typing import Any

import pytest

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.exports.formats.native import native
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow
from annotator.exports.rows.reading import taxonomy_row
from tests.exported import read_rows
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign
from tests.makers import line, make_assignment, make_campaign, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def rows_by_chain(campaign: Campaign) -> dict[str, ChainRow]:
    return {row.chain_id: row for row in read_rows(campaign=campaign)}


def native_line(campaign: Campaign, chain_id: str) -> dict[str, Any]:
    written = native(rows_by_chain(campaign)[chain_id], taxonomy_row(campaign=campaign), ExportQuery())
    assert isinstance(written, bytes)
    found: dict[str, Any] = json.loads(written)
    return found


def verdicts(row: ChainRow) -> list[int | None]:
    return [step.verdict for step in row.steps]


def states(row: ChainRow) -> list[str]:
    return [step.state for step in row.steps]


def test_the_majority_decides_and_a_tie_decides_nothing() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3", "4", final_answer_correct=True)],
        {
            "ada": {"p/a": ["good", "good", "good", "bad"]},
            "ben": {"p/a": ["good", "okay", "bad", "bad:logic"]},
            "cleo": {"p/a": ["bad", "okay", "unsure", "bad:sign"]},
        },
    )
    [row] = read_rows(campaign=campaign)
    assert verdicts(row) == [1, 0, None, -1]
    assert [step.counts for step in row.steps] == [(2, 0, 1), (1, 2, 0), (1, 0, 1), (0, 0, 3)]
    assert states(row) == ["graded"] * 4
    assert [step.labels for step in row.steps] == [
        {"error": {"sign": 1}},
        {},
        {"error": {"sign": 1}},
        {"error": {"sign": 2, "logic": 1}},
    ]
    # The tie at 2 could be the first error itself, so 3 is not known to be it.
    assert (row.first_error.index, row.first_error.is_defined) == (None, False)
    shown = native_line(campaign, "p/a")
    # That step 3 is flawed is known all the same.
    assert (shown["lucky"], shown["luck"]["step_index"]) == (True, 3)
    assert shown["steps"][0]["soft"] == {"good": 2.5 / 4.5, "okay": 0.5 / 4.5, "bad": 1.5 / 4.5}


def test_a_lucky_chain_with_its_first_error() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3", final_answer_correct=True)],
        {"ada": {"p/a": ["good", "bad", "good"]}, "ben": {"p/a": ["okay", "bad", "unsure"]}},
    )
    shown = native_line(campaign, "p/a")
    # One good, one okay: tied, and a tie before the error leaves it undefined.
    assert (shown["first_error_index"], shown["first_error_defined"]) == (None, False)
    grade_chains(campaign_with(campaign, "cleo"), annotator="cleo", words={"p/a": ["good", "bad", "good"]})
    shown = native_line(campaign, "p/a")
    assert (shown["first_error_index"], shown["first_error_defined"], shown["lucky"]) == (1, True, True)


def campaign_with(campaign: Campaign, name: str) -> Campaign:
    campaign.memberships.create(user=make_user(name), pseudonym=f"annotator-{len(name)}")
    return campaign


def test_each_way_of_not_being_graded_has_its_own_name() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3", "4"), line("q/a", "1", "2", "3")],
        {
            "ada": {"p/a": ["good", "bad", NOT_GRADED, NOT_GRADED], "q/a": ["good", "unsure", NOT_GRADED]},
            "ben": {"p/a": ["good", "bad", NOT_GRADED, "unsure"], "q/a": ["good", "unsure", NOT_GRADED]},
        },
    )
    rows = rows_by_chain(campaign)
    assert states(rows["p/a"]) == ["graded", "graded", "not_graded_after_error", "unsure"]
    assert verdicts(rows["p/a"]) == [1, -1, None, None]
    assert rows["p/a"].first_error.index == 1
    assert states(rows["q/a"]) == ["graded", "unsure", "not_graded"]
    assert not rows["q/a"].first_error.is_defined
    assert rows["q/a"].steps[1].counts == (0, 0, 0)


def test_a_chain_without_a_grade_has_no_row() -> None:
    campaign = graded_campaign(
        [line("p/a", "1"), line("q/a", "1"), line("r/a", "1")],
        {"ada": {"q/a": ["good"], "r/a": [NOT_GRADED]}},
    )
    assert list(rows_by_chain(campaign)) == ["q/a"]


def test_a_grade_taken_back_counts_for_nothing() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade_step(assignment, 0, "bad:logic", labels={"traits": ["terse"]})
    [row] = read_rows(campaign=campaign)
    assert row.steps[0].labels == {"error": {"logic": 1}, "traits": {"terse": 1}}
    grade_step(assignment, 0, "cleared")
    assert list(read_rows(campaign=campaign)) == []
    grade_step(assignment, 0, "good")
    [row] = read_rows(campaign=campaign)
    assert (row.steps[0].counts, row.steps[0].labels) == ((1, 0, 0), {})


def test_labels_stand_in_the_order_of_the_taxonomy() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}, "ben": {}})
    for name, error, traits in (("ada", "logic", ["clear", "terse"]), ("ben", "sign", ["clear"])):
        assignment = make_assignment(campaign=campaign, annotator=name)
        grade_step(assignment, 0, f"bad:{error}", labels={"traits": traits})
    [row] = read_rows(campaign=campaign)
    labels = row.steps[0].labels
    assert labels == {"error": {"sign": 1, "logic": 1}, "traits": {"terse": 1, "clear": 2}}
    assert [list(labels), *map(list, labels.values())] == [
        ["error", "traits"],
        ["sign", "logic"],
        ["terse", "clear"],
    ]


def test_a_shared_prefix_is_graded_once_for_all_its_chains() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "one way"), line("p/b", "same", "another way"), line("q/a", "same")],
        {"ada": {"p/a": ["good", "good"]}},
    )
    rows = rows_by_chain(campaign)
    assert list(rows) == ["p/a", "p/b"]
    assert (verdicts(rows["p/b"]), states(rows["p/b"])) == ([1, None], ["graded", "not_graded"])


def test_nobody_is_named() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")],
        {
            "canary-ada": {"p/a": ["good", "bad"], "q/a": ["unsure"]},
            "canary-ben": {"p/a": ["good", "good"]},
        },
    )
    User.objects.update(email="canary@example.org", first_name="Canary", last_name="Canary")
    assignment = make_assignment(campaign=campaign_with(campaign, "canary-cleo"), annotator="canary-cleo")
    grade_step(assignment, 0, "good", comment="canary in a comment", texts={"remark": "canary in a text"})
    lines = [native_line(campaign, chain_id) for chain_id in ("p/a", "q/a")]
    assert "canary" not in json.dumps(lines).lower()
    pseudonyms = dict(campaign.memberships.values_list("user__username", "pseudonym"))
    assert lines[0]["annotators"] == sorted(pseudonyms.values())
    assert lines[1]["annotators"] == [pseudonyms["canary-ada"]]
    assert set(lines[0]) == {
        *("problem_id", "problem", "reference_answer", "reference_solution", "chain_id", "generator"),
        *("final_answer", "final_answer_correct", "scores", "metadata", "steps"),
        *("first_error_index", "first_error_defined"),
        *("lucky", "luck", "annotators", "taxonomy"),
    }


def test_grades_of_another_campaign_over_the_same_chains_stay_there() -> None:
    first = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["good"]}})
    second = make_campaign(annotators=("ada", "ben"), key="second", dataset=first.dataset)
    for name in ("ada", "ben"):
        grade_chains(second, annotator=name, words={"p/a": ["bad"]})
    assert [row.steps[0].counts for row in read_rows(campaign=first)] == [(1, 0, 0)]
    assert [row.steps[0].counts for row in read_rows(campaign=second)] == [(0, 0, 2)]


def test_what_came_in_goes_out() -> None:
    metadata = {"source": "pilot", "temperature": 0.70, "tiny": 1e-300, "deep": [{"k": None}]}
    content = {
        "problem_id": "p",
        "problem": " What\tis p? \u2028\U0001f642",
        "reference_answer": "4",
        "reference_solution": "2 + 2 = 4",
        "generator": "tutor",
        "final_answer": "",
        "final_answer_correct": False,
        "scores": [0.1, None, 5e-324],
        "metadata": metadata,
    }
    steps = ["  a\n", "\\n \\u0041", "\u202ertl"]
    campaign = graded_campaign([line("p/a", *steps, **content)], {"ada": {"p/a": ["good"] * 3}})
    shown = native_line(campaign, "p/a")
    assert {key: shown[key] for key in content} == content
    assert [step["text"] for step in shown["steps"]] == steps


def test_a_number_past_64_bits_does_not_cut_the_export() -> None:
    # The database writes it out as 301 digits, which no fast writer of JSON takes back as an integer.
    campaign = graded_campaign([line("p/a", "1", metadata={"huge": 1e300})], {"ada": {"p/a": ["good"]}})
    assert float(native_line(campaign, "p/a")["metadata"]["huge"]) == 1e300


def test_rows_come_in_the_order_of_import_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{letter}/{number}" for number in range(4) for letter in "zamb"]
    campaign = graded_campaign(
        [line(name, f"step of {name}", "last") for name in names],
        {"ada": {name: ["good", "bad"] for name in names}},
    )
    whole = list(read_rows(campaign=campaign))
    assert [row.chain_id for row in whole] == names
    monkeypatch.setattr("annotator.exports.rows.reading.FIRST_BATCH", 1)
    monkeypatch.setattr("annotator.exports.rows.reading.BATCH", 3)
    assert list(read_rows(campaign=campaign)) == whole
