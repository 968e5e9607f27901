"""What the estimators of style effects are given: votes, the features of their steps, and votes on twins. Pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers

Kind = Literal["binary", "continuous"]


@dataclass(frozen=True, slots=True)
class StyleVotes:
    """Votes on ordinary work, (votes,) each; all numbers count from 0.

    steps: rows of the `StyleMatrix`; indexes: the step's place in its chain; sound: 1.0 for a sound verdict, else 0.0;
    values: what the verdict is worth, -1 to 1; is_plain: whether it was given on the plain rendering.
    Raises ValueError when they are not all equally long or a number is negative.
    """

    steps: Integers
    annotators: Integers
    chains: Integers
    indexes: Integers
    sound: Floats
    values: Floats
    is_plain: Flags

    def __post_init__(self) -> None:
        columns = (self.annotators, self.chains, self.indexes, self.sound, self.values, self.is_plain)
        check_equally_long(self.steps, *columns)
        check_numbers(self.steps, self.annotators, self.chains, self.indexes)

    def only(self, is_kept: Flags | Integers | slice) -> "StyleVotes":
        """Those votes alone; everything has its number still."""
        return StyleVotes(
            steps=self.steps[is_kept],
            annotators=self.annotators[is_kept],
            chains=self.chains[is_kept],
            indexes=self.indexes[is_kept],
            sound=self.sound[is_kept],
            values=self.values[is_kept],
            is_plain=self.is_plain[is_kept],
        )


@dataclass(frozen=True, slots=True)
class StyleMatrix:
    """The features of the stored text of steps.

    values: (steps, features), 0.0 or 1.0 where binary, raw and at least 0 where continuous; keys, kinds and is_markup:
    one entry a feature; is_markup says that plain rendering takes the feature away.
    Raises ValueError when they do not fit each other.
    """

    values: Floats
    keys: tuple[str, ...]
    kinds: tuple[Kind, ...]
    is_markup: tuple[bool, ...]

    def __post_init__(self) -> None:
        features = len(self.keys)
        if self.values.ndim != 2 or self.values.shape[1] != features:
            raise ValueError("values must have one column per feature")
        if len(self.kinds) != features or len(self.is_markup) != features:
            raise ValueError("kinds and is_markup must have one entry per feature")
        if not np.isfinite(self.values).all() or (self.values < 0).any():
            raise ValueError("values must be finite and at least 0")


@dataclass(frozen=True, slots=True)
class TwinVotes:
    """Votes of annotators on the arm of a pair that was drawn for them, (votes,) each; all numbers count from 0.

    is_high: whether it is the arm that has the feature, or more of it; labels: (votes, labels), 1.0 where the label was
    given, else 0.0. Raises ValueError when they are not all equally long or a number is negative.
    """

    pairs: Integers
    annotators: Integers
    is_high: Flags
    sound: Floats
    values: Floats
    labels: Floats

    def __post_init__(self) -> None:
        check_equally_long(
            self.pairs, self.annotators, self.is_high, self.sound, self.values, self.labels[:, :1]
        )
        check_numbers(self.pairs, self.annotators)

    def only(self, is_kept: Flags | Integers | slice) -> "TwinVotes":
        """Those votes alone; everything has its number still."""
        return TwinVotes(
            pairs=self.pairs[is_kept],
            annotators=self.annotators[is_kept],
            is_high=self.is_high[is_kept],
            sound=self.sound[is_kept],
            values=self.values[is_kept],
            labels=self.labels[is_kept],
        )


def check_equally_long(*columns: Integers | Floats | Flags) -> None:
    if len({len(column) for column in columns}) > 1:
        raise ValueError("every column must have one entry per vote")


def check_numbers(*columns: Integers) -> None:
    if any(column.min(initial=0) < 0 for column in columns):
        raise ValueError("steps, annotators, chains, indexes and pairs must be numbered from 0")


def distinct(numbers: Integers) -> int:
    """How many different numbers there are, in linear time."""
    return int((np.bincount(numbers) > 0).sum())
