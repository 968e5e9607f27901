"""People, taxonomies, campaigns, chains, assignments and grades for tests, through the same functions as the real thing."""

import json
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.test import Client

from annotator.accounts.models import User
from annotator.accounts.people import create_person
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.claiming import claim_next
from annotator.assignments.models import Assignment, Campaign, FinishReason, Role
from annotator.chains import importing
from annotator.chains.models import Chain, Dataset, ImportRun
from annotator.grading.checking import GradeWrite
from annotator.grading.given import GivenGrade
from annotator.grading.models import GradeState
from annotator.grading.saving import save_grade
from annotator.grading.submitting import submit
from annotator.jobs import running
from taxonomies.loading import load_taxonomy
from taxonomies.models import TaxonomyVersion

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
# One criterion of each kind: the verdict, one label, many labels, a text, and one that hangs on another's label.
EVERY_KIND = """
taxonomy: every_kind
title: One criterion of each kind
criteria:
  - {key: verdict, question: "Is it right?", kind: one, required: true, verdict: true, labels: [
      {key: good, title: Good, value: 1, hotkey: "1", definition: Right.},
      {key: okay, title: Okay, value: 0, hotkey: "2", definition: Neither.},
      {key: bad, title: Bad, value: -1, hotkey: "3", definition: Wrong.}]}
  - {key: error, question: "What is wrong?", kind: one, required: true, shown_for: [verdict.bad], labels: [
      {key: sign, title: Sign, definition: A wrong sign.},
      {key: logic, title: Logic, definition: A wrong inference.}]}
  - {key: why, question: "Why?", kind: text, shown_for: [error.logic]}
  - {key: traits, question: "What is it like?", kind: many, labels: [
      {key: terse, title: Terse, definition: Short.},
      {key: clear, title: Clear, definition: Easy to read.}]}
  - {key: remark, question: "Anything else?", kind: text}
"""

# Asked of the whole chain: one label that must be given, one more for some of them, any number, and a text. Its keys are
# those of the question about steps.
WHOLE_CHAIN = """
taxonomy: whole_chain
title: Questions about the whole chain
criteria:
  - {key: verdict, question: "Is it right?", kind: one, required: true, verdict: true, labels: [
      {key: good, title: Good, value: 1, hotkey: "1", definition: Right.},
      {key: bad, title: Bad, value: -1, hotkey: "3", definition: Wrong.}]}
  - {key: error, question: "What is wrong?", kind: one, shown_for: [verdict.bad], labels: [
      {key: sign, title: Sign, hotkey: "4", definition: A wrong sign.}]}
  - {key: approach, question: "Is the approach sound?", kind: one, scope: chain, required: true, labels: [
      {key: sound, title: Sound approach, hotkey: "4", definition: It leads to the answer.},
      {key: unsound, title: Unsound approach, hotkey: "5", definition: It cannot.}]}
  - {key: reason, question: "Why not?", kind: one, scope: chain, required: true, shown_for: [approach.unsound], labels: [
      {key: circular, title: Circular, definition: It assumes the answer.},
      {key: misread, title: Misread, definition: It solves another problem.}]}
  - {key: style, question: "What is it like?", kind: many, scope: chain, labels: [
      {key: short, title: Short, definition: No word too many.},
      {key: clear, title: Clear, definition: Easy to follow.}]}
  - {key: advice, question: "What would you tell the author?", kind: text, scope: chain}
"""

# Great, okay, bad; two error types for bad. For tests of the taxonomies themselves.
SMALL = """\
taxonomy: {key}
title: Small
domain: testing
guidelines: |
  Look **twice**.
criteria:
  - key: verdict
    question: Is it right?
    required: true
    verdict: true
    labels:
      - {{key: great, title: Great, definition: Right and useful., value: 1, hotkey: "1", tone: good}}
      - {{key: okay, title: Okay, definition: Right., value: 0, hotkey: "2"}}
      - {{key: bad, title: Bad, definition: Wrong., value: -1, hotkey: "3", tone: bad}}
  - key: error_type
    question: What is wrong?
    shown_for: [verdict.bad]
    labels:
      - {{key: sign_error, title: Sign error, definition: A sign is wrong., hotkey: "4"}}
      - {{key: other, title: Other, definition: Anything else., hotkey: "5"}}
"""


def small_yaml(*, key: str = "small") -> str:
    return SMALL.format(key=key)


def make_user(username: str, *, researcher: bool = False) -> User:
    """Of that name, made if there is none. Signs in with `client.force_login`, so that no password need be hashed."""
    if researcher:
        return create_person(username=username, password="never typed", researcher=True)
    return User.objects.get_or_create(username=username)[0]


def browser_of(name: str) -> Client:
    """One in which the person of this name is signed in."""
    client = Client()
    client.force_login(make_user(name))
    return client


def make_version(text: str = EVERY_KIND, *, publish: bool = True) -> TaxonomyVersion:
    return load_taxonomy(text=text, publish=publish, now=NOW).version


def make_dataset(key: str = "pilot") -> Dataset:
    return Dataset.objects.get_or_create(key=key, defaults={"title": key})[0]


def line(chain_id: str = "a", *steps: str, **more: Any) -> bytes:
    """A line of the native format; chain `q/a` is of the problem `q`, and `a` of the problem `p`."""
    problem = chain_id.partition("/")[0] if "/" in chain_id else "p"
    usual = {"problem_id": problem, "problem": f"What is {problem}?", "chain_id": chain_id}
    return json.dumps({**usual, "steps": steps or ("one", "two", "three"), **more}).encode()


@contextmanager
def requested_import(
    dataset: Dataset, lines: Iterable[bytes], *, format_name: str = "native"
) -> Iterator[ImportRun]:
    """A run that waits; its file is there as long as the block."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chains.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        yield importing.request_import(
            dataset=dataset,
            path=path,
            file_name=path.name,
            format_name=format_name,
            sha256=importing.sha256_of(path),
            requested_by=None,
            idempotency_key=None,
            now=NOW,
        )


def import_lines(dataset: Dataset, *lines: bytes, format_name: str = "native") -> ImportRun:
    with requested_import(dataset, lines, format_name=format_name) as asked:
        run = running.take(ImportRun, pk=asked.pk, now=NOW)
        assert run is not None
        importing.run_import(run=run, now=NOW)
    return ImportRun.objects.get(pk=run.pk)


def make_chain(
    chain_id: str = "a",
    *,
    dataset: Dataset | None = None,
    steps: Sequence[str] = ("one", "two", "three"),
    **more: Any,
) -> Chain:
    dataset = dataset or make_dataset()
    run = import_lines(dataset, line(chain_id, *steps, **more))
    assert run.state == "done", run.line_errors
    return Chain.objects.get(dataset=dataset, external_id=chain_id)


def make_campaign(
    *,
    key: str = "pilot",
    dataset: Dataset | None = None,
    version: TaxonomyVersion | None = None,
    annotators: Sequence[str] = ("ada",),
    reviewers: Sequence[str] = (),
    researchers: Sequence[str] = (),
    **policy: Any,
) -> Campaign:
    """A campaign over the dataset with these people; `policy` holds fields of Policy."""
    names = {Role.ANNOTATOR: annotators, Role.REVIEWER: reviewers, Role.RESEARCHER: researchers}
    return create_campaign(
        key=key,
        title=key,
        dataset=dataset or make_dataset(),
        taxonomy_version=version or make_version(),
        members={role: [make_user(name) for name in names[role]] for role in names},
        policy=Policy(**policy),
    )


def make_assignment(*, campaign: Campaign, annotator: str = "ada", now: datetime = NOW) -> Assignment:
    assignment = claim_next(campaign=campaign, annotator=make_user(annotator), now=now, seed=0)
    assert assignment is not None, "no chain is left to claim"
    return assignment


def writing(index: int | None = 0, **more: Any) -> GradeWrite:
    """A sound first grade, `good` unless more is said."""
    state = more.get("state", GradeState.GRADED)
    usual = {
        "operation_id": uuid.uuid4(),
        "revision": 0,
        "state": state,
        "verdict": "good" if state == GradeState.GRADED else None,
    }
    return GradeWrite(index=index, **{**usual, **more})


def grade(assignment: Assignment, index: int = 0, *, now: datetime = NOW, **more: Any) -> GivenGrade:
    """Saves what `writing` makes of it, by the assignment's annotator."""
    write = writing(index, **more)
    return save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=now)


def grade_bad(assignment: Assignment, index: int = 0, **more: Any) -> GivenGrade:
    return grade(assignment, index, **{"verdict": "bad", "labels": {"error": ["sign"]}, **more})


def answer(assignment: Assignment, *, now: datetime = NOW, **more: Any) -> GivenGrade:
    """What is said of the whole chain: a sound approach, unless more is said."""
    usual = {"state": GradeState.ANSWERED, "labels": {"approach": ["sound"]}}
    write = writing(None, **{**usual, **more})
    return save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=now)


def give_up(assignment: Assignment) -> Assignment:
    """Handed in as it is."""
    return submit(
        public_id=assignment.public_id,
        annotator=assignment.annotator,
        now=NOW,
        unfinished=FinishReason.GIVE_UP,
        note="too long",
    )
