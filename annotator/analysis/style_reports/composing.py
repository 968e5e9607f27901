"""The figures of a report on style as JSON, and the estimates that flags follow."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.bias.estimates import (
    Estimate,
    FeatureUse,
    estimate_association,
    estimate_peers,
    estimate_plain,
    estimate_twin_labels,
    estimate_twins,
    use_features,
)
from annotator.analysis.bias.power import vote_sd_of
from annotator.analysis.bias.testing import with_q
from annotator.analysis.bias.votes import TwinVotes
from annotator.analysis.people import median_seconds
from annotator.analysis.style import FEATURES, Feature
from annotator.analysis.style_reports.examples import examples_of
from annotator.analysis.style_reports.gathering import Gathered
from annotator.analysis.style_reports.numbering import (
    ErrorType,
    Ordinary,
    Twinned,
    error_types_of,
    ordinary,
    twinned,
)
from taxonomies.vocabulary import Vocabulary

# What an annotator may lack besides steps with and without one feature.
OF_THE_ANNOTATOR = ("votes", "chains")


@dataclass(frozen=True, slots=True)
class Found:
    """An estimate that a flag may stand for, and whom or what it is about: a user, or a label, or neither."""

    estimate: Estimate
    annotator_id: int | None = None
    label_id: int | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """What a report stores. examples_of: `examples` and `counter_examples` of an estimate, looked up when asked for."""

    figures: dict[str, Any]
    found: tuple[Found, ...]
    examples_of: Callable[[Estimate], dict[str, list[dict[str, object]]]]


@dataclass(frozen=True, slots=True)
class Estimates:
    """All of a campaign, in three families and the associations. With q, unless they are associations."""

    twins: tuple[Estimate, ...]
    plain: tuple[Estimate, ...]
    twin_labels: tuple[Estimate, ...]
    peers: tuple[Estimate, ...]
    association: tuple[Estimate, ...]


def compose(
    gathered: Gathered,
    *,
    step_ids: Integers,
    measured: Floats,
    vocabulary: Vocabulary,
    show: Callable[[float], None] = lambda share: None,
) -> Composed:
    """measured: (steps, features) of the steps that were graded as they are stored. `show`: what share of it is done."""
    error_types = error_types_of(vocabulary)
    work = ordinary(gathered, step_ids=step_ids, measured=measured)
    experiment = twinned(gathered, error_types=error_types)
    show(0.1)
    estimates = estimate(work, experiment, show=show)
    indexes = dict(zip(gathered.indexes.left.tolist(), gathered.indexes.right.tolist(), strict=True))
    figures: dict[str, Any] = {
        "settings": asdict(gathered.settings),
        "counts": counts_of(work, experiment),
        "base_rate": base_rate_of(work),
        "features": features_of(work),
        "annotators": annotators_of(gathered, work=work, peers=estimates.peers),
        "labels": [
            {"criterion": found.criterion, "key": found.choice.key, "title": found.choice.title}
            for found in error_types
        ],
        **asdict(estimates),
        "families": [
            {"key": "experiments", "tests": tests_in([*estimates.twins, *estimates.plain])},
            {"key": "twin_labels", "tests": tests_in(estimates.twin_labels)},
            {"key": "peers", "tests": tests_in(estimates.peers)},
        ],
        "vote_sd": vote_sd_of(work.votes),
        "seconds_per_step": median_seconds(gathered.votes.seconds[~gathered.votes.is_plain]),
    }
    return Composed(
        figures=figures,
        found=found_in(estimates, annotator_ids=work.annotator_ids, error_types=error_types),
        examples_of=lambda one: examples_of(one, ordinary=work, twinned=experiment, indexes=indexes),
    )


def estimate(work: Ordinary, experiment: Twinned, *, show: Callable[[float], None]) -> Estimates:
    twins = [estimate_twins(of_feature(experiment, key), feature=key) for key in work.matrix.keys]
    # Of every error type, and so only where there are twins of the feature at all.
    labels = [
        found
        for key in work.matrix.keys
        if (experiment.features == key).any()
        for found in estimate_twin_labels(of_feature(experiment, key), feature=key)
    ]
    show(0.2)
    plain = estimate_plain(work.votes, work.matrix)
    show(0.4)
    peers = estimate_peers(work.votes, work.matrix)
    show(0.7)
    association = estimate_association(work.votes, work.matrix)
    show(0.95)
    # One family: both are experiments on the same pool.
    experiments = with_q([*twins, *plain])
    return Estimates(
        twins=experiments[: len(twins)],
        plain=experiments[len(twins) :],
        twin_labels=with_q(labels),
        peers=with_q(peers),
        association=association,
    )


def of_feature(experiment: Twinned, key: str) -> TwinVotes:
    return experiment.votes.only(experiment.features == key)


def counts_of(work: Ordinary, experiment: Twinned) -> dict[str, int]:
    """annotators: of the list of them, so not those who have graded nothing but twins."""
    plain = int(work.votes.is_plain.sum())
    return {
        "votes": len(work.votes.steps) - plain,
        "plain_votes": plain,
        "twin_votes": len(experiment.votes.pairs),
        "steps": len(work.step_ids),
        "chains": len(work.chain_ids),
        "annotators": len(work.annotator_ids),
    }


def base_rate_of(work: Ordinary) -> float | None:
    sound = work.votes.sound[~work.votes.is_plain]
    return float(sound.mean()) if sound.size else None


def features_of(work: Ordinary) -> list[dict[str, Any]]:
    """All that the extractor measures, over the graded steps: shares of binary ones, means of continuous ones, as they are.

    log_sd: of log(1 + value), the unit of the effects of a continuous one. left_out: why ordinary votes tell nothing of
    it; twins of it can be measured all the same, unless it is content.
    """
    uses = {use.key: use for use in use_features(work.votes, work.matrix).uses}
    return [
        feature_figures(feature, values=work.measured[:, place], use=uses.get(feature.key))
        for place, feature in enumerate(FEATURES)
    ]


def feature_figures(feature: Feature, *, values: Floats, use: FeatureUse | None) -> dict[str, Any]:
    """use: None for one that is content here."""
    steps, present = len(values), int((values > 0).sum())
    is_binary = feature.kind == "binary"
    return {
        "key": feature.key,
        "kind": feature.kind,
        "is_markup": feature.is_markup,
        "steps_present": present,
        "steps": steps,
        "prevalence": present / steps if is_binary and steps else None,
        "mean": float(values.mean()) if not is_binary and steps else None,
        "sd": float(values.std()) if not is_binary and steps else None,
        "log_sd": float(np.log1p(values).std()) if not is_binary and steps else None,
        "left_out": use.left_out if use else "content",
    }


def annotators_of(gathered: Gathered, *, work: Ordinary, peers: Sequence[Estimate]) -> list[dict[str, Any]]:
    """In the order of their places. Never who they are. is_eligible: has graded enough to be compared with the others."""
    votes = work.votes.only(~work.votes.is_plain)
    people = len(work.annotator_ids)
    counts = np.bincount(votes.annotators, minlength=people)
    sat = np.unique(votes.annotators * max(len(work.chain_ids), 1) + votes.chains)
    chains = np.bincount(sat // max(len(work.chain_ids), 1), minlength=people)
    compared = {one.annotator for one in peers}
    lacking = {one.annotator for one in peers for need in one.needs if need.what in OF_THE_ANNOTATOR}
    return [
        {
            "pseudonym": gathered.pseudonyms[annotator],
            "votes": int(counts[place]),
            "chains": int(chains[place]),
            "is_eligible": place in compared and place not in lacking,
        }
        for place, annotator in enumerate(work.annotator_ids.tolist())
    ]


def tests_in(estimates: Sequence[Estimate]) -> int:
    return sum(one.p is not None for one in estimates)


def found_in(
    estimates: Estimates, *, annotator_ids: Integers, error_types: tuple[ErrorType, ...]
) -> tuple[Found, ...]:
    """All but the associations, which are never flagged."""
    pool = [Found(one) for one in (*estimates.twins, *estimates.plain)]
    labels = [
        Found(one, label_id=error_types[one.label].choice.id)
        for one in estimates.twin_labels
        if one.label is not None
    ]
    people = [
        Found(one, annotator_id=int(annotator_ids[one.annotator]))
        for one in estimates.peers
        if one.annotator is not None
    ]
    return (*pool, *labels, *people)
