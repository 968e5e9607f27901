"""How features are used: which are left out for want of steps, and in what unit the others are counted. Pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.bias.evidence import Need, Unit
from annotator.analysis.bias.votes import Kind, StyleMatrix, StyleVotes

LeftOut = Literal["few_present", "few_absent", "constant"]

STEPS_EITHER_WAY = 30


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One feature over the steps that have a vote.

    steps_present: steps with a value above 0; prevalence: their share, None where continuous; mean, sd: of
    log(1 + value) where continuous, else None; sd is the unit of its effects. left_out: why it is in no estimate.
    A continuous feature is left out as "few_present" when fewer than 30 steps differ from the value that most steps have.
    """

    key: str
    kind: Kind
    is_markup: bool
    steps: int
    steps_present: int
    prevalence: float | None
    mean: float | None
    sd: float | None
    left_out: LeftOut | None
    needs: tuple[Need, ...]

    @property
    def unit(self) -> Unit:
        return "present" if self.kind == "binary" else "per_sd"


@dataclass(frozen=True, slots=True)
class FeaturesInUse:
    """uses: every feature; values: (features, steps), 0 or 1, or log(1 + value) by its SD, 0 where left out;
    differs: (features, steps), whether the step has the feature, or another value than most steps have."""

    uses: tuple[FeatureUse, ...]
    values: Floats
    differs: Flags
    kept: Integers

    @property
    def is_continuous(self) -> Flags:
        return np.array([use.kind == "continuous" for use in self.uses], dtype=np.bool_)

    @property
    def is_markup(self) -> Flags:
        return np.array([use.is_markup for use in self.uses], dtype=np.bool_)


def use_features(votes: StyleVotes, styles: StyleMatrix) -> FeaturesInUse:
    """The features over the steps of these votes."""
    is_graded = np.bincount(votes.steps, minlength=len(styles.values)) > 0
    values = np.zeros(styles.values.T.shape)
    differs = np.zeros(styles.values.T.shape, dtype=np.bool_)
    uses = []
    for place in range(len(styles.keys)):
        raw = styles.values[:, place]
        use = use_binary(styles, place, raw[is_graded])
        differs[place] = raw > 0
        values[place] = raw
        if styles.kinds[place] == "continuous":
            logs = np.log1p(raw)
            use = use_continuous(styles, place, logs[is_graded])
            differs[place] = logs != commonest(logs[is_graded])
            values[place] = logs / use.sd if use.sd else 0.0
        if use.left_out:
            values[place] = 0.0
        uses.append(use)
    kept = np.array([place for place, use in enumerate(uses) if use.left_out is None], dtype=np.int64)
    return FeaturesInUse(uses=tuple(uses), values=values, differs=differs, kept=kept)


def use_binary(styles: StyleMatrix, place: int, values: Floats) -> FeatureUse:
    present, steps = int((values > 0).sum()), len(values)
    needs = missing(steps_with=present, steps_without=steps - present)
    left_out: LeftOut | None = None
    if needs:
        left_out = "few_present" if needs[0].what == "steps_with" else "few_absent"
    return FeatureUse(
        key=styles.keys[place],
        kind="binary",
        is_markup=styles.is_markup[place],
        steps=steps,
        steps_present=present,
        prevalence=present / steps if steps else None,
        mean=None,
        sd=None,
        left_out=left_out,
        needs=needs,
    )


def use_continuous(styles: StyleMatrix, place: int, logs: Floats) -> FeatureUse:
    different = int((logs != commonest(logs)).sum())
    needs = missing(steps_with=different, steps_without=STEPS_EITHER_WAY)
    left_out: LeftOut | None = "few_present" if needs else None
    if len(logs) and not different:
        left_out = "constant"
    return FeatureUse(
        key=styles.keys[place],
        kind="continuous",
        is_markup=styles.is_markup[place],
        steps=len(logs),
        steps_present=int((logs > 0).sum()),
        prevalence=None,
        mean=float(logs.mean()) if len(logs) else None,
        sd=float(logs.std()) if len(logs) else None,
        left_out=left_out,
        needs=needs,
    )


def commonest(values: Floats) -> float:
    """The value that most have, the smallest of several; 0 where there is none."""
    if not len(values):
        return 0.0
    found, counts = np.unique(values, return_counts=True)
    return float(found[counts.argmax()])


def missing(*, steps_with: int, steps_without: int) -> tuple[Need, ...]:
    needs = (
        Need(what="steps_with", have=steps_with, need=STEPS_EITHER_WAY),
        Need(what="steps_without", have=steps_without, need=STEPS_EITHER_WAY),
    )
    return tuple(need for need in needs if need.have < need.need)
