import pytest

from taxonomies.checking import problems_in
from taxonomies.content import CriterionContent, LabelContent, VersionContent, digest_of


def label(key: str, *, hotkey: str = "", value: int | None = None) -> LabelContent:
    return {
        "key": key,
        "title": key.title(),
        "definition": f"It is {key}.",
        "value": value,
        "hotkey": hotkey,
        "tone": "neutral",
        "good_example": "",
        "bad_example": "",
    }


def criterion(
    key: str,
    *labels: LabelContent,
    kind: str = "one",
    scope: str = "step",
    shown_for: tuple[str, ...] = (),
) -> CriterionContent:
    return {
        "key": key,
        "question": f"Which {key}?",
        "kind": kind,
        "scope": scope,
        "required": False,
        "verdict": False,
        "shown_for": list(shown_for),
        "labels": list(labels),
    }


def verdict(*labels: LabelContent) -> CriterionContent:
    asked = criterion(
        "verdict",
        *(labels or (label("good", hotkey="1", value=1), label("bad", hotkey="2", value=-1))),
    )
    return {**asked, "required": True, "verdict": True}


def problems(*criteria: CriterionContent) -> list[str]:
    content: VersionContent = {"guidelines": "", "content_features": [], "criteria": list(criteria)}
    return [str(problem) for problem in problems_in(content)]


def test_a_whole_vocabulary_has_no_problems() -> None:
    kinds = criterion(
        "kind", label("slip", hotkey="4"), label("leap", hotkey="a"), shown_for=("verdict.bad",)
    )
    note = criterion("note", kind="text", shown_for=("kind.leap",))
    assert problems(verdict(), kinds, note) == []


def test_there_is_exactly_one_verdict() -> None:
    assert problems(criterion("kind", label("slip"))) == [
        "criteria: no criterion is the verdict: exactly one carries the training value"
    ]
    second: CriterionContent = {
        **verdict(label("x", hotkey="5", value=1), label("y", hotkey="6", value=0)),
        "key": "two",
    }
    assert problems(verdict(), second) == [
        "criteria[1].verdict: two is a second verdict beside verdict; a version has one"
    ]


def test_the_verdict_asks_every_step_for_one_label() -> None:
    asked: CriterionContent = {**verdict(), "required": False}
    assert problems(asked) == [
        "criteria[0]: the verdict verdict asks every step for one label: kind one, required, no condition"
    ]


def test_verdict_labels_have_values_and_other_labels_have_none() -> None:
    found = problems(
        verdict(label("good", hotkey="1", value=1), label("bad", hotkey="2")),
        criterion("kind", label("slip", value=0)),
    )
    assert found == [
        "criteria[0].labels[1].value: verdict.bad is a verdict and needs a value: -1, 0 or 1",
        "criteria[1].labels[0].value: kind.slip is no verdict, so it has no value",
    ]


def test_a_verdict_has_two_labels_a_choice_one_and_a_text_none() -> None:
    found = problems(
        verdict(label("good", hotkey="1", value=1)),
        criterion("kind"),
        criterion("note", label("x"), kind="text"),
    )
    assert found == [
        "criteria[0].labels: the verdict verdict needs at least two labels",
        "criteria[1].labels: kind has no labels to choose from",
        "criteria[2].labels: note asks for text, so it has no labels",
    ]


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_questions_titles_and_definitions_are_written(blank: str) -> None:
    empty: LabelContent = {**label("slip"), "title": blank, "definition": blank}
    asked: CriterionContent = {**criterion("kind", empty), "question": blank}
    assert problems(verdict(), asked) == [
        "criteria[1].question: kind has no question",
        "criteria[1].labels[0].title: kind.slip has no title",
        "criteria[1].labels[0].definition: kind.slip has no definition",
    ]


def test_keys_are_used_once() -> None:
    found = problems(
        verdict(), criterion("kind", label("slip"), label("slip")), criterion("kind", label("x"))
    )
    assert found == [
        "criteria[2].key: the key kind is taken by an earlier criterion",
        "criteria[1].labels[1].key: the key slip is taken by an earlier label of kind",
    ]


@pytest.mark.parametrize("key", "jkunzrfbgth")
def test_the_keys_of_the_page_are_not_given_away(key: str) -> None:
    (found,) = problems(verdict(), criterion("kind", label("slip", hotkey=key)))
    assert found.startswith(f"criteria[1].labels[0].hotkey: kind.slip: the key {key} belongs to the page")


@pytest.mark.parametrize("key", ["", "0", "a"])
def test_every_verdict_has_a_digit_from_1_to_9(key: str) -> None:
    found = problems(verdict(label("good", hotkey="1", value=1), label("bad", hotkey=key, value=-1)))
    assert found == ["criteria[0].labels[1].hotkey: verdict.bad is a verdict and needs a key from 1 to 9"]


def test_the_first_three_digits_are_kept_for_verdicts() -> None:
    found = problems(verdict(), criterion("kind", label("slip", hotkey="3")))
    assert found == [
        "criteria[1].labels[0].hotkey: kind.slip: the keys 1, 2 and 3 are kept for verdicts; use 4 to 9, 0 or a letter"
    ]


def test_labels_of_one_screen_have_keys_of_their_own() -> None:
    kinds = criterion("kind", label("slip", hotkey="4"), shown_for=("verdict.bad",))
    depths = criterion("depth", label("deep", hotkey="4"), shown_for=("verdict.bad", "verdict.good"))
    assert problems(verdict(), kinds, depths) == [
        "criteria[2].labels[0].hotkey: depth.deep: the key 4 is taken by kind.slip, which can be on the same screen"
    ]


def test_questions_for_different_verdicts_may_share_keys() -> None:
    why_bad = criterion("why_bad", label("slip", hotkey="4"), shown_for=("verdict.bad",))
    why_good = criterion("why_good", label("elegant", hotkey="4"), shown_for=("verdict.good",))
    assert problems(verdict(), why_bad, why_good) == []


def test_questions_for_labels_that_can_be_given_together_may_not_share_keys() -> None:
    kinds = criterion("kind", label("slip"), label("leap"), kind="many")
    slips = criterion("slips", label("x", hotkey="4"), shown_for=("kind.slip",))
    leaps = criterion("leaps", label("y", hotkey="4"), shown_for=("kind.leap",))
    (found,) = problems(verdict(), kinds, slips, leaps)
    assert "leaps.y: the key 4 is taken by slips.x" in found


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("bad", "does not name a label"),
        ("verdict.", "does not name a label"),
        ("mood.bad", "there is no criterion 'mood'"),
        ("verdict.ugly", "verdict has no label 'ugly'"),
        ("kind.slip", "kind is not asked before kind"),
        ("late.x", "late is not asked before kind"),
    ],
)
def test_a_condition_names_a_label_of_an_earlier_question(entry: str, words: str) -> None:
    late = criterion("late", label("x"), shown_for=("kind.slip",))
    (found,) = problems(verdict(), criterion("kind", label("slip"), shown_for=(entry,)), late)
    assert found.startswith("criteria[1].shown_for[0]: ")
    assert words in found


def test_the_verdict_is_asked_first_wherever_it_stands() -> None:
    kinds = criterion("kind", label("slip"), shown_for=("verdict.bad",))
    assert problems(kinds, verdict()) == []
    assert digest_of({"guidelines": "", "content_features": [], "criteria": [kinds, verdict()]}) == digest_of(
        {"guidelines": "", "content_features": [], "criteria": [verdict(), kinds]}
    )


def test_a_step_and_its_chain_may_share_keys() -> None:
    whole = criterion("whole", label("deep", hotkey="4"), scope="chain")
    assert problems(verdict(), criterion("kind", label("slip", hotkey="4")), whole) == []


def test_a_condition_stays_within_the_step_or_the_chain() -> None:
    whole = criterion("whole", label("deep"), scope="chain", shown_for=("verdict.bad",))
    words = "criteria[1].shown_for[0]: 'verdict.bad': verdict is asked of the step, whole of the chain"
    assert problems(verdict(), whole) == [words]


def test_the_verdict_is_asked_of_every_step() -> None:
    asked: CriterionContent = {**verdict(), "scope": "chain"}
    [problem] = problems(asked)
    assert "asks every step" in problem
