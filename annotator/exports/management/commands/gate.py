import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from annotator.assignments.models import Campaign
from annotator.exports.gate.command_options import add_gate_arguments, gate_texts
from annotator.exports.gate.conditions import BadGate, read_gate
from annotator.exports.gate.gathering import figures_of_reports
from annotator.exports.gate.judging import judge
from annotator.exports.gate.telling import gate_json, in_short, table_of
from annotator.grading.versions import NotItsVersion, version_numbered


class Command(BaseCommand):
    help = (
        "Say whether a campaign's labels are good enough: its newest reports, and its seats as they are now, against the"
        " conditions that are given. Exit code 0 when all of them hold, 1 when one fails or cannot be asked. A figure that"
        " is not known fails its condition."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument(
            "--taxonomy-version",
            metavar="N",
            help="what was graded with this version of the taxonomy; the campaign's current one unless given",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, as the API's gate/ does"
        )
        add_gate_arguments(parser)

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            version = version_numbered(campaign=campaign, text=options["taxonomy_version"])
            gate = read_gate(gate_texts(options))
        except (NotItsVersion, BadGate) as refused:
            raise CommandError(str(refused)) from refused
        if not gate.asked:
            raise CommandError("Give at least one condition; --help names them all.")
        figures = figures_of_reports(campaign=campaign, version=version)
        findings = judge(gate, figures)
        if options["json"]:
            told = gate_json(gate, figures=figures, findings=findings)
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder))
        else:
            for line in (*table_of(findings), in_short(findings)):
                self.stdout.write(line)
        if not all(finding.passed for finding in findings):
            sys.exit(1)
