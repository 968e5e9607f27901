import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign
from annotator.grading.versions import NotItsVersion, version_numbered
from annotator.jobs import running
from taxonomies.models import TaxonomyVersion


class Command(BaseCommand):
    help = (
        "Compute the agreement, the consensus and the lucky chains of a campaign now, in the foreground. Without this, a"
        " worker does so within a minute of a new grade or decision."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument(
            "--taxonomy-version",
            metavar="N",
            help="under this version of the taxonomy; the campaign's current one unless given",
        )
        parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            version = version_numbered(campaign=campaign, text=options["taxonomy_version"])
        except NotItsVersion as refused:
            raise CommandError(str(refused)) from refused
        report = computed(campaign, version=version)
        if options["json"]:
            self.stdout.write(json.dumps(report.figures))
            return
        for line in words_for(report):
            self.stdout.write(line)


def computed(campaign: Campaign, *, version: TaxonomyVersion) -> AgreementReport:
    asked = refreshing.ask_for_agreement(
        campaign=campaign, version=version, requested_by=None, now=timezone.now()
    )
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    if report is None:
        raise CommandError("A worker is computing this campaign right now; ask again in a moment.")
    with running.noting_failure(report, clock=timezone.now):
        is_stored = refreshing.refresh_agreement(report=report, now=timezone.now())
    if not is_stored:
        raise CommandError("A worker has taken this report over meanwhile; ask again in a moment.")
    return report


def words_for(report: AgreementReport) -> Iterator[str]:
    assert report.figures is not None
    assert report.started_at is not None
    assert report.finished_at is not None
    verdict, consensus, chains = (report.figures[part] for part in ("verdict", "consensus", "chains"))
    counts = verdict["counts"]
    seconds = (report.finished_at - report.started_at).total_seconds()
    yield f"{report.campaign.key}, version {report.taxonomy_version.number}, in {seconds:.1f} s:"
    yield (
        f"{counts['grades']} grades of {counts['units']} steps by {counts['annotators']} annotators,"
        f" {counts['units_graded_twice']} steps graded twice, in {counts['clusters']} problems"
    )
    yield f"Krippendorff's alpha (ordinal): {figure_in_words(verdict['alpha_ordinal'])}; {verdict['status']}"
    yield (
        f"consensus: {consensus['decided']} of {consensus['steps']} steps decided, {consensus['adjudicated']} of them by"
        f" a reviewer; {consensus['contested']} contested"
    )
    yield (
        f"chains: {chains['graded']} graded, {chains['with_error']} with a flawed step,"
        f" {sum(chains['lucky'].values())} lucky, {sum(chains['suspect'].values())} suspect"
    )


def figure_in_words(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return f"not known: {figure['reason']}"
    interval = (
        f"no interval: {figure['interval_reason']}"
        if figure["low"] is None
        else f"{figure['low']:.3f} to {figure['high']:.3f}"
    )
    return f"{figure['value']:.3f} ({interval})"
