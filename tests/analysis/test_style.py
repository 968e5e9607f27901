"""Features of a step's text that it has or has not: what an annotator would say on looking at it."""

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.analysis.style import FEATURES, KEYS, measure
from taxonomies.models import StyleFeature
from tests.analysis.style_examples import HAVE, HAVE_NOT
from tests.texts import markdown_texts, nasty_texts

BINARY = [feature.key for feature in FEATURES if feature.kind == "binary"]


def value(text: str, feature: str) -> float:
    return measure(text)[KEYS.index(feature)]


def examples(table: dict[str, list[str]]) -> list[ParameterSet]:
    return [
        pytest.param(key, text, id=f"{key}: {text[:40]}") for key, texts in table.items() for text in texts
    ]


def test_the_features_are_those_of_taxonomies_in_their_order() -> None:
    assert tuple(StyleFeature.values) == KEYS


def test_every_feature_that_is_there_or_not_has_a_dozen_examples_of_each() -> None:
    assert set(BINARY) == HAVE.keys() == HAVE_NOT.keys()
    assert min(map(len, [*HAVE.values(), *HAVE_NOT.values()])) >= 12


@pytest.mark.parametrize(("feature", "text"), examples(HAVE))
def test_a_text_has_the_feature(feature: str, text: str) -> None:
    assert value(text, feature) == 1


@pytest.mark.parametrize(("feature", "text"), examples(HAVE_NOT))
def test_a_text_only_looks_as_if_it_had_the_feature(feature: str, text: str) -> None:
    assert value(text, feature) == 0


@settings(max_examples=300, deadline=None)
@given(markdown_texts() | nasty_texts() | st.text())
def test_any_text_has_a_value_of_each_kind(text: str) -> None:
    values = measure(text)
    assert len(values) == len(FEATURES)
    for feature, number in zip(FEATURES, values, strict=True):
        assert isinstance(number, float)
        assert number in {0.0, 1.0} if feature.kind == "binary" else 0 <= number < float("inf")
    for share in ["latex_share", "digit_share", "type_token_ratio"]:
        assert values[KEYS.index(share)] <= 1
