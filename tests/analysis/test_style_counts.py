"""Features of a step's text that are counted: what is prose, what a sentence is, and what the shares are of."""

import pytest
from _pytest.mark import ParameterSet

from annotator.analysis.style import FEATURES, KEYS, WINDOW, measure, type_token_ratio

# A text, and what is counted in it.
COUNTS: dict[str, list[tuple[str, float]]] = {
    "words": [
        ("don't well-known naïve", 3),
        ("$x$ is `y z` so", 2),
        ("**so**, so", 2),
        ("- a\n- b\n\n3. c", 3),
        ("|a|b|\n|-|-|\n|c|d|", 4),
        ("3 apples and 1,000 pears", 3),
        ("x_1 + 2y = 3", 2),
        ("two\nlines", 2),
        ("e.g. this", 3),
        ("Δx ünder 中文", 3),
        ("```\na b c\n```\nafter code", 2),
        ("\\[\n\\text{a b c}\n\\]\nafter maths", 2),
        ("She's — he's", 2),
        ("http://a.b", 3),
    ],
    "sentences": [
        ("It is 3.5. So we stop.", 2),
        ("Mr. Smith has approx. 3 of them, e.g. This one.", 1),
        ("Step 2. So it is.", 1),
        ("2\\. So it is.", 1),
        ("The U.S. The end.", 1),
        ("Is it? Yes! Good... Fine.", 4),
        ("So $x=1.5$. $y$ follows.", 2),
        ("- one\n- two\n- three", 3),
        ("# Title\nText", 2),
        ("First this\nThen that", 2),
        ("first this\nthen that", 1),
        ('He said "No." Then he left.', 2),
        ("We have 5! ways. Done.", 2),
        ("**Bold.** Next.", 2),
        ("It is 5. Then 6 follows.", 2),
        ("|a|b|\n|-|-|\n|c|d|", 2),
        ("no end", 1),
        ("Wait, what?! No way.", 2),
    ],
    "words_per_sentence": [
        ("It is 3.5. So we stop there.", 3.0),
        ("One two three four", 4.0),
        ("One two. Three four five six.", 3.0),
        ("- one\n- two three", 1.5),
        ("We have $a$ and $b$.", 3.0),
        ("# Title\nThis has four words.", 2.5),
        ("e.g. this", 3.0),
        ("Is it? Yes.", 1.5),
        ("`a b c` is", 1.0),
        ("Step 2. So it is.", 4.0),
        ("|a|b|\n|-|-|\n|c|d|", 2.0),
        ("Line one\nLine two", 2.0),
    ],
    "latex_share": [
        ("$abc$ xyz", 0.5),
        ("$x$", 1.0),
        (r"\[x\]", 1.0),
        ("**$a$** b", 0.5),
        ("$a b$ c d", 0.5),
        ("$ab$ `cd`", 0.5),
        ("- $a$\n- b", 0.5),
        (r"\boxed{18} abcdefghij", 0.5),
        ("$$\nab\n$$\nab", 0.5),
        ("$5$ and 5", 0.2),
        ("> $a$ b", 0.5),
        (r"$\alpha$ alphas", 0.5),
        ("|$a$|b|\n|-|-|\n|c|$d$|", 0.5),
    ],
    "digit_share": [
        ("12ab", 0.5),
        ("$12$ ab", 0.5),
        ("`12` ab", 0.5),
        ("1 2 a b", 0.5),
        ("**12** ab", 0.5),
        ("1. 2a", 0.5),
        ("1,2.", 0.5),
        ("\u0661\u0662ab", 0.5),
        ("2024", 1.0),
        ("12=ab\u00a034 cd=", 0.4),
        ("- 12 b\n- 3", 0.75),
        ("```\n12\n```\nab", 0.5),
        ("# 1\na", 0.5),
    ],
    "type_token_ratio": [
        ("The the THE the", 0.25),
        ("one two", 1.0),
        ("a *a* b **b**", 0.5),
        ("$a$ b b", 0.5),
        ("`a` b b", 0.5),
        ("- so\n- so", 0.5),
        ("don't don't", 0.5),
        ("well-known well known", 1.0),
        ("x 1 x 2", 0.5),
        ("so. So! so? SO", 0.25),
        ("word " * WINDOW * 3, 1 / WINDOW),
        ("a b " * WINDOW, 2 / WINDOW),
        ("naïve NAÏVE", 0.5),
    ],
}

# Two texts that an annotator would say have as much of it: the second is without what could be taken for more.
SAME: dict[str, list[tuple[str, str]]] = {
    "words": [
        ("$we think$ so", "so"),
        ("`return x` so", "so"),
        ("*so*", "so"),
        ("# so", "so"),
        ("1. so", "so"),
        ("- so", "so"),
        ("> so", "so"),
        ("so 5 * 6 = 30", "so"),
        ("so---", "so"),
        ("|so|\n|-|", "so"),
        ("so \\boxed{x}", "so"),
        ("so \U0001f600 !", "so"),
        ("so\n\n\n", "so"),
        ("$$\nabc\n$$ so", "so"),
    ],
    "sentences": [
        ("It costs 3.50 dollars", "It"),
        ("See e.g. Gauss", "It"),
        ("cf. Euler", "It"),
        ("Dr. Who", "It"),
        ("$a. B$ is", "It"),
        ("`a. B. C` is", "It"),
        ("x = 1... so on", "It"),
        ("Fig. 3 shows", "It"),
        ("No. 5 is it", "It"),
        ("x: 3! = 6", "It"),
        ("It is.\n\n$x$", "It"),
        ("It is.\n\n5 + 3", "It"),
        ("It (i.e. That) is", "It"),
        ("Alice vs. Bob", "It"),
        ("It is.\n\n---", "It"),
        ("a.b.C", "It"),
    ],
    "words_per_sentence": [
        ("It is 3.5 or so", "It is or so"),
        ("It is $a. B$", "It is"),
        ("It is `a. B`", "It is"),
        ("It *is*", "It is"),
        ("- It is", "It is"),
        ("# It is", "It is"),
        ("It is 5 5 5", "It is"),
        ("It is.\n\n$$x$$", "It is"),
        ("Fig. 3", "It"),
        ("It is\n\n1", "It is"),
        ("1. It is", "It is"),
        ("It's 7", "It"),
    ],
    "latex_share": [
        (r"\frac{1}{2}", "a"),
        ("$5 and $6", "a"),
        ("`$x$`", "a"),
        ("```\n$x$\n```", "a"),
        (r"\$x\$", "a"),
        ("x^2", "a"),
        (r"\(x", "a"),
        ("$$x", "a"),
        ("$ $", "a"),
        ("    $x$", "a"),
        ("", "a"),
        (r"\\(x\\)", "a"),
        ("$a$  b", "$a$ b"),
    ],
    "digit_share": [
        ("one two", "a"),
        ("½ ² ₇ Ⅳ", "a"),
        ("", "a"),
        ("$x$", "a"),
        ("1. a", "a"),
        ("7) a", "a"),
        ("- a", "a"),
        ("**1** a", "1 a"),
        ("1\n\n\na", "1 a"),
        ("# 1", "1"),
        ("I II III", "a"),
        ("\u4e00\u4e8c", "a"),
        ("> 1 a", "1 a"),
    ],
    "type_token_ratio": [
        ("one `two two`", "one"),
        ("one $two two$", "one"),
        ("one 2 2 2", "one"),
        ("**one** two", "one"),
        ("# one two", "one"),
        ("one — — two", "one"),
        ("it it's its", "one"),
        ("- a\n- b", "one"),
        ("one\n\n---\n\ntwo", "one"),
        ("1. one 1. two", "one"),
        ("```\na a a\n```\none", "one"),
        ("one... two...", "one"),
        ("|one|two|\n|-|-|", "one"),
    ],
}


def value(text: str, feature: str) -> float:
    return measure(text)[KEYS.index(feature)]


def rows(table: dict[str, list[tuple[str, float]]] | dict[str, list[tuple[str, str]]]) -> list[ParameterSet]:
    return [
        pytest.param(key, *row, id=f"{key}: {row[0][:40]}")
        for key, examples in table.items()
        for row in examples
    ]


def test_every_feature_that_is_counted_has_a_dozen_examples_of_each() -> None:
    counted = {feature.key for feature in FEATURES if feature.kind == "continuous"}
    assert counted == COUNTS.keys() == SAME.keys()
    assert min([*map(len, COUNTS.values()), *map(len, SAME.values())]) >= 12


@pytest.mark.parametrize(("feature", "text", "expected"), rows(COUNTS))
def test_it_is_counted(feature: str, text: str, expected: float) -> None:
    assert value(text, feature) == pytest.approx(expected)


@pytest.mark.parametrize(("feature", "text", "other"), rows(SAME))
def test_it_is_not_taken_for_more(feature: str, text: str, other: str) -> None:
    assert value(text, feature) == value(other, feature)


@pytest.mark.parametrize("text", ["", "\n\n", "5 + 3", "$x$", "`x`", "---"])
def test_a_text_without_prose_has_none_of_what_is_counted_in_prose(text: str) -> None:
    for feature in ["words", "sentences", "words_per_sentence", "type_token_ratio"]:
        assert value(text, feature) == 0


def test_the_variety_of_words_is_the_mean_over_all_windows() -> None:
    words = [str(number * number % 37) for number in range(200)]
    windows = [words[begin : begin + WINDOW] for begin in range(len(words) - WINDOW + 1)]
    expected = sum(len(set(window)) for window in windows) / WINDOW / len(windows)
    assert type_token_ratio(words) == pytest.approx(expected)


def test_the_variety_of_words_does_not_fall_with_the_length_of_a_text() -> None:
    pattern = [f"w{number % 40}" for number in range(80)]
    assert type_token_ratio(pattern) == pytest.approx(type_token_ratio(pattern * 20))
