import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from tqdm import tqdm

from annotator.assignments.models import Campaign
from annotator.exports import tasks
from annotator.exports.command_options import add_query_arguments, query_texts
from annotator.exports.gate.command_options import add_gate_arguments, gate_texts
from annotator.exports.gate.conditions import BadGate
from annotator.exports.gate.judging import Finding
from annotator.exports.gate.telling import table_of
from annotator.exports.models import Snapshot
from annotator.exports.queries import BadQuery, read_query
from annotator.exports.snapshots import building
from annotator.exports.snapshots.asking import ask_for_snapshot
from annotator.exports.snapshots.copying import copy_out
from annotator.exports.snapshots.ending import GateFailed
from annotator.exports.snapshots.files import MissingFile
from annotator.jobs import running
from annotator.jobs.models import JobState

SECONDS_BETWEEN_LOOKS = 0.5
TOLD = ("query", "gate", "findings", "state", "error", "digest", "row_count", "counts", "files")


class Command(BaseCommand):
    help = (
        "Ask for a sealed export of a campaign: files with their hashes that never change. Workers build it; with --wait this"
        " command waits for them, with --foreground it builds it itself and workers help. Exit code 1 when it fails, or"
        " when a condition that is given does not hold: nothing is sealed then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--wait", action="store_true", help="Wait until workers have sealed it.")
        how.add_argument("--foreground", action="store_true", help="Build it in this process.")
        parser.add_argument(
            "--out",
            metavar="DIR",
            type=Path,
            help="Copy the sealed files into this folder, each checked against its hash. Waits if nothing else is said.",
        )
        parser.add_argument(
            "--parquet",
            action="store_true",
            help="The same rows as Parquet, too; needs requirements-extras.txt.",
        )
        parser.add_argument(
            "--json", action="store_true", help="Print one JSON object with what became of it."
        )
        add_query_arguments(parser)
        add_gate_arguments(parser)

    def handle(self, **options: Any) -> None:
        snapshot = asked(options)
        if options["foreground"]:
            build_here(snapshot)
        else:
            tasks.build_snapshot.delay(snapshot_id=snapshot.pk)
            if options["wait"] or options["out"]:
                wait_for(snapshot)
        snapshot.refresh_from_db()
        if snapshot.state == JobState.DONE and options["out"]:
            try:
                copy_out(snapshot, folder=options["out"])
            except (OSError, MissingFile) as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            told = {"id": snapshot.pk, **{name: getattr(snapshot, name) for name in TOLD}}
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder))
        else:
            for line in words_for(snapshot):
                self.stdout.write(line)
        if snapshot.state == JobState.FAILED:
            sys.exit(1)


def asked(options: dict[str, Any]) -> Snapshot:
    campaign = Campaign.objects.filter(key=options["campaign"]).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {options['campaign']}.")
    try:
        return ask_for_snapshot(
            campaign=campaign,
            query=read_query(query_texts(options)),
            gate=gate_texts(options),
            requested_by=None,
            asked_with="",
            now=timezone.now(),
            parquet=options["parquet"],
        )
    except (BadQuery, BadGate) as refused:
        raise CommandError(str(refused)) from refused


def build_here(snapshot: Snapshot) -> None:
    """Of one that a worker has already taken, waits for that worker."""
    taken = running.take(Snapshot, pk=snapshot.pk, now=timezone.now())
    if taken is None:
        wait_for(snapshot)
        return
    try:
        building.build_snapshot(snapshot=taken, clock=timezone.now, wake=tasks.wake_part)
    except GateFailed:
        # The findings are told at the end.
        return


def wait_for(snapshot: Snapshot) -> None:
    with tqdm(unit=" chains", disable=None) as bar:
        snapshot.refresh_from_db()
        while not snapshot.ended:
            bar.total = snapshot.progress_total
            bar.update(snapshot.progress_done - bar.n)
            time.sleep(SECONDS_BETWEEN_LOOKS)
            snapshot.refresh_from_db()


def words_for(snapshot: Snapshot) -> list[str]:
    findings = [Finding(**finding) for finding in snapshot.findings]
    told = list(table_of(findings)) if findings else []
    if snapshot.state == JobState.FAILED:
        return [*told, f"snapshot {snapshot.pk} failed: {snapshot.error}"]
    if snapshot.state != JobState.DONE:
        return [f"snapshot {snapshot.pk} waits for a worker"]
    files = [f"{file['sha256']}  {file['name']}  {file['size']:,} bytes" for file in snapshot.files]
    return [*told, f"snapshot {snapshot.pk}: {snapshot.row_count} rows, digest {snapshot.digest}", *files]
