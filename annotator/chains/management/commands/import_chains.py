import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from annotator.chains import importing
from annotator.chains.formats import FORMATS
from annotator.chains.models import Dataset, ImportRun
from annotator.jobs import running
from annotator.jobs.models import JobState


class Command(BaseCommand):
    help = (
        "Import a file of chains (one JSON object a line) into a dataset, all or nothing. The same file again changes"
        " nothing; a bad line is named and then nothing at all is stored. A dataset that is not there yet is made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dataset", required=True, metavar="KEY", help="for example gsm8k-pilot")
        parser.add_argument("--format", choices=list(FORMATS), default="native")
        parser.add_argument("--domain", default="", help="of a dataset that is made: algebra, law, ...")
        parser.add_argument("--json", action="store_true", help="print the run as one JSON object")

    def handle(self, **options: object) -> None:
        path = options["file"]
        assert isinstance(path, Path)
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        run = self.import_file(
            path=path,
            dataset=self.dataset_of(key=str(options["dataset"]), domain=str(options["domain"])),
            format_name=str(options["format"]),
        )
        if options["json"]:
            self.stdout.write(json.dumps(as_json(run)))
        else:
            self.stdout.write(in_words(run))
        if run.state == JobState.FAILED:
            for error in run.line_errors:
                self.stderr.write(f"line {error['line']}: {error['reason']}")
            raise CommandError(run.error)

    def dataset_of(self, *, key: str, domain: str) -> Dataset:
        try:
            Dataset(key=key, title=key, domain=domain).clean_fields()
        except ValidationError as error:
            words = error.message_dict
            raise CommandError(
                f"--dataset {key!r}: {words['key'][0]}"
                if "key" in words
                else f"--domain: {words['domain'][0]}"
            ) from error
        dataset, made = Dataset.objects.get_or_create(key=key, defaults={"title": key, "domain": domain})
        if made:
            # Not in red: it is no error.
            self.stderr.write(f"Made dataset {key}.", style_func=str)
        return dataset

    def import_file(self, *, path: Path, dataset: Dataset, format_name: str) -> ImportRun:
        run = importing.request_import(
            dataset=dataset,
            path=path.resolve(),
            file_name=path.name,
            format_name=format_name,
            sha256=importing.sha256_of(path),
            requested_by=None,
            idempotency_key=None,
            now=timezone.now(),
        )
        # Taken at once, so that no worker picks it up beside us.
        taken = running.take(ImportRun, pk=run.pk, now=timezone.now())
        assert taken is not None
        size = path.stat().st_size
        with tqdm(total=size, unit="B", unit_scale=True, disable=None, leave=False, desc=path.name) as bar:
            try:
                importing.run_import(
                    run=taken, now=timezone.now(), watch=lambda done: bar.update(done - bar.n)
                )
            except KeyboardInterrupt:
                # Else a worker would take the run for one that died, and import after all.
                running.fail(taken, error="stopped by Ctrl-C; nothing was stored", now=timezone.now())
                raise
        return taken


def as_json(run: ImportRun) -> dict[str, object]:
    fields = (
        "state",
        "line_count",
        "problems_added",
        "steps_added",
        "chains_added",
        "chains_unchanged",
        "lines_skipped",
        "error_count",
        "line_errors",
        "error",
    )
    return {"id": run.pk, "dataset": run.dataset.key, **{name: getattr(run, name) for name in fields}}


def in_words(run: ImportRun) -> str:
    if run.state == JobState.FAILED:
        return f"Nothing was imported into {run.dataset.key}."
    skipped = f" {run.lines_skipped} lines hold no chain." if run.lines_skipped else ""
    return (
        f"Imported {run.line_count} lines into {run.dataset.key}: {run.chains_added} new chains,"
        f" {run.chains_unchanged} already there, {run.problems_added} new problems, {run.steps_added} new steps.{skipped}"
    )
