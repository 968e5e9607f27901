import json
from collections.abc import Sequence
from dataclasses import asdict

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis import agreement, consensus, first_errors
from annotator.analysis.figures import Figure
from annotator.analysis.first_errors import NO_ERROR, UNDEFINED, FirstErrorAgreement


def test_first_errors_of_many_sequences_at_once() -> None:
    found = first_errors.find_first_errors(
        sequences=[0, 0, 0, 1, 1, 2, 3, 3, 5],
        indexes=[0, 1, 2, 0, 1, 1, 0, 2, 0],
        values=[1, -1, -1, 1, 0, -1, 1, 1, -1],
        lengths=[3, 2, 2, 3, 1, 1],
    )
    assert found.tolist() == [1, NO_ERROR, UNDEFINED, UNDEFINED, UNDEFINED, 0]


@given(st.lists(st.lists(st.sampled_from([None, -1.0, 0.0, 1.0]), min_size=1, max_size=6), max_size=6))
def test_the_array_rule_for_first_errors_is_the_scalar_one(sequences: list[list[float | None]]) -> None:
    entries = [(s, i, v) for s, seq in enumerate(sequences) for i, v in enumerate(seq) if v is not None]
    found = first_errors.find_first_errors(
        sequences=[s for s, _, _ in entries],
        indexes=[i for _, i, _ in entries],
        values=[v for _, _, v in entries],
        lengths=[len(sequence) for sequence in sequences],
    )
    for code, sequence in zip(found.tolist(), sequences, strict=True):
        one = consensus.first_error(sequence)
        assert code == (UNDEFINED if not one.is_defined else NO_ERROR if one.index is None else one.index)


def first_error_figures(
    pairs: Sequence[tuple[int, ...]], *, clusters: Sequence[int] | None = None
) -> FirstErrorAgreement:
    """One tuple per chain: the first error each annotator found."""
    entries = [(c, a, found) for c, chain in enumerate(pairs) for a, found in enumerate(chain)]
    return first_errors.measure_first_errors(
        chains=[c for c, _, _ in entries],
        annotators=[a for _, a, _ in entries],
        first_errors=[found for _, _, found in entries],
        clusters=[c if clusters is None else clusters[c] for c, _, _ in entries],
    )


def test_first_error_figures_on_a_case_counted_by_hand() -> None:
    # Equal; one step apart; three apart; both find none; one finds none; only one defined.
    measured = first_error_figures(
        [(2, 2), (1, 2), (0, 3), (NO_ERROR, NO_ERROR), (NO_ERROR, 0), (1, UNDEFINED)]
    )
    assert measured.exact.value == pytest.approx(2 / 5)
    # Step 0 is not next to "no error".
    assert measured.within_one.value == pytest.approx(3 / 5)
    assert measured.exact_given_both_found.value == pytest.approx(1 / 3)
    assert measured.share_undefined.value == pytest.approx(1 / 12)
    assert measured.counts.units == 6
    assert measured.counts.units_graded_twice == 5
    assert measured.status == "insufficient"
    rows = np.array([[2, 1, 0, -1, -1], [2, 2, 3, -1, 0]])
    for figure, table in ((measured.alpha_index, rows), (measured.alpha_has_error, rows >= 0)):
        theirs = krippendorff.alpha(reliability_data=table.astype(float), level_of_measurement="nominal")
        assert figure.value == pytest.approx(theirs)


def test_three_annotators_count_as_three_pairs() -> None:
    measured = first_error_figures([(2, 2, NO_ERROR), (0, 0, 0)])
    assert measured.exact.value == pytest.approx((1 / 3 + 1) / 2)
    assert measured.exact_given_both_found.value == 1


def test_first_error_figures_are_null_with_a_reason() -> None:
    nothing = first_error_figures([])
    assert nothing.exact == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert nothing.share_undefined == Figure(None, reason=first_errors.NOTHING_GRADED)
    clean = first_error_figures([(NO_ERROR, NO_ERROR)] * 3)
    assert clean.exact.value == 1
    assert clean.exact_given_both_found == Figure(None, reason=first_errors.NO_TWO_ERRORS)
    assert clean.alpha_has_error == Figure(None, reason=agreement.ALL_ALIKE)
    undefined = first_error_figures([(UNDEFINED, UNDEFINED)])
    assert undefined.share_undefined.value == 1
    assert undefined.alpha_index == Figure(None, reason=agreement.NOT_GRADED_TWICE)


def test_first_error_figures_have_intervals_over_problems() -> None:
    chains = [(0, 0), (1, 2), (NO_ERROR, NO_ERROR), (NO_ERROR, 1), (2, 2), (3, UNDEFINED), (1, 1)] * 6
    measured = first_error_figures(chains, clusters=[place // 4 for place in range(len(chains))])
    for figure in (measured.exact, measured.alpha_index, measured.share_undefined):
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high
    json.dumps(asdict(measured), allow_nan=False)


def test_first_error_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry per annotator and chain"):
        first_errors.measure_first_errors(chains=[1, 2], annotators=[1], first_errors=[0, 0], clusters=[1, 1])
