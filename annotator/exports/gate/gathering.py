"""What a gate is judged by: of the newest reports, or computed for it in a view of the database that is open."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from annotator.analysis import refreshing
from annotator.analysis.composing import compose
from annotator.analysis.figures import Figure
from annotator.analysis.gathering import gather_in_view
from annotator.analysis.models import (
    Estimator,
    FlagState,
    Identification,
    Report,
    StyleFlag,
    StyleReport,
)
from annotator.analysis.style_reports import refreshing as style_refreshing
from annotator.assignments.models import Campaign
from annotator.exports.gate.conditions import NONE, SEVERITIES, Source
from annotator.exports.gate.judging import Basis, GateFigures, Worst
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

NO_REPORT = "There is no report on agreement yet."
FORMER_REPORT = "The newest report is of a former version of Stepmark and does not say it: compute it anew."
NO_STYLE_REPORT = "There is no report on style yet."
NO_EXPERIMENT = "No experiment on style has enough votes yet, so nothing is known of bias."
NOBODY_COMPARED = "No annotator has enough votes yet to be compared with the others on style."
NO_CHAINS = "The dataset has no chain."
NOTHING_GRADED = "Nothing has been graded yet."

COEFFICIENTS = ("alpha_ordinal", "alpha_nominal", "gwet_ac1", "percent_agreement")
STANDING = (FlagState.OPEN, FlagState.ACKNOWLEDGED)
# What could have raised a flag: where in a style report's figures.
EXPERIMENTS = ("twins", "plain", "twin_labels")
COMPARISONS = ("peers",)

# Of every chain of the dataset, gold or not: all of them are given out as work.
WHOLE_CHAINS = """
SELECT count(*), count(*) FILTER (WHERE handed_in.seats >= k.overlap)
FROM assignments_campaign k JOIN chains_chain c ON c.dataset_id = k.dataset_id
LEFT JOIN (
    SELECT a.chain_id, count(*) AS seats FROM assignments_assignment a
    WHERE a.campaign_id = %(campaign)s AND a.taxonomy_version_id = %(version)s AND a.purpose = 'work'
      AND a.status = 'submitted'
    GROUP BY a.chain_id) handed_in ON handed_in.chain_id = c.id
WHERE k.id = %(campaign)s
"""


def figures_of_reports(*, campaign: Campaign, version: TaxonomyVersion) -> GateFigures:
    """Of the newest reports that are done, whether they are stale or not; seats are counted now."""
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    is_stale = refreshing.is_stale(report, campaign=campaign, version=version)
    return figures_from(
        campaign=campaign,
        version=version,
        agreement=None if report is None else report.figures,
        basis=basis_of(report, is_stale=is_stale),
    )


def figures_in_view(*, campaign: Campaign, version: TaxonomyVersion) -> GateFigures:
    """All but those on style computed anew, from the view of the database that is open on this connection.

    Flags on style follow reports alone, so they are the ones that stand in that view.
    """
    gathered = gather_in_view(campaign_id=campaign.pk, version_id=version.pk)
    return figures_from(
        campaign=campaign,
        version=version,
        agreement=compose(gathered, vocabulary=vocabulary_of(version.pk)).figures,
        basis=Basis(
            newest_grade_at=gathered.freshness.newest_grade_at,
            revision_count=gathered.freshness.revision_count,
            code_version=refreshing.CODE_VERSION,
            finished_at=None,
            is_stale=False,
        ),
    )


def figures_from(
    *,
    campaign: Campaign,
    version: TaxonomyVersion,
    agreement: Mapping[str, Any] | None,
    basis: Basis | None,
) -> GateFigures:
    style = style_refreshing.newest_style(campaign=campaign, version=version)
    is_stale = style_refreshing.is_stale(style, campaign=campaign, version=version)
    return GateFigures(
        measured=seat_figures(campaign=campaign, version=version) | agreement_figures(agreement),
        worst={
            "bias": worst_of(Identification.BIAS, style, campaign=campaign, version=version),
            "deviation": worst_of(Identification.DEVIATION, style, campaign=campaign, version=version),
        },
        bases={Source.AGREEMENT: basis, Source.STYLE: basis_of(style, is_stale=is_stale)},
        agreement=agreement,
    )


def basis_of(report: Report | None, *, is_stale: bool) -> Basis | None:
    if report is None:
        return None
    return Basis(
        newest_grade_at=report.newest_grade_at,
        revision_count=report.revision_count,
        code_version=report.code_version,
        finished_at=report.finished_at,
        is_stale=is_stale,
    )


def seat_figures(*, campaign: Campaign, version: TaxonomyVersion) -> dict[str, Figure]:
    """coverage: share of the dataset's chains that are whole, which have a submitted seat for each that the overlap asks."""
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_CHAINS, {"campaign": campaign.pk, "version": version.pk})
        chains, whole = cursor.fetchone()
    return {
        "coverage": Figure(whole / chains) if chains else Figure(None, reason=NO_CHAINS),
        "whole_chains": Figure(whole),
    }


def agreement_figures(agreement: Mapping[str, Any] | None) -> dict[str, Figure]:
    names = (*COEFFICIENTS, "gold_accuracy", "lucky_share", "undecided_share")
    if agreement is None:
        return {name: Figure(None, reason=NO_REPORT) for name in names}
    return {
        **{name: Figure(**agreement["verdict"][name]) for name in COEFFICIENTS},
        "gold_accuracy": stored_figure(agreement, part="gold", name="accuracy"),
        "lucky_share": stored_figure(agreement, part="luck", name="share"),
        "undecided_share": undecided_share(agreement["consensus"]),
    }


def stored_figure(agreement: Mapping[str, Any], *, part: str, name: str) -> Figure:
    """One that reports of former code do not have."""
    if part not in agreement:
        return Figure(None, reason=FORMER_REPORT)
    return Figure(**agreement[part][name])


def undecided_share(consensus: Mapping[str, Any]) -> Figure:
    if not consensus["steps"]:
        return Figure(None, reason=NOTHING_GRADED)
    return Figure((consensus["steps"] - consensus["decided"]) / consensus["steps"])


def worst_of(
    status: Identification, report: StyleReport | None, *, campaign: Campaign, version: TaxonomyVersion
) -> Worst:
    """Of the flags that stand, as the newest report left them."""
    if report is None:
        return Worst(None, reason=NO_STYLE_REPORT)
    is_bias = status == Identification.BIAS
    estimates = estimated_in(report.figures or {}, parts=EXPERIMENTS if is_bias else COMPARISONS)
    flags = StyleFlag.objects.filter(
        campaign=campaign, taxonomy_version=version, status=status, state__in=STANDING
    )
    standing = sorted(flags.order_by("pk"), key=lambda flag: SEVERITIES.index(flag.severity))
    note = findable(estimates)
    if standing:
        worst = standing[-1]
        return Worst(
            worst.severity, low=worst.low, high=worst.high, note=f"{flag_words(worst)} {note}".strip()
        )
    if not estimates:
        return Worst(None, reason=NO_EXPERIMENT if is_bias else NOBODY_COMPARED)
    return Worst(NONE, note=note)


def estimated_in(figures: Mapping[str, Any], *, parts: Sequence[str]) -> list[dict[str, Any]]:
    return [one for part in parts for one in figures.get(part, []) if one["is_estimated"]]


def flag_words(flag: StyleFlag) -> str:
    """Never whom it is about: a gate says whether labels may be used, not who gave them."""
    return f"{flag.feature} by {Estimator(flag.estimator)}: {flag.effect:+.1f} points, {flag.low:.1f} to {flag.high:.1f}."


def findable(estimates: Sequence[Mapping[str, Any]]) -> str:
    """What would not have been missed: not flagged is not the same as not swayed."""
    sizes = [one["smallest_findable"] for one in estimates if one["smallest_findable"] is not None]
    if not sizes:
        return ""
    return (
        f"Looked at {len(sizes)} times; the smallest effect findable lay between {min(sizes):.1f} and"
        f" {max(sizes):.1f} points."
    )
