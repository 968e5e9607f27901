"""Written twins are read line by line, strictly, and judged beside the steps that they name: all of a file or none."""

import io
import json
from typing import Any

import pytest

from annotator.analysis.written_arms import ArmsRefused, read_arms
from annotator.analysis.written_twins import StoredStep, judge, read_written
from annotator.assignments.models import GoldChain, Origin, TwinPair
from annotator.assignments.studies import reject_pair
from annotator.chains.models import Chain
from annotator.chains.strict_json import LineError
from tests.makers import NOW, import_lines, line, make_assignment, make_dataset, make_user
from tests.twins import BULLETS, PROSE, arm, draft, pair_of, step_of, study_campaign


def twin(chain_id: str = "q/a", step_index: int = 0, text: str = PROSE, **more: Any) -> bytes:
    return json.dumps({"chain_id": chain_id, "step_index": step_index, "text": text, **more}).encode()


def errors_of(*lines: bytes) -> list[str]:
    found = read_written(io.BytesIO(b"\n".join(lines)))
    return [str(error) for error in found if isinstance(error, LineError)]


# --- Reading


def test_a_line_is_a_twin_with_an_optional_note() -> None:
    assert errors_of(twin(), twin(note="easier to read"), twin(note=None)) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (b"", "blank line"),
        (b"[]", "must be an object, not list"),
        (b'{"chain_id": "a"', "not JSON: expecting ',' delimiter at character 17"),
        (twin()[:-1] + b', "text": "again"}', 'duplicate key "text"'),
        (twin(words=3), 'unknown key "words"'),
        (b'{"step_index": 0, "text": "x"}', "chain_id: missing"),
        (b'{"chain_id": "a", "text": "x"}', "step_index: missing"),
        (b'{"chain_id": "a", "step_index": 0}', "text: missing"),
        (twin(text=""), "text: empty"),
        (twin(chain_id=""), "chain_id: empty"),
        (twin(text=["x"]), "text: must be a string, not list"),  # type: ignore[arg-type]
        (twin(note=3), "note: must be a string, not int"),
        (twin(step_index="0"), "step_index: must be a whole number, not string"),  # type: ignore[arg-type]
        (twin(step_index=True), "step_index: must be a whole number, not bool"),
        (twin(step_index=1.0), "step_index: must be a whole number, not float"),  # type: ignore[arg-type]
        (twin(step_index=-1), "step_index: -1 is below 0, the first step"),
        (twin(text="a\0b"), "text: NUL character at character 2"),
        (b'{"chain_id": "a", "step_index": 0, "text": "\0"}', "NUL byte at byte 45 (is the file UTF-16?)"),
        (twin(text="\ud83d"), "text: lone surrogate at character 1"),
        (b'{"chain_id": "a", "step_index": NaN, "text": "x"}', "NaN is not a JSON number"),
        (b'{"chain_id": "a", "step_index": 1e999, "text": "x"}', 'number too large: "1e999"'),
        (b'{"chain_id": "a", "step_index": 0, "text": "\xff"}', "not UTF-8 at byte 45"),
        (b'{"text": ' + b"[" * 100_000, "nested deeper than 50 levels"),
        (twin(text="x" * 10_000_000), "longer than 10,000,000 bytes"),
        (twin(text="x" * 1_000_001), "text: longer than 1,000,000 bytes"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(wrong: bytes, words: str) -> None:
    assert errors_of(twin(), wrong, twin()) == [f"line 2: {words}"]


def test_a_file_has_an_end() -> None:
    assert errors_of(*[twin()] * 1_002) == ["line 1001: more than 1,000 lines"]
    assert errors_of("{}".encode("utf-16")) == [
        "line 1: the file is UTF-16 or UTF-32 (byte order mark); it must be UTF-8"
    ]


# --- Judging


def judged(feature: str, stored: str, written: str) -> str | bool:
    """Why not, or whether the stored text has the feature."""
    chains = {"q/a": [StoredStep(step_id=7, text=stored)]}
    (twins,) = [list(read_written(io.BytesIO(twin(text=written))))]
    assert not isinstance(twins[0], LineError)
    (found,) = judge([twins[0]], chains=chains, feature=feature)
    return str(found) if isinstance(found, LineError) else found.stored_has_feature


@pytest.mark.parametrize(
    ("feature", "stored", "written", "expected"),
    [
        ("bullets", BULLETS, PROSE, True),
        ("bullets", PROSE, BULLETS, False),
        ("hedge", "It is 4.", "It is perhaps 4.", False),
        ("words", "One two three.", "One.", True),
        (
            "bullets",
            "one",
            "two",
            "line 1: text: bullets does not differ from the step's own text (in neither)",
        ),
        (
            "emphasis",
            "**one** two",
            "one **two**",
            "line 1: text: emphasis does not differ from the step's own text (in both)",
        ),
        (
            "words",
            "one two",
            "two one",
            "line 1: text: words does not differ from the step's own text (2 in both)",
        ),
        ("bullets", "one", "one", "line 1: text: the same as the step's own"),
    ],
)
def test_the_feature_must_differ(feature: str, stored: str, written: str, expected: str | bool) -> None:
    assert judged(feature, stored, written) == expected


# --- Beside a campaign


def refusals(*lines: bytes, feature: str = "bullets", **more: Any) -> list[str]:
    with pytest.raises(ArmsRefused) as caught:
        read_arms(feature=feature, stream=io.BytesIO(b"\n".join(lines)), **more)
    return [str(error) for error in caught.value.errors]


@pytest.mark.django_db
def test_a_right_file_gives_its_arms_in_order() -> None:
    campaign = study_campaign()
    stream = io.BytesIO(b"\n".join([twin("r/b", 1, "- five"), twin()]))
    found = read_arms(campaign=campaign, feature="bullets", stream=stream)
    assert [(each.step_id, each.text, each.stored_has_feature, each.origin) for each in found] == [
        (step_of("five").pk, "- five", False, Origin.WRITTEN),
        (step_of(BULLETS).pk, PROSE, True, Origin.WRITTEN),
    ]


@pytest.mark.django_db
def test_every_wrong_line_is_named_and_none_is_taken() -> None:
    campaign = study_campaign()
    elsewhere = make_dataset("elsewhere")
    import_lines(elsewhere, line("theirs", "another"))
    draft(campaign, arm("six", "- six", stored_has_feature=False))
    assert refusals(
        twin(),
        twin("no such"),
        twin("theirs"),
        twin(step_index=2),
        twin(step_index=10**18),
        b"nonsense",
        twin("s/c", 0, "- 6"),
        twin(text="2 apples"),
        campaign=campaign,
    ) == [
        'line 2: chain_id: no chain "no such" in this campaign',
        'line 3: chain_id: no chain "theirs" in this campaign',
        "line 4: step_index: 2, but the chain's steps are 0 to 1",
        "line 5: step_index: 1000000000000000000, but the chain's steps are 0 to 1",
        "line 6: not JSON: expecting value at character 1",
        "line 7: the step has a twin already",
        "line 8: the same step as on line 1",
    ]
    assert TwinPair.objects.count() == 1


@pytest.mark.django_db
def test_a_shared_step_is_the_same_step_in_every_chain() -> None:
    campaign = study_campaign([line("q/a", BULLETS, "one"), line("q/b", BULLETS, "two")])
    words = refusals(twin("q/a"), twin("q/b", text="Apples and pears."), campaign=campaign)
    assert words == ["line 2: the same step as on line 1"]


@pytest.mark.django_db
def test_a_step_whose_twin_was_rejected_may_get_another() -> None:
    campaign = study_campaign()
    study = draft(campaign)
    reject_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert len(read_arms(campaign=campaign, feature="bullets", stream=io.BytesIO(twin()))) == 1


@pytest.mark.django_db
def test_a_step_that_nobody_would_draw_is_refused() -> None:
    campaign = study_campaign()
    claimed = make_assignment(campaign=campaign).chain
    gold, free = Chain.objects.exclude(pk=claimed.pk)
    GoldChain.objects.create(campaign=campaign, chain=gold)
    lines = [twin(chain.external_id, text="- another") for chain in (claimed, gold, free)]
    assert refusals(*lines, campaign=campaign) == [
        "line 1: the step has fewer than two free seats, and a pair needs two annotators who have not been given it",
        "line 2: the step is of a gold chain, which is shown as it is",
    ]


@pytest.mark.django_db
def test_an_empty_file_and_a_file_of_errors_end_in_words() -> None:
    campaign = study_campaign()
    assert refusals(campaign=campaign) == []
    with pytest.raises(ArmsRefused) as caught:
        read_arms(campaign=campaign, feature="bullets", stream=io.BytesIO(b"{}\n" * 150))
    assert (len(caught.value.errors), caught.value.more) == (100, 50)
