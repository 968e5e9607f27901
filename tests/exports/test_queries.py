"""What can be asked of an export: each value checked, one canonical form."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.exports.options import BY_NAME, FORMATS, NAMES, OPTIONS
from annotator.exports.queries import BadQuery, ExportQuery, as_texts, read_query
from annotator.exports.splits import bucket_of, split_of

NASTY = ["\0", "\ud800", "NaN", "-1", "1e400", "١", " ", "1 ", "True", "x" * 600, "80/10", "2026-11-20"]


def test_nothing_asked_is_the_native_export() -> None:
    assert read_query({}) == ExportQuery()
    assert as_texts(ExportQuery()) == {"format": "native"}


def test_what_is_named_as_it_is_without_being_named_leaves_no_trace() -> None:
    assert as_texts(read_query({option.name: option.default for option in OPTIONS})) == {"format": "native"}


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"formatt": "trl"}, "Unknown option: formatt"),
        ({"format": "csv"}, "Unknown format"),
        ({"format": "prm800k", "labels": "dawid_skene"}, "labels is for"),
        ({"format": "trl", "votes": "1"}, "votes is for native"),
        ({"soft": "1"}, "soft is for openrlhf"),
        ({"labels": "annotator"}, "go together"),
        ({"annotator": "A1"}, "go together"),
        ({"comments": "1"}, "needs votes=1"),
        ({"splits": "80/10/20"}, "add up to 100"),
        ({"splits": "100"}, "three whole percentages"),
        ({"min_agreement": "NaN"}, "a number from 0 to 1"),
        ({"min_votes": "51"}, "from 0 to 50"),
        ({"changed_since": "2026-11-20T00:00:00"}, "with its zone"),
        ({"version": "0"}, "from 1 to"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(texts: dict[str, str], words: str) -> None:
    with pytest.raises(BadQuery, match=words):
        read_query(texts)


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(max_size=30), st.sampled_from(NASTY))))
def test_any_texts_are_a_query_or_refused(texts: dict[str, str]) -> None:
    try:
        query = read_query(texts)
    except BadQuery:
        return
    assert read_query(as_texts(query)) == query


@given(st.integers(0, 10**6))
def test_a_share_is_kept_to_its_last_digit(millionths: int) -> None:
    query = read_query({"min_agreement": f"{millionths / 10**6:.6f}"})
    assert query.min_agreement == millionths / 10**6
    assert read_query(as_texts(query)) == query


@pytest.mark.parametrize("text", ["1e-1", "0_5", " 0.5", "0.5 ", ".5", "1.1", "NaN", "-0", "٠"])
def test_a_share_is_written_plainly(text: str) -> None:
    with pytest.raises(BadQuery, match="a number from 0 to 1"):
        read_query({"min_agreement": text})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from([*BY_NAME[name].choices, ""]) for name in NAMES if BY_NAME[name].choices
        },
    )
)
def test_the_canonical_form_says_all_of_it(texts: dict[str, str]) -> None:
    try:
        query = read_query(texts)
    except BadQuery:
        return
    canonical = as_texts(query)
    assert list(canonical) == [name for name in NAMES if name in canonical]
    assert read_query(canonical) == query
    assert query.format in FORMATS


def test_a_problem_is_in_one_part_by_its_id_alone() -> None:
    assert bucket_of("alg-17") == int(hashlib.sha256(b"alg-17").hexdigest()[:16], 16) % 10_000
    ids = [f"problem-{number}" for number in range(20_000)]
    shares = [split_of(each, percents=(80, 10, 10)) for each in ids]
    assert abs(shares.count("train") / len(ids) - 0.8) < 0.01
    assert abs(shares.count("test") / len(ids) - 0.1) < 0.01
    assert {split_of(each, percents=(100, 0, 0)) for each in ids} == {"train"}
    assert {split_of(each, percents=(0, 0, 100)) for each in ids} == {"test"}
