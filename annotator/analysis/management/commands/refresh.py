import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign
from annotator.grading.versions import NotItsVersion, version_numbered
from annotator.jobs import running


class Command(BaseCommand):
    help = "Compute the agreement and consensus of a campaign now, in the foreground."

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
        asked = refreshing.ask_for_agreement(
            campaign=campaign, version=version, requested_by=None, now=timezone.now()
        )
        report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
        if report is None:
            raise CommandError("A worker is computing this campaign right now; ask again in a moment.")
        refreshing.refresh_agreement(report=report, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(report.figures))
        else:
            assert report.figures is not None
            alpha = report.figures["verdict"]["alpha_ordinal"]
            known = f"{alpha['value']:.3f}" if alpha["value"] is not None else f"not known: {alpha['reason']}"
            self.stdout.write(f"Krippendorff's alpha (ordinal) of {campaign.key}: {known}")
