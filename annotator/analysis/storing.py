"""A computed report into the database, with the rows of steps and chains that it rests on: all of it, or nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from annotator.analysis import consensus, dawid_skene, luck
from annotator.analysis.arrays import Floats
from annotator.analysis.composing import Composed
from annotator.analysis.copying import copy_in
from annotator.analysis.deriving import ChainVerdicts, StepVerdicts
from annotator.analysis.models import AgreementReport, ChainConsensus, StepConsensus
from annotator.analysis.report_rows import drop_old, put_in_a_row, store_figures
from annotator.jobs import running
from taxonomies.vocabulary import Vocabulary

# Reports that are kept of a campaign under a version: at one a minute, the last five hours of grading.
KEPT_REPORTS = 300
# Enough to be as good as none, few enough that a row of four labels stays short.
DECIMALS = 6

OWNERS = ("campaign_id", "taxonomy_version_id", "report_id")
STEP_COLUMNS = (
    *OWNERS,
    "step_id",
    "counts",
    "verdict_id",
    "tie",
    "entropy",
    "provenance",
    "is_contested",
    "posterior",
)
CHAIN_COLUMNS = (
    *OWNERS,
    "chain_id",
    "first_error_index",
    "first_error_defined",
    "finding",
    "basis",
    "flawed_index",
)
NULL = "\\N"


@transaction.atomic
def store_report(
    *,
    report: AgreementReport,
    composed: Composed,
    vocabulary: Vocabulary,
    clock: Callable[[], datetime],
    show: Callable[[float], None],
) -> None:
    """The report is done exactly when its rows are there. Raises running.LostJob where another worker has it by now.

    What it was computed from has been set on it. `show` is told what share of the rows is written.
    """
    put_in_a_row(report)
    if not running.still_holds(report):
        raise running.LostJob
    former = {"campaign": report.campaign_id, "taxonomy_version": report.taxonomy_version_id}
    StepConsensus.objects.filter(**former).delete()
    ChainConsensus.objects.filter(**former).delete()
    show(0.1)
    copy_in(
        table=StepConsensus._meta.db_table,
        columns=STEP_COLUMNS,
        lines=step_lines(report, steps=composed.steps, vocabulary=vocabulary),
        show=lambda written: show(0.1 + 0.7 * written / max(len(composed.steps.steps), 1)),
    )
    copy_in(
        table=ChainConsensus._meta.db_table,
        columns=CHAIN_COLUMNS,
        lines=chain_lines(report, chains=composed.chains),
    )
    store_figures(report, figures=composed.figures, now=clock())
    # No row of a step or chain is that of an old one any more.
    drop_old(report, kept=KEPT_REPORTS)


def step_lines(report: AgreementReport, *, steps: StepVerdicts, vocabulary: Vocabulary) -> Iterator[str]:
    owners = f"{report.campaign_id}\t{report.taxonomy_version_id}\t{report.pk}"
    label_ids = {place: str(choice.id) for place, choice in enumerate(vocabulary.verdict.choices)}
    label_ids[consensus.NO_LABEL] = NULL

    # Steps share few patterns, so that most lines are written from memory.
    @lru_cache(maxsize=65_536)
    def rest(votes: tuple[int, ...], label: int, provenance: int, is_contested: bool) -> str:  # noqa: FBT001 (one row)
        entropy = consensus.entropy(votes)
        return "\t".join(
            [
                json.dumps(votes),
                label_ids[label],
                flag(consensus.majority(votes).is_tie),
                NULL if entropy is None else repr(entropy),
                consensus.PROVENANCES[provenance],
                flag(is_contested),
            ]
        )

    columns = zip(
        steps.steps.tolist(),
        map(tuple, steps.counts.tolist()),
        steps.labels.tolist(),
        steps.provenances.tolist(),
        steps.is_contested.tolist(),
        posteriors_of(steps),
        strict=True,
    )
    for step, votes, label, provenance, is_contested, posterior in columns:
        yield f"{owners}\t{step}\t{rest(votes, label, provenance, is_contested)}\t{posterior}\n"


def posteriors_of(steps: StepVerdicts) -> Iterator[str]:
    """One for every step; null where nothing was estimated, or nobody voted."""
    estimate = steps.estimate
    if not isinstance(estimate, dawid_skene.DawidSkene):
        yield from (NULL for _ in steps.steps)
        return
    posteriors = iter(as_lists(estimate.posteriors))
    for is_voted in steps.is_voted.tolist():
        yield json.dumps(next(posteriors)) if is_voted else NULL


def as_lists(posteriors: Floats) -> list[list[float]]:
    rounded: list[list[float]] = posteriors.round(DECIMALS).tolist()
    return rounded


def chain_lines(report: AgreementReport, *, chains: ChainVerdicts) -> Iterator[str]:
    owners = f"{report.campaign_id}\t{report.taxonomy_version_id}\t{report.pk}"
    columns = zip(
        chains.ids.tolist(),
        chains.first_errors.indexes.tolist(),
        chains.first_errors.is_defined.tolist(),
        chains.lucks.findings.tolist(),
        chains.lucks.bases.tolist(),
        chains.lucks.step_indexes.tolist(),
        strict=True,
    )
    for chain, index, is_defined, finding, basis, flawed in columns:
        found = f"{luck.FINDINGS[finding]}\t{luck.BASES[basis]}"
        yield f"{owners}\t{chain}\t{at(index)}\t{flag(is_defined)}\t{found}\t{at(flawed)}\n"


def flag(is_so: bool) -> str:  # noqa: FBT001 (a value, not an option)
    return "t" if is_so else "f"


def at(index: int) -> str:
    """Below 0 there is none."""
    return str(index) if index >= 0 else NULL
