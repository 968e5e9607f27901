import os
import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.command_options import add_query_arguments, query_texts
from annotator.exports.queries import BadQuery, read_query
from annotator.exports.recording import LiveExport


class Command(BaseCommand):
    help = "Write the graded chains of a campaign to stdout, one JSON object a line, all from one view of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        add_query_arguments(parser)
        parser.add_argument(
            "--trailer", action="store_true", help="End with a line that counts and hashes the rows."
        )

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            query = read_query(query_texts(options))
            check_query(campaign=campaign, query=query)
        except BadQuery as refused:
            raise CommandError(str(refused)) from refused
        export = LiveExport(
            campaign=campaign, query=query, with_trailer=options["trailer"], clock=timezone.now
        )
        try:
            with closing(export):
                for chunk in export.chunks():
                    sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            # Python would try once more at its exit to write what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("The reader of stdout went away before the end.") from error
