import json
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotator.accounts.models import User
from annotator.accounts.people import create_person, draw_password
from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.claiming import claim_next
from annotator.assignments.models import AfterFirstError, Alternatives, Assignment, Campaign, Role
from annotator.chains import importing
from annotator.chains.models import Dataset, ImportRun
from annotator.grading.checking import GradeWrite
from annotator.grading.models import GradeState
from annotator.grading.saving import save_grade
from annotator.grading.submitting import submit
from annotator.jobs import running
from taxonomies.loading import load_taxonomy
from taxonomies.models import Taxonomy

HERE = Path(__file__).parent
PRESETS = settings.BASE_DIR / "taxonomies" / "presets"
ANNOTATORS = ["ada", "ben", "cleo"]
REVIEWER = "rita"
RESEARCHER = "rosa"
SECONDS_A_STEP = 8.0


@dataclass(frozen=True, slots=True)
class Part:
    """One campaign of the demo. Its chains are those whose metadata name one of these domains."""

    key: str
    title: str
    dataset_title: str
    preset: str
    domains: tuple[str, ...]
    files: tuple[str, ...] = ("chains.jsonl", "more_chains.jsonl")
    after_first_error: str = AfterFirstError.CONTINUE
    is_owned: bool = True
    # With other steps beside those of its chains.
    is_forked: bool = False


PARTS = [
    Part(
        key="demo",
        title="Demo: is every step sound?",
        dataset_title="Demo: made-up chains of four domains",
        preset="prm800k",
        domains=("algebra", "debugging", "law", "essay"),
        files=("chains.jsonl",),
        after_first_error=AfterFirstError.STOP,
        is_owned=False,
    ),
    Part(
        key="demo-algebra",
        title="Demo: what goes wrong in algebra?",
        dataset_title="Demo: algebra",
        preset="algebra_tutor",
        domains=("algebra",),
    ),
    Part(
        key="demo-code",
        title="Demo: is the fault found, or hidden?",
        dataset_title="Demo: debugging",
        preset="code_debugging",
        domains=("debugging",),
    ),
    Part(
        key="demo-law",
        title="Demo: may this stand in the argument?",
        dataset_title="Demo: law",
        preset="legal_reasoning",
        domains=("law",),
    ),
    Part(
        key="demo-essay",
        title="Demo: does every point help the essay?",
        dataset_title="Demo: essays",
        preset="essay_outline",
        domains=("essay",),
    ),
    Part(
        key="demo-forks",
        title="Demo: which of these steps are sound?",
        dataset_title="Demo: chains with other steps beside their own",
        preset="prm800k",
        domains=("algebra",),
        files=("forks.jsonl",),
        is_owned=False,
        is_forked=True,
    ),
]


def make_demo(*, now: datetime) -> dict[str, str]:
    """The campaigns of PARTS with their people and first grades; passwords by name, to be shown once.

    Raises PersonRefused when one of the names is taken, VersionRefused when somebody's draft of a preset is in the way.
    """
    passwords = {name: draw_password() for name in [*ANNOTATORS, REVIEWER, RESEARCHER]}
    grades = json.loads((HERE / "grades.json").read_text())
    with transaction.atomic():
        people = {
            name: create_person(username=name, password=password, researcher=name == RESEARCHER)
            for name, password in passwords.items()
        }
        campaigns = [make_part(part, people=people, now=now) for part in PARTS]
        for campaign in campaigns:
            for name, chains in grades.get(campaign.key, {}).items():
                grade_chains(campaign=campaign, annotator=people[name], grades=chains, now=now)
    for campaign in campaigns:
        compute_figures(campaign, now=now)
    return passwords


def make_part(part: Part, *, people: dict[str, User], now: datetime) -> Campaign:
    is_new = not Taxonomy.objects.filter(key=part.preset).exists()
    preset = (PRESETS / f"{part.preset}.yaml").read_text()
    version = load_taxonomy(text=preset, publish=True, now=now).version
    # One that was there already stays with those who work with it.
    if part.is_owned and is_new:
        version.taxonomy.owners.add(people[RESEARCHER])
    return create_campaign(
        key=part.key,
        title=part.title,
        dataset=import_chains_of(part, now=now),
        taxonomy_version=version,
        members={
            Role.ANNOTATOR: [people[name] for name in ANNOTATORS],
            Role.REVIEWER: [people[REVIEWER]],
            Role.RESEARCHER: [people[RESEARCHER]],
        },
        policy=Policy(
            overlap=2,
            after_first_error=part.after_first_error,
            alternatives=Alternatives.WRITTEN if part.is_forked else Alternatives.NONE,
        ),
    )


def import_chains_of(part: Part, *, now: datetime) -> Dataset:
    dataset = Dataset.objects.create(
        key=part.key,
        title=part.dataset_title,
        domain=", ".join(part.domains),
        description="Written for Stepmark. Among them lucky chains, bullets, first person, LaTeX and code.",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{part.key}.jsonl"
        path.write_bytes(b"".join(lines_of(part)))
        asked = importing.request_import(
            dataset=dataset,
            path=path,
            file_name=path.name,
            format_name="prm800k" if part.is_forked else "native",
            sha256=importing.sha256_of(path),
            requested_by=None,
            idempotency_key=None,
            now=now,
        )
        run = running.take(ImportRun, pk=asked.pk, now=now)
        assert run is not None
        importing.run_import(run=run, now=now)
    return dataset


def lines_of(part: Part) -> list[bytes]:
    lines = [line for name in part.files for line in (HERE / name).read_bytes().splitlines(keepends=True)]
    if part.is_forked:
        return lines
    return [line for line in lines if json.loads(line)["metadata"]["domain"] in part.domains]


def compute_figures(campaign: Campaign, *, now: datetime) -> None:
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=now)
    taken = running.take(AgreementReport, pk=report.pk, now=now)
    if taken is not None:
        refreshing.refresh_agreement(report=taken, now=now)


def grade_chains(*, campaign: Campaign, annotator: User, grades: dict[str, list[str]], now: datetime) -> None:
    """Grade what is given out as long as it stands in `grades`; the next chain stays open, to be resumed."""
    while assignment := claim_next(campaign=campaign, annotator=annotator, now=now, seed=annotator.pk):
        entries = grades.get(assignment.chain.external_id)
        if entries is None:
            return
        for index, entry in enumerate(entries):
            grade_step(assignment, annotator=annotator, index=index, entry=entry, now=now)
        submit(public_id=assignment.public_id, annotator=annotator, now=now)


def grade_step(assignment: Assignment, *, annotator: User, index: int, entry: str, now: datetime) -> None:
    """An entry is a verdict and further answers, such as `bad error_type.sign_error // A comment.`, or `whole` and those of
    the chain.
    """
    said, _, comment = entry.partition(" // ")
    verdict, *answers = said.split()
    is_whole = verdict == "whole"
    labels: dict[str, list[str]] = {}
    for answer in answers:
        criterion, _, label = answer.partition(".")
        labels.setdefault(criterion, []).append(label)
    write = GradeWrite(
        index=None if is_whole else index,
        operation_id=uuid.uuid4(),
        revision=0,
        state=GradeState.ANSWERED if is_whole else GradeState.GRADED,
        verdict=None if is_whole else verdict,
        labels=labels,
        comment=comment,
        seconds=SECONDS_A_STEP,
    )
    save_grade(public_id=assignment.public_id, annotator=annotator, write=write, now=now)
