import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport, FlagState, StyleReport
from annotator.analysis.report_rows import ReportT
from annotator.analysis.style_reports import refreshing as style_refreshing
from annotator.analysis.style_reports.telling import flags_of
from annotator.assignments.models import Campaign
from annotator.grading.versions import NotItsVersion, version_numbered
from annotator.jobs import running
from taxonomies.models import TaxonomyVersion


class Command(BaseCommand):
    help = (
        "Compute the agreement, the consensus and the lucky chains of a campaign now, in the foreground. Without this, a"
        " worker does so within a minute of a new grade or decision. With --style also what is known of surface style in the"
        " grades, which a worker looks at every few hours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument(
            "--taxonomy-version",
            metavar="N",
            help="under this version of the taxonomy; the campaign's current one unless given",
        )
        parser.add_argument(
            "--style",
            action="store_true",
            help="the report on style too: its figures, and which flags it opens, keeps and closes",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="print the figures as one JSON object, as the API's agreement/ gives them; with --style it has one more"
            " key, style, with the figures and flags of the API's style/",
        )

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            version = version_numbered(campaign=campaign, text=options["taxonomy_version"])
        except NotItsVersion as refused:
            raise CommandError(str(refused)) from refused
        report = computed_agreement(campaign, version=version)
        style = computed_style(campaign, version=version) if options["style"] else None
        flags = flags_of(campaign, version=version) if style else []
        if options["json"]:
            told = {} if style is None else {"style": {"figures": style.figures, "flags": flags}}
            self.stdout.write(json.dumps({**(report.figures or {}), **told}, cls=DjangoJSONEncoder))
            return
        for line in [*words_for(report), *(words_on_style(style, flags=flags) if style else [])]:
            self.stdout.write(line)


def computed_agreement(campaign: Campaign, *, version: TaxonomyVersion) -> AgreementReport:
    asked = refreshing.ask_for_agreement(
        campaign=campaign, version=version, requested_by=None, now=timezone.now()
    )
    return computed(
        asked, refresh=lambda taken: refreshing.refresh_agreement(report=taken, now=timezone.now())
    )


def computed_style(campaign: Campaign, *, version: TaxonomyVersion) -> StyleReport:
    asked = style_refreshing.ask_for_style(
        campaign=campaign, version=version, requested_by=None, now=timezone.now()
    )
    return computed(
        asked, refresh=lambda taken: style_refreshing.refresh_style(report=taken, now=timezone.now())
    )


def computed(asked: ReportT, *, refresh: Callable[[ReportT], bool]) -> ReportT:
    report = running.take(type(asked), pk=asked.pk, now=timezone.now())
    if report is None:
        raise CommandError("A worker is computing this campaign right now; ask again in a moment.")
    with running.noting_failure(report, clock=timezone.now):
        is_stored = refresh(report)
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


def words_on_style(report: StyleReport, *, flags: list[dict[str, Any]]) -> Iterator[str]:
    assert report.figures is not None
    assert report.started_at is not None
    assert report.finished_at is not None
    counts = report.figures["counts"]
    seconds = (report.finished_at - report.started_at).total_seconds()
    yield (
        f"style, in {seconds:.1f} s: {counts['votes']} styled grades, {counts['plain_votes']} plain and"
        f" {counts['twin_votes']} of twins"
    )
    for estimator in ("twins", "plain", "peers"):
        estimates = report.figures[estimator]
        estimated = sum(estimate["is_estimated"] for estimate in estimates)
        yield f"{estimator}: {estimated} of {len(estimates)} effects can be estimated"
    standing = [flag for flag in flags if flag["state"] != FlagState.CLOSED]
    yield f"flags: {len(standing)} stand, {len(flags) - len(standing)} are closed"
    for flag in standing:
        subject = flag["annotator"] or (flag["label"] or {}).get("key") or "everybody"
        yield (
            f"  {flag['status']} ({flag['estimator']}), {flag['feature']}, {subject}: {flag['effect']:+.1f} points"
            f" ({flag['low']:.1f} to {flag['high']:.1f}), {flag['severity']}, {flag['state']}"
        )
