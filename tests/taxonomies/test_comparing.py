from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from taxonomies.comparing import Change, CriterionDifference, LabelDifference, VersionDifference, compare
from taxonomies.content import CriterionContent, LabelContent, VersionContent
from tests.taxonomies.test_checking import criterion, label, verdict

keys = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=5)
words = st.sampled_from(["", "one", "one two", "two"])


@st.composite
def labels(draw: st.DrawFn) -> list[LabelContent]:
    return [
        {
            "key": key,
            "title": draw(words),
            "definition": draw(words),
            "value": draw(st.sampled_from([None, -1, 0, 1])),
            "hotkey": draw(st.sampled_from(["", "4"])),
            "tone": draw(st.sampled_from(["good", "bad"])),
            "good_example": draw(words),
            "bad_example": draw(words),
        }
        for key in draw(keys)
    ]


@st.composite
def contents(draw: st.DrawFn) -> VersionContent:
    criteria: list[CriterionContent] = [
        {
            "key": key,
            "question": draw(words),
            "kind": draw(st.sampled_from(["one", "many"])),
            "scope": draw(st.sampled_from(["step", "chain"])),
            "required": draw(st.booleans()),
            "verdict": draw(st.booleans()),
            "shown_for": draw(st.lists(st.sampled_from(["a.b", "b.c"]), unique=True)),
            "labels": draw(labels()),
        }
        for key in draw(keys)
    ]
    features = draw(st.lists(st.sampled_from(["code", "table"]), unique=True))
    return {"guidelines": draw(words), "content_features": features, "criteria": criteria}


def content(*criteria: CriterionContent, guidelines: str = "", features: tuple[str, ...] = ()) -> Any:
    return {"guidelines": guidelines, "content_features": list(features), "criteria": list(criteria)}


def of_criterion(difference: VersionDifference, key: str) -> CriterionDifference:
    return next(criterion for criterion in difference.criteria if criterion.key == key)


def of_label(difference: VersionDifference, name: str) -> LabelDifference:
    asked, _, key = name.partition(".")
    return next(found for found in of_criterion(difference, asked).labels if found.key == key)


@given(content=contents())
def test_equal_contents_have_no_difference(content: VersionContent) -> None:
    assert compare(content, content).is_same


@given(old=contents(), new=contents())
def test_swapping_the_sides_swaps_added_and_removed(old: VersionContent, new: VersionContent) -> None:
    there, back = compare(old, new), compare(new, old)
    assert added(there) == removed(back)
    assert removed(there) == added(back)
    assert there.is_same == back.is_same


def added(difference: VersionDifference) -> set[str]:
    return {c.key for c in difference.criteria if c.is_added} | {
        f"{c.key}.{found.key}" for c in difference.criteria for found in c.labels if found.is_added
    }


def removed(difference: VersionDifference) -> set[str]:
    return {c.key for c in difference.criteria if c.is_removed} | {
        f"{c.key}.{found.key}" for c in difference.criteria for found in c.labels if found.is_removed
    }


@given(old=contents(), new=contents())
def test_every_label_of_both_sides_is_named_once(old: VersionContent, new: VersionContent) -> None:
    named = [f"{c.key}.{found.key}" for c in compare(old, new).criteria for found in c.labels]
    wanted = {
        f"{c['key']}.{found['key']}" for side in (old, new) for c in side["criteria"] for found in c["labels"]
    }
    assert sorted(named) == sorted(wanted)


def test_a_reworded_label_comes_with_both_wordings() -> None:
    new = {**label("sign"), "definition": "A wrong sign.", "good_example": "-1"}
    found = of_label(
        compare(content(criterion("error", label("sign"))), content(criterion("error", new))),  # type: ignore[arg-type]
        "error.sign",
    )
    assert found.reworded == (
        Change("definition", "It is sign.", "A wrong sign."),
        Change("good_example", "", "-1"),
    )
    assert found.revalued is None
    assert not found.is_changed_otherwise


def test_another_value_is_told_from_another_wording() -> None:
    old = verdict(label("okay", hotkey="1", value=0), label("bad", hotkey="2", value=-1))
    new = verdict(label("okay", hotkey="1", value=1), label("bad", hotkey="2", value=-1))
    found = of_label(compare(content(old), content(new)), "verdict.okay")
    assert found.revalued == Change("value", 0, 1)
    assert found.reworded == ()


def test_what_a_criterion_asks_and_how() -> None:
    old = criterion("error", label("sign"), shown_for=("verdict.bad",))
    new: CriterionContent = {**old, "question": "What?", "kind": "many", "required": True, "shown_for": []}
    found = of_criterion(compare(content(verdict(), old), content(verdict(), new)), "error")
    assert found.reworded == (Change("question", "Which error?", "What?"),)
    assert {change.field: (change.old, change.new) for change in found.changed} == {
        "kind": ("one", "many"),
        "required": (False, True),
        "shown_for": (("verdict.bad",), ()),
    }


def test_key_and_tone_are_other_changes() -> None:
    new: LabelContent = {**label("sign", hotkey="5"), "tone": "bad"}
    found = of_label(
        compare(content(criterion("error", label("sign", hotkey="4"))), content(criterion("error", new))),
        "error.sign",
    )
    assert found.changed == (Change("hotkey", "4", "5"), Change("tone", "neutral", "bad"))


def test_only_what_changed_its_place_among_the_others_has_moved() -> None:
    old = criterion("error", *map(label, ["a", "b", "c", "d"]))
    new = criterion("error", *map(label, ["d", "a", "b", "new", "c"]))
    difference = compare(content(old), content(new))
    moved = {found.key: found.moved for found in difference.labels if found.moved}
    assert moved == {"d": Change("position", 4, 1)}


def test_a_removed_label_stands_after_what_it_followed() -> None:
    old = criterion("error", *map(label, ["a", "b", "c"]))
    new = criterion("error", *map(label, ["c", "a", "d"]))
    assert [found.key for found in compare(content(old), content(new)).labels] == ["c", "a", "b", "d"]


def test_guidelines_and_content_features() -> None:
    difference = compare(content(guidelines="Look.", features=("code",)), content(guidelines="Look twice."))
    assert difference.guidelines == Change("guidelines", "Look.", "Look twice.")
    assert difference.content_features == Change("content_features", ("code",), ())
    assert not difference.is_same


def test_the_verdict_may_stand_anywhere_in_a_file() -> None:
    asked = criterion("error", label("sign"))
    assert compare(content(asked, verdict()), content(verdict(), asked)).is_same
