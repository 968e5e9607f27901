"""Campaigns whose grades stand in the test, made through the doors' own functions."""

import json
import secrets
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from annotator.accounts.models import User
from annotator.accounts.people import create_person
from annotator.api.models import Scope
from annotator.api.tokens import create_token
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.claiming import claim_next, skip
from annotator.assignments.models import AfterFirstError, Assignment, Campaign, FinishReason, Role
from annotator.chains import importing
from annotator.chains.models import ChainStep, Dataset, ImportRun
from annotator.grading.models import Grade, GradeState
from annotator.grading.saving import GradeWrite, save_grade
from annotator.grading.submitting import submit
from annotator.jobs import running
from annotator.web.demo.making import TAXONOMY
from taxonomies.loading import load_taxonomy

EVERYTHING_IS_GRADED = Policy(overlap=9, after_first_error=AfterFirstError.CONTINUE)
# In a list of words: no grade, and the chain is handed in as it is.
NOT_GRADED = "-"
Line = dict[str, Any]
Words = Mapping[str, Mapping[str, Sequence[str]]]


def line(chain_id: str, *steps: str, **more: Any) -> Line:
    """A native line; chains `p/a` and `p/b` are of the problem `p`."""
    problem = chain_id.split("/")[0]
    return {
        "problem_id": problem,
        "problem": f"What is {problem}?",
        "chain_id": chain_id,
        "steps": list(steps),
    } | more


def import_lines(dataset: Dataset, lines: Iterable[Line]) -> ImportRun:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        path = Path(file.name)
        path.write_text("".join(json.dumps(content) + "\n" for content in lines))
        asked = importing.request_import(
            dataset=dataset,
            path=path,
            file_name=path.name,
            format_name="native",
            sha256=importing.sha256_of(path),
            requested_by=None,
            idempotency_key=None,
            now=timezone.now(),
        )
        run = running.take(ImportRun, pk=asked.pk, now=timezone.now())
        assert run is not None
        importing.run_import(run=run, now=timezone.now())
    assert run.state == "done", run.line_errors
    return run


def graded_campaign(
    lines: Iterable[Line], grades: Words, *, key: str = "small", policy: Policy = EVERYTHING_IS_GRADED
) -> Campaign:
    """A campaign over the lines, with an annotator for each name in `grades`, who gave these words chain by chain.

    A word is `great`, `bad:sign_error`, `unsure`, or NOT_GRADED.
    """
    dataset = Dataset.objects.create(key=f"{key}-data", title=f"Chains of {key}")
    import_lines(dataset, lines)
    people = {name: create_person(username=name, password="x", researcher=False) for name in grades}
    campaign = create_campaign(
        key=key,
        title=f"Campaign {key}",
        dataset=dataset,
        taxonomy_version=load_taxonomy(
            text=TAXONOMY.read_text(), publish=True, now=timezone.now()
        ).version,
        members={Role.ANNOTATOR: list(people.values())},
        policy=policy,
    )
    for name, words in grades.items():
        grade_chains(campaign, people[name], words)
    return campaign


def grade_chains(campaign: Campaign, annotator: User, words: Mapping[str, Sequence[str]]) -> None:
    """Claims chains until each of them was graded and handed in; others are skipped."""
    waiting = set(words)
    while waiting:
        assignment = claim(campaign, annotator)
        given = words.get(assignment.chain.external_id)
        if given is None:
            skip(assignment=assignment)
            continue
        grade_steps(assignment, given)
        hand_in(assignment)
        waiting.discard(assignment.chain.external_id)


def claim(campaign: Campaign, annotator: User) -> Assignment:
    assignment = claim_next(campaign=campaign, annotator=annotator, now=timezone.now(), seed=annotator.pk)
    assert assignment is not None, "nothing is left to claim"
    return assignment


def grade_steps(assignment: Assignment, words: Sequence[str]) -> None:
    for index, word in enumerate(words):
        if word != NOT_GRADED:
            grade_step(assignment, index, word)


def grade_step(assignment: Assignment, index: int, word: str, *, comment: str = "") -> None:
    """One more revision of the step's grade; `cleared` takes it back."""
    verdict, _, error_type = word.partition(":")
    is_verdict = verdict not in GradeState.values
    write = GradeWrite(
        index=index,
        operation_id=uuid.uuid4(),
        revision=revision_of(assignment, index),
        state=GradeState.GRADED if is_verdict else verdict,
        verdict=verdict if is_verdict else None,
        labels={"error_type": [error_type]} if error_type else {},
        comment=comment,
    )
    save_grade(
        public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=timezone.now()
    )


def revision_of(assignment: Assignment, index: int) -> int:
    step = ChainStep.objects.get(chain=assignment.chain, index=index).step_id
    grade = Grade.objects.filter(
        campaign=assignment.campaign, annotator=assignment.annotator, step=step
    ).first()
    return 0 if grade is None else grade.revision


def hand_in(assignment: Assignment) -> None:
    """As a whole when every step is graded, else as given up."""
    graded = Grade.objects.filter(
        campaign=assignment.campaign,
        annotator=assignment.annotator,
        step__chain_steps__chain=assignment.chain,
    ).exclude(state=GradeState.CLEARED)
    is_whole = graded.count() == assignment.chain.step_count
    submit(
        public_id=assignment.public_id,
        annotator=assignment.annotator,
        now=timezone.now(),
        unfinished="" if is_whole else FinishReason.GIVE_UP,
        note="" if is_whole else "as it is",
    )


def token_for(*campaigns: Campaign, scopes: Sequence[str] = tuple(Scope.values)) -> str:
    """The text of a new token."""
    return create_token(
        name="ci",
        campaigns=list(campaigns),
        scopes=list(scopes),
        owner=None,
        prefix=secrets.token_hex(4),
        secret=secrets.token_urlsafe(32),
        expires_at=None,
        now=timezone.now(),
    ).secret


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}
