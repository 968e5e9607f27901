import json
import uuid
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
from annotator.assignments.models import Assignment, Campaign, Role
from annotator.chains import importing
from annotator.chains.models import Dataset, ImportRun
from annotator.grading.saving import GradeWrite, save_grade
from annotator.grading.submitting import submit
from annotator.jobs import running
from taxonomies.loading import load_taxonomy

HERE = Path(__file__).parent
TAXONOMY = settings.BASE_DIR / "taxonomies" / "presets" / "prm800k.yaml"
ANNOTATORS = ["ada", "ben", "cleo"]
REVIEWER = "rita"
RESEARCHER = "rosa"
SECONDS_A_STEP = 8.0


def make_demo(*, now: datetime) -> dict[str, str]:
    """The campaign `demo` with its people and first grades; passwords by name, to be shown once.

    Raises PersonRefused when one of the names is taken.
    """
    passwords = {name: draw_password() for name in [*ANNOTATORS, REVIEWER, RESEARCHER]}
    with transaction.atomic():
        people = {
            name: create_person(username=name, password=password, researcher=name == RESEARCHER)
            for name, password in passwords.items()
        }
        dataset = Dataset.objects.create(
            key="demo",
            title="Demo: made-up chains of four domains",
            domain="algebra, code, law, essays",
            description="Written for Stepmark. Among them lucky chains, bullets, first person, LaTeX and code.",
        )
        import_demo_chains(dataset=dataset, now=now)
        campaign = create_campaign(
            key="demo",
            title="Demo: is every step sound?",
            dataset=dataset,
            taxonomy_version=load_taxonomy(text=TAXONOMY.read_text(), publish=True, now=now).version,
            members={
                Role.ANNOTATOR: [people[name] for name in ANNOTATORS],
                Role.REVIEWER: [people[REVIEWER]],
                Role.RESEARCHER: [people[RESEARCHER]],
            },
            policy=Policy(overlap=2),
        )
        for name, grades in json.loads((HERE / "grades.json").read_text()).items():
            grade_chains(campaign=campaign, annotator=people[name], grades=grades, now=now)
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=now)
    taken = running.take(AgreementReport, pk=report.pk, now=now)
    if taken is not None:
        refreshing.refresh_agreement(report=taken, now=now)
    return passwords


def import_demo_chains(*, dataset: Dataset, now: datetime) -> None:
    path = HERE / "chains.jsonl"
    asked = importing.request_import(
        dataset=dataset,
        path=path,
        file_name=path.name,
        format_name="native",
        sha256=importing.sha256_of(path),
        requested_by=None,
        idempotency_key=None,
        now=now,
    )
    run = running.take(ImportRun, pk=asked.pk, now=now)
    assert run is not None
    importing.run_import(run=run, now=now)


def grade_chains(*, campaign: Campaign, annotator: User, grades: dict[str, list[str]], now: datetime) -> None:
    """Grade what is given out as long as it stands in `grades`; the next chain stays open, to be resumed."""
    while assignment := claim_next(campaign=campaign, annotator=annotator, now=now, seed=annotator.pk):
        words = grades.get(assignment.chain.external_id)
        if words is None:
            return
        for index, word in enumerate(words):
            grade_step(assignment, annotator=annotator, index=index, word=word, now=now)
        submit(public_id=assignment.public_id, annotator=annotator, now=now)


def grade_step(assignment: Assignment, *, annotator: User, index: int, word: str, now: datetime) -> None:
    """A word is a verdict, such as great, or a verdict with its error type, such as bad:sign_error."""
    verdict, _, error_type = word.partition(":")
    write = GradeWrite(
        index=index,
        operation_id=uuid.uuid4(),
        revision=0,
        state="graded",
        verdict=verdict,
        labels={"error_type": [error_type]} if error_type else {},
        seconds=SECONDS_A_STEP,
    )
    save_grade(public_id=assignment.public_id, annotator=annotator, write=write, now=now)
