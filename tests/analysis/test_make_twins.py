"""`make_twins` plans a study from a shell: by machine or from a file, all or nothing, with words for every refusal."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotator.assignments.models import PairState, TwinStudy
from tests.makers import line
from tests.twins import study_campaign

pytestmark = pytest.mark.django_db
LISTED = "We need two things:\n\n- {} apples\n- {} pears"


def make(capsys: pytest.CaptureFixture[str], *arguments: str, **more: Any) -> str:
    usual = {"feature": "bullets", "by": "rosa"}
    call_command("make_twins", "pilot", *arguments, **{**usual, **more})
    return capsys.readouterr().out


def refused(*arguments: str, **more: Any) -> str:
    usual = {"feature": "bullets", "by": "rosa"}
    with pytest.raises(CommandError) as caught:
        call_command("make_twins", "pilot", *arguments, **{**usual, **more})
    assert not TwinStudy.objects.exists()
    return str(caught.value)


@pytest.fixture(autouse=True)
def _campaign() -> None:
    study_campaign([*(line(f"q{n}/a", LISTED.format(n, n)) for n in range(5)), line("r/b", "4")])


def test_pairs_are_made_by_machine(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(make(capsys, "--json", pairs=3, seed=7))
    study = TwinStudy.objects.get()
    assert said == {**said, "study": study.pk, "feature": "bullets", "pairs": 3, "seed": 7}
    assert study.pairs.filter(state=PairState.WAITING, made_by__username="rosa").count() == 3


def test_what_was_not_used_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    said = make(capsys)
    assert "5 pairs wait for somebody else to confirm them." in said
    assert "Steps not used: not mechanical 1." in said


def test_pairs_are_read_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "arms.jsonl"
    path.write_text(json.dumps({"chain_id": "r/b", "step_index": 0, "text": "It is perhaps 4."}))
    make(capsys, feature="hedge", file=path)
    assert TwinStudy.objects.get().pairs.get().text == "It is perhaps 4."


def test_a_wrong_file_is_named_line_by_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "arms.jsonl"
    path.write_text("{}\n[]\n")
    assert refused(feature="hedge", file=path) == "2 lines are wrong; nothing was taken in."
    assert capsys.readouterr().err.splitlines() == [
        "line 1: step_index: missing",
        "line 2: must be an object, not list",
    ]
    path.write_text("")
    assert refused(feature="hedge", file=path) == "The file is empty."
    assert refused(feature="hedge", file=tmp_path / "none").startswith("There is no file")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"by": "nobody"}, "There is nobody called nobody."),
        ({"by": "rita"}, "Only researchers of this campaign plan a study, and no one who grades in it."),
        ({"pairs": 0}, "--pairs is a whole number from 1 to 1000."),
        ({"seed": -1}, "A seed is a whole number from 0 to 9223372036854775807."),
        (
            {"feature": "hedge"},
            "No machine can change hedge and keep the words; write the twins, and give --file.",
        ),
        ({"feature": "heading"}, "No step of this campaign can be used. Steps not used: not mechanical 6."),
    ],
)
def test_a_refusal_has_words(asked: dict[str, Any], words: str) -> None:
    assert refused(**asked) == words


def test_an_unknown_campaign_is_named() -> None:
    with pytest.raises(CommandError, match="There is no campaign elsewhere"):
        call_command("make_twins", "elsewhere", feature="bullets", by="rosa")
