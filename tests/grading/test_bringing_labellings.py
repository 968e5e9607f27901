"""Bringing in what PRM800K's labelers said, line by line; that the lines come out again is tested with the exports."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotator.assignments.models import Assignment, Campaign, Purpose
from annotator.grading.bringing.bring import BringingRefused, Brought
from annotator.grading.bringing.labellings import bring_labellings
from annotator.grading.models import Grade
from tests.exported_lines import as_bytes
from tests.makers import NOW, import_lines, make_campaign, make_dataset

pytestmark = pytest.mark.django_db


def node(*rated: tuple[str, int | None], chosen: int | None = 0) -> dict[str, Any]:
    return {
        "completions": [{"text": text, "rating": rating, "flagged": False} for text, rating in rated],
        "human_completion": None,
        "chosen_completion": chosen,
    }


def labelling(*nodes: dict[str, Any], labeler: str = "ann", **more: Any) -> dict[str, Any]:
    return {
        "labeler": labeler,
        "timestamp": "2022-07-30T23:23:32.118856",
        "generation": None,
        "is_quality_control_question": False,
        "is_initial_screening_question": False,
        "question": {"problem": "What?", "ground_truth_answer": "4"},
        "label": {"steps": list(nodes), "total_time": 1_600, "finish_reason": "solution"},
        **more,
    }


def campaign_over(*lines: dict[str, Any], **policy: Any) -> Campaign:
    dataset = make_dataset()
    assert import_lines(dataset, *as_bytes(*lines).splitlines(), format_name="prm800k").state == "done"
    return make_campaign(dataset=dataset, annotators=[], **policy)


def bring(campaign: Campaign, *lines: dict[str, Any]) -> Brought:
    return bring_labellings(campaign=campaign, stream=io.BytesIO(as_bytes(*lines)), now=NOW)


def refusals(campaign: Campaign, *lines: dict[str, Any]) -> list[str]:
    before = Grade.objects.count()
    with pytest.raises(BringingRefused) as refused:
        bring(campaign, *lines)
    assert Grade.objects.count() == before
    return [str(error) for error in refused.value.errors]


def test_a_rating_is_a_grade_of_the_step_or_of_one_beside_it() -> None:
    said = labelling(node(("a", 1), ("b", -1)), node(("c", 0), ("c", 1), ("d", None)))
    campaign = campaign_over(said)
    assert bring(campaign, said) == Brought(lines=1, people=1, chains=1, grades=3)
    found = Grade.objects.values_list("step__text", "verdict__value", "beside__text")
    assert set(found) == {("a", 1, None), ("b", -1, "a"), ("c", 0, None)}
    sitting = Assignment.objects.get()
    assert sitting.submitted_at is not None
    assert sitting.submitted_at.isoformat() == "2022-07-30T23:23:32.118856+00:00"
    assert (sitting.active_seconds, sitting.finish_reason, sitting.purpose) == (2, "solution", Purpose.WORK)


def test_of_a_step_that_a_labeler_rates_twice_the_first_rating_is_the_grade() -> None:
    first, second = labelling(node(("a", 1)), node(("b", 1))), labelling(node(("a", 0)), node(("c", 1)))
    campaign = campaign_over(first, second)
    brought = bring(campaign, first, second)
    assert (brought.chains, brought.grades, brought.otherwise) == (2, 3, 1)
    assert Grade.objects.get(step__text="a").verdict.value == 1  # type: ignore[union-attr]


def test_gold_and_screening_take_no_seat() -> None:
    lines = [
        labelling(node(("a", 1)), labeler=labeler, **{mark: True})
        for labeler, mark in (
            ("ann", "is_quality_control_question"),
            ("ben", "is_initial_screening_question"),
            ("cyd", "is_quality_control_question"),
        )
    ]
    campaign = campaign_over(lines[0], overlap=1)
    bring(campaign, *lines, labelling(node(("a", 1)), labeler="dot"))
    assert sorted(Assignment.objects.values_list("purpose", flat=True)) == [
        "gold",
        "gold",
        "screening",
        "work",
    ]


def test_what_cannot_come_in_is_named_by_its_line() -> None:
    good = labelling(node(("a", 1)))
    campaign = campaign_over(good, overlap=1)
    nobody = {key: value for key, value in good.items() if key != "labeler"}
    lines = [
        good,
        good,
        labelling(node(("x", 1))),
        nobody,
        labelling(node(("a", 1)), timestamp="noon"),
    ]
    words = refusals(campaign, *lines)
    assert [text for text in words if not text.startswith("line 3")] == [
        "line 2: ann has labelled this chain in line 1 too",
        "line 4: labeler: missing",
        'line 5: timestamp: "noon" is no time',
    ]
    assert any(text.startswith("line 3: chain_id: ") and text.endswith("import it first") for text in words)
    assert refusals(campaign, good, labelling(node(("a", 0)), labeler="ben")) == [
        "line 2: more people graded this chain than the campaign gives it to (1): raise its overlap"
    ]


def test_the_same_file_again_changes_nothing_and_another_word_of_the_same_person_is_refused() -> None:
    good = labelling(node(("a", 1)))
    campaign = campaign_over(good)
    bring(campaign, good)
    assert bring(campaign, good) == Brought(lines=1, unchanged=1)
    assert refusals(campaign, labelling(node(("a", 0)))) == [
        "line 1: ann has said something else of this chain in this campaign"
    ]


def test_the_command_takes_such_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, empty = labelling(node(("a", 1))), labelling()
    campaign_over(good)
    path = tmp_path / "labels.jsonl"
    path.write_bytes(as_bytes(good, empty))
    call_command("import_grades", str(path), "--campaign", "pilot", "--format", "prm800k", "--json")
    assert json.loads(capsys.readouterr().out)["skipped"] == 1
    call_command("import_grades", str(path), "--campaign", "pilot", "--format", "prm800k")
    assert "1 lines hold no chain" in capsys.readouterr().out
