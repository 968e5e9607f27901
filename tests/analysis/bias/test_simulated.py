"""On made-up projects of which the truth is known; `python -m bench style` measures the same over many of them."""

import numpy as np
import pytest

from annotator.analysis.bias.estimates import (
    estimate_association,
    estimate_peers,
    estimate_plain,
    estimate_twins,
)
from annotator.analysis.bias.testing import opens, with_q
from bench.style_simulator import BULLETS, EMPHASIS, HEDGE, KEYS, Design, Simulated, simulate


@pytest.fixture(scope="module")
def liked() -> Simulated:
    """All like bullets by 15 points."""
    return simulate(np.random.default_rng(0), Design(chains=500, pairs=300, liking={BULLETS: 15}))


def test_the_same_seed_makes_the_same_project() -> None:
    first, second = (simulate(np.random.default_rng(7), Design(chains=40)) for _ in range(2))
    assert np.array_equal(first.votes.sound, second.votes.sound)
    assert np.array_equal(first.twins[BULLETS].sound, second.twins[BULLETS].sound)
    assert first.twin_effects == second.twin_effects


def test_the_simulator_injects_what_it_is_asked_for() -> None:
    shared = simulate(np.random.default_rng(1), Design(chains=400, pairs=2_000, liking={BULLETS: 10}))
    assert shared.twin_effects[BULLETS] == pytest.approx(10, abs=0.7)
    assert shared.twin_effects[EMPHASIS] == shared.twin_effects[HEDGE] == 0
    assert np.abs(np.delete(shared.deviations, BULLETS, axis=1)).max() == 0
    alone = simulate(np.random.default_rng(1), Design(chains=400, individual={BULLETS: 10}))
    assert alone.deviations[0, BULLETS] > 5
    assert np.abs(alone.deviations[1:, BULLETS]).max() == 0


def test_a_shared_liking_is_found_by_both_experiments(liked: Simulated) -> None:
    twins = estimate_twins(liked.twins[BULLETS], feature=KEYS[BULLETS])
    plain = estimate_plain(liked.votes, liked.styles)
    assert [opens(one) for one in with_q([twins, *plain])] == [True, True, False, False]
    for estimate, truth in [(twins, liked.twin_effects[BULLETS]), (plain[0], liked.plain_effects[BULLETS])]:
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= truth <= estimate.high


def test_whoever_likes_it_more_deviates_and_nobody_else_does() -> None:
    alone = simulate(np.random.default_rng(0), Design(chains=500, individual={BULLETS: 30}))
    flagged = [one for one in with_q(estimate_peers(alone.votes, alone.styles)) if opens(one)]
    assert [(one.annotator, one.feature) for one in flagged] == [(0, "bullets")]


def test_in_a_clean_project_associations_stand_out_and_are_no_evidence() -> None:
    clean = simulate(np.random.default_rng(2), Design())
    associations = with_q(estimate_association(clean.votes, clean.styles))
    assert any(one.low is not None and one.low > 3 for one in associations)
    assert not any(opens(one) or one.severity for one in associations)
