"""Soft labels without the style bias that twins have measured, and what was done to them in words. No Django, no database.

Twins show what a feature adds to the chance that one vote is *sound*, the content being the same. So the effect is taken
off each vote that was given on a text with the feature, before the votes are smoothed to a soft label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from annotator.analysis.consensus import PSEUDO_VOTES

TWINS = "twins"
# What `debias` may say.
METHODS = (TWINS,)
POINTS = 100.0


class NotDebiased(StrEnum):
    """Why a step has no debiased label, and where it is the whole export, why it has none."""

    NO_VOTES = "no_votes"
    NO_SOUND_LABEL = "no_sound_label"
    NO_REPORT = "no_report"
    NO_TWINS_ESTIMATED = "no_twins_estimated"


class Kept(StrEnum):
    """Why a measured effect stays in the labels."""

    NOT_FLAGGED = "not_flagged"
    CLOSED = "closed"
    RESOLVED = "resolved"
    NOT_PRESENT_OR_ABSENT = "not_present_or_absent"


@dataclass(frozen=True, slots=True)
class TwinEffect:
    """What twins measured of a feature, in percentage points of P(sound), and why it is not taken off; None: it is."""

    feature: str
    effect: float
    low: float
    high: float
    severity: str | None
    pairs: int
    votes: int
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Debiasing:
    """What an export takes off its soft labels. `reason`: why it has no debiased labels at all."""

    effects: tuple[TwinEffect, ...]
    report_computed_at: str | None
    newest_grade_at: str | None
    extractor_version: int
    reason: NotDebiased | None

    @property
    def points(self) -> dict[str, float]:
        """By feature, of those that are taken off."""
        return {found.feature: found.effect for found in self.effects if found.kept is None}


@dataclass(frozen=True, slots=True)
class DebiasRow:
    """`soft`: smoothed share of sound; `subtracted`: from it, by feature, before it was kept within 0 and 1."""

    soft: float | None
    soft_debiased: float | None
    subtracted: dict[str, float]
    reason: NotDebiased | None


def debiased(
    counts: Sequence[int],
    *,
    sound: Sequence[int],
    votes_on: Mapping[str, int],
    points: Mapping[str, float],
    reason: NotDebiased | None = None,
) -> DebiasRow:
    """The soft label of one step, with and without what twins have measured.

    counts: votes for each declared label; sound: places of the sound ones; votes_on: by feature, the votes that were
    given on a text that shows it; points: by feature, percentage points of P(sound), of the effects to take off; reason:
    why nothing is known of them. Undefined without votes, in a taxonomy without a sound label, and with a reason.

    With n votes, s of them sound, and K labels the soft label is (s + k/2) / (n + K/2), k labels being sound: Jeffreys'
    prior, as in `consensus.soft`. An effect e on m of the votes has raised s by m e in expectation, so m e / (n + K/2) comes
    off. The half votes of the prior have no bias. What twins cannot know is which of the votes it was: a debiased label is
    right on average over the steps with the feature, not on each.
    """
    votes = sum(counts)
    if not votes:
        return DebiasRow(None, None, {}, NotDebiased.NO_VOTES)
    if not sound:
        return DebiasRow(None, None, {}, NotDebiased.NO_SOUND_LABEL)
    weight = votes + PSEUDO_VOTES * len(counts)
    soft = sum(counts[place] + PSEUDO_VOTES for place in sound) / weight
    if reason is not None:
        return DebiasRow(soft, None, {}, reason)
    subtracted = {
        feature: points[feature] / POINTS * seen / weight
        for feature, seen in votes_on.items()
        if seen and feature in points
    }
    return DebiasRow(soft, min(max(soft - sum(subtracted.values()), 0.0), 1.0), subtracted, None)


def described(debiasing: Debiasing) -> dict[str, Any]:
    """What was done to the soft labels, for whoever trains on them: the figures, and the same in a few sentences."""
    return {
        "method": TWINS,
        "reason": debiasing.reason,
        "effects": [asdict(found) for found in debiasing.effects],
        "report_computed_at": debiasing.report_computed_at,
        "newest_grade_at": debiasing.newest_grade_at,
        "extractor_version": debiasing.extractor_version,
        "text": " ".join(sentences(debiasing)),
    }


def sentences(debiasing: Debiasing) -> list[str]:
    if debiasing.reason is not None:
        return [WHY_NOT[debiasing.reason], "There is no debiased label."]
    taken = [found for found in debiasing.effects if found.kept is None]
    left = [found for found in debiasing.effects if found.kept is not None]
    if not taken:
        return ["Twins have shown no bias that is flagged: every debiased label equals its soft label."]
    effects = ", ".join(in_points(found) for found in taken)
    said = [
        f"Twins of the same content have shown what a feature adds to the share of sound votes: {effects}.",
        "That was taken off each vote given on a text with the feature, and the votes then smoothed as in the soft label.",
        "A vote on a plainly rendered text counts as one without bullets, bold or italics, and headings.",
        "It is right on average over the steps with the feature, within the intervals, and not on each step.",
        "Biases that no twins have measured are still there.",
    ]
    if left:
        said.append(f"Measured, but left in: {', '.join(left_in(found) for found in left)}.")
    return said


def in_points(found: TwinEffect) -> str:
    return f"{found.feature} {found.effect:+.1f} points ({found.low:+.1f} to {found.high:+.1f})"


def left_in(found: TwinEffect) -> str:
    return f"{in_points(found)}, {str(found.kept).replace('_', ' ')}"


WHY_NOT = {
    NotDebiased.NO_REPORT: "There is no report on style for this version of the taxonomy yet.",
    NotDebiased.NO_TWINS_ESTIMATED: "No twins have measured any feature yet.",
    NotDebiased.NO_SOUND_LABEL: "No label of the taxonomy is sound.",
}
