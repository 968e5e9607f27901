"""How long the effects of style take, beside plain least squares of the same votes without any fixed effect or interval."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from annotator.analysis.bias.estimates import (
    estimate_association,
    estimate_peers,
    estimate_plain,
    estimate_twin_labels,
    estimate_twins,
)
from annotator.analysis.bias.features import use_features
from annotator.analysis.bias.testing import with_q
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes
from bench.agreement import Cost, cost
from bench.style_simulator import IS_MARKUP, KEYS, KINDS, Design, Simulated, simulate
from bench.table import Row

ANNOTATORS = 20
OVERLAP = 3
# A chain of the simulator has so many steps on average.
GRADES_OF_CHAIN = 8 * OVERLAP
PAIRS = 200
MEGABYTES = 2_000


@dataclass(frozen=True, slots=True)
class Size:
    grades: int
    seconds: float


SIZES: Final = (Size(10_000, 1.0), Size(100_000, 5.0), Size(1_000_000, 60.0))


def measure_style_speed() -> list[Row]:
    """All estimators together, of 10k, 100k and 1M grades with as many features as there are."""
    return [row_of(size) for size in SIZES]


def row_of(size: Size) -> Row:
    project = drawn_project(size.grades)
    own = cost(partial(estimate_everything, project))
    theirs = cost(partial(plain_least_squares, project.votes, project.styles))
    return Row(
        name=f"all style estimators, {size.grades:,} grades",
        figure=str(own),
        goal=f"under {size.seconds:.0f} s and {MEGABYTES} MB",
        reference=f"least squares without fixed effects: {theirs}; ratio {ratio(own, theirs):.1f}",
        reached=own.seconds < size.seconds and own.megabytes < MEGABYTES,
    )


def ratio(own: Cost, theirs: Cost) -> float:
    return own.seconds / theirs.seconds


def estimate_everything(project: Simulated) -> None:
    votes, styles = project.votes, project.styles
    twins = [estimate_twins(study, feature=KEYS[feature]) for feature, study in project.twins.items()]
    labels = [
        estimate
        for feature, study in project.twins.items()
        for estimate in estimate_twin_labels(study, feature=KEYS[feature])
    ]
    with_q([*twins, *estimate_plain(votes, styles)])
    with_q(labels)
    with_q(estimate_peers(votes, styles))
    estimate_association(votes, styles)


def plain_least_squares(votes: StyleVotes, styles: StyleMatrix) -> None:
    values = use_features(votes, styles).values
    design = np.concatenate([values[:, votes.steps], np.ones((1, len(votes.steps)))]).T
    np.linalg.lstsq(design, votes.sound)


def drawn_project(grades: int) -> Simulated:
    """Exactly so many votes, with 19 features: those of the simulator, and made-up ones beside them."""
    random = np.random.default_rng(grades)
    design = Design(
        chains=grades // GRADES_OF_CHAIN + 50, annotators=ANNOTATORS, overlap=OVERLAP, pairs=PAIRS
    )
    project = simulate(random, design)
    steps = len(project.styles.values)
    binary = (random.random((steps, 7)) < random.uniform(0.1, 0.6, 7)).astype(np.float64)
    continuous = np.exp(random.normal(2, 1, (steps, 4)))
    styles = StyleMatrix(
        values=np.concatenate([project.styles.values, binary, continuous], axis=1),
        keys=(*KEYS, *(f"made_up_{place}" for place in range(11))),
        kinds=(*KINDS, *(("binary",) * 7), *(("continuous",) * 4)),
        is_markup=(*IS_MARKUP, *((False,) * 11)),
    )
    return replace(project, votes=project.votes.only(slice(0, grades)), styles=styles)
