"""One annotator against the others, beside a literal computation: statsmodels for each, again without each chain."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import t as student_t

from annotator.analysis.bias.estimates import Estimate, estimate_peers
from annotator.analysis.bias.jackknife import fit_by_jackknife
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes
from annotator.analysis.bias.wording import HANGS_ON_ONE_CHAIN
from tests.analysis.bias.made_votes import Project, drawn_project, one_feature, with_values

EXACT = 1e-6
CLOSE = 1e-5


@dataclass(frozen=True, slots=True)
class Literal:
    """(features,) each, of one annotator."""

    coefficients: NDArray[np.float64]
    variances: NDArray[np.float64]
    chains: int


def literal_design(project: Project, annotator: int) -> tuple[NDArray[np.float64], StyleVotes]:
    """Features as seen, the others' mean grade and its square, plain, and a constant; one vote after the other."""
    votes, styles = project.votes, project.styles
    graded = np.unique(votes.steps)
    columns = styles.values.copy()
    for place, kind in enumerate(styles.kinds):
        if kind == "continuous":
            columns[:, place] = np.log1p(columns[:, place])
            columns[:, place] /= columns[graded, place].std()
    rows, kept = [], []
    for vote in np.flatnonzero(votes.annotators == annotator):
        on_step = votes.steps == votes.steps[vote]
        others = votes.values[on_step & (votes.annotators != annotator)]
        if not len(others):
            continue
        is_plain = bool(votes.is_plain[vote])
        seen = [
            0.0 if is_plain and is_markup else value
            for value, is_markup in zip(columns[votes.steps[vote]], styles.is_markup, strict=True)
        ]
        rows.append([*seen, others.mean(), others.mean() ** 2, float(is_plain), 1.0])
        kept.append(vote)
    return np.array(rows), votes.only(np.array(kept))


def literal(project: Project, annotator: int) -> Literal:
    design, votes = literal_design(project, annotator)
    features = project.styles.values.shape[1]
    left_out = np.array(
        [
            sm.OLS(votes.sound[votes.chains != chain], design[votes.chains != chain]).fit().params[:features]
            for chain in np.unique(votes.chains)
        ]
    )
    chains = len(left_out)
    return Literal(
        coefficients=sm.OLS(votes.sound, design).fit().params[:features],
        variances=(chains - 1) / chains * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0),
        chains=chains,
    )


@pytest.fixture(scope="module")
def project() -> Project:
    return drawn_project(5, chains=170, annotators=5, seats=(3, 4))


def test_a_deviation_is_what_statsmodels_gives_with_every_chain_left_out_in_turn(project: Project) -> None:
    people = [literal(project, annotator) for annotator in range(5)]
    estimates = estimate_peers(project.votes, project.styles)
    assert [(estimate.annotator, estimate.feature) for estimate in estimates] == [
        (annotator, feature) for annotator in range(5) for feature in project.styles.keys
    ]
    for estimate in estimates:
        assert estimate.annotator is not None
        place = project.styles.keys.index(estimate.feature)
        own = people[estimate.annotator]
        others = [person for person in people if person is not own]
        deviation = own.coefficients[place] - np.median([other.coefficients[place] for other in others])
        spread = np.mean([other.variances[place] for other in others])
        error = math.sqrt(own.variances[place] + 1.57 * spread / 4)
        degrees = own.chains - 1
        assert estimate.is_estimated
        assert estimate.effect == pytest.approx(100 * deviation, abs=CLOSE)
        assert estimate.se == pytest.approx(100 * error, abs=CLOSE)
        assert estimate.high == pytest.approx(
            100 * (deviation + student_t.ppf(0.975, degrees) * error), abs=CLOSE
        )
        beyond = student_t.sf((abs(deviation) - 0.03) / error, degrees)
        beyond += student_t.sf((abs(deviation) + 0.03) / error, degrees)
        assert estimate.p == pytest.approx(min(1, beyond), abs=EXACT)
        assert estimate.counts.annotators == 5
        assert estimate.status == "deviation"


def liked_by(project: Project, annotator: int, *, feature: int, random: np.random.Generator) -> Project:
    """The same votes, but this annotator often says sound where they see the feature."""
    votes = project.votes
    is_shown = (project.styles.values[votes.steps, feature] > 0) & ~votes.is_plain
    is_moved = (votes.annotators == annotator) & is_shown & (random.random(len(votes.steps)) < 0.9)
    moved = replace(
        votes, sound=np.where(is_moved, 1.0, votes.sound), values=np.where(is_moved, 1.0, votes.values)
    )
    return replace(project, votes=moved)


def test_who_likes_a_feature_more_than_the_others_deviates_upwards_and_nobody_else_does() -> None:
    project = one_feature(drawn_project(2, chains=300, annotators=6, seats=(3, 4)), 3)
    liked = liked_by(project, 2, feature=0, random=np.random.default_rng(0))
    before, after = estimate_peers(project.votes, project.styles), estimate_peers(liked.votes, liked.styles)
    assert effect_of(after[2]) > 15
    assert after[2].p is not None
    assert after[2].p < 0.001
    for place in (0, 1, 3, 4, 5):
        # The median moves a little; a mean would move by a fifth of the preference.
        assert abs(effect_of(after[place]) - effect_of(before[place])) < 4


def effect_of(estimate: Estimate) -> float:
    assert estimate.effect is not None
    return estimate.effect


def test_with_three_eligible_annotators_nobody_is_compared() -> None:
    project = drawn_project(0, chains=120, annotators=3, seats=(3, 3))
    estimates = estimate_peers(project.votes, project.styles)
    assert not any(estimate.is_estimated for estimate in estimates)
    assert estimates[0].reason == "Not enough yet: 3 of 4 annotators with enough votes."


def test_an_annotator_with_few_votes_is_told_what_is_missing_and_is_nobodys_peer() -> None:
    project = drawn_project(0, chains=150, annotators=5, seats=(4, 4))
    votes = project.votes
    # The last one stops after a few chains.
    votes = votes.only((votes.annotators != 4) | (votes.chains < 15))
    estimates = [e for e in estimate_peers(votes, project.styles) if e.feature == "bullets"]
    assert [estimate.is_estimated for estimate in estimates] == [True, True, True, True, False]
    assert [need.what for need in estimates[4].needs][:2] == ["votes", "chains"]
    assert estimates[0].counts.annotators == 4


def test_votes_on_steps_that_nobody_else_graded_are_not_compared() -> None:
    project = drawn_project(1, chains=150, annotators=5, seats=(3, 3))
    votes = project.votes
    alone = StyleVotes(
        steps=np.full(1, len(project.styles.values)),
        annotators=np.zeros(1, dtype=np.int64),
        chains=np.full(1, 150),
        indexes=np.zeros(1, dtype=np.int64),
        sound=np.ones(1),
        values=np.ones(1),
        is_plain=np.zeros(1, dtype=np.bool_),
    )
    more = StyleVotes(
        *(
            np.concatenate([getattr(votes, name), getattr(alone, name)])
            for name in ("steps", "annotators", "chains", "indexes", "sound", "values", "is_plain")
        )
    )
    # Binary features alone, whose unit a further step does not change.
    styles = project.styles
    binary = StyleMatrix(
        values=styles.values[:, :5],
        keys=styles.keys[:5],
        kinds=styles.kinds[:5],
        is_markup=styles.is_markup[:5],
    )
    longer = replace(binary, values=np.concatenate([binary.values, np.ones((1, 5))]))
    first, second = estimate_peers(votes, binary), estimate_peers(more, longer)
    assert [estimate.effect for estimate in first] == pytest.approx([estimate.effect for estimate in second])
    assert [estimate.counts for estimate in first] == [estimate.counts for estimate in second]


def test_what_a_single_chain_tells_is_not_told() -> None:
    project = one_feature(drawn_project(1, chains=150, annotators=5, seats=(5, 5)), 3)
    votes = project.votes
    # One chain as long as is needed, with the feature on its every step and nowhere else.
    values = np.zeros_like(project.styles.values)
    steps = np.arange(len(values))
    chain_of_step = np.zeros(len(values), dtype=np.int64)
    chain_of_step[votes.steps] = votes.chains
    is_early = chain_of_step < 10
    merged = replace(votes, chains=np.where(is_early[votes.steps], 0, votes.chains))
    values[steps[is_early]] = 1.0
    estimates = estimate_peers(merged, with_values(project, values).styles)
    assert {estimate.reason for estimate in estimates} == {HANGS_ON_ONE_CHAIN}


def test_a_control_that_one_chain_alone_has_does_not_keep_the_features_from_being_told() -> None:
    random = np.random.default_rng(0)
    chains = np.repeat(np.arange(40), 8)
    feature, control = random.normal(size=320), (chains == 3).astype(np.float64)
    outcome = 0.5 * feature + control + random.normal(size=320)
    with_control = fit_by_jackknife(np.stack([feature, control]), outcome[None], chains=chains)
    kept = chains != 3
    without = fit_by_jackknife(feature[None, kept], outcome[None, kept], chains=chains[kept])
    assert with_control.is_stable.tolist() == [True, False]
    assert with_control.variances[0, 0] == pytest.approx(without.variances[0, 0], rel=0.1)


def test_products_are_the_same_however_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    chains = random.integers(0, 50, 400)
    regressors, outcomes = random.normal(size=(3, 400)), random.normal(size=(2, 400))
    whole = fit_by_jackknife(regressors, outcomes, chains=chains)
    monkeypatch.setattr("annotator.analysis.bias.jackknife.VOTES_AT_ONCE", 13)
    monkeypatch.setattr("annotator.analysis.bias.jackknife.CHAINS_AT_ONCE", 7)
    pieces = fit_by_jackknife(regressors, outcomes, chains=chains)
    assert pieces.coefficients == pytest.approx(whole.coefficients)
    assert pieces.variances == pytest.approx(whole.variances)
