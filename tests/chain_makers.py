"""Makers of datasets, chains, campaigns and grades, through the same functions as the real thing."""

import json
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

from annotator.accounts.models import User
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.claiming import claim_next
from annotator.assignments.models import Assignment, Campaign, Role
from annotator.chains import importing
from annotator.chains.models import Chain, Dataset, ImportRun
from annotator.grading.models import GradeState
from annotator.grading.reading import GivenGrade
from annotator.grading.saving import GradeWrite, save_grade
from annotator.jobs import running
from taxonomies.loading import load_taxonomy
from taxonomies.models import TaxonomyVersion

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
# One criterion of each kind: the verdict, one label, many labels, a text, and one that hangs on another's label.
TAXONOMY = """
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
Result = TypeVar("Result")


def make_user(username: str) -> User:
    return User.objects.get_or_create(username=username)[0]


def make_version() -> TaxonomyVersion:
    return load_taxonomy(text=TAXONOMY, publish=True, now=NOW).version


def make_dataset(key: str = "pilot") -> Dataset:
    return Dataset.objects.get_or_create(key=key, defaults={"title": key})[0]


def native(chain_id: str = "a", *, steps: Sequence[str] = ("one", "two", "three"), **more: Any) -> bytes:
    """A line of the native format."""
    content = {"problem_id": "p", "problem": "What is p?", "chain_id": chain_id, "steps": list(steps), **more}
    return json.dumps(content).encode()


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
    run = import_lines(dataset, native(chain_id, steps=steps, **more))
    assert run.state == "done", run.line_errors
    return Chain.objects.get(dataset=dataset, external_id=chain_id)


def make_campaign(
    *, annotators: Sequence[str] = ("ada",), key: str = "pilot", dataset: Dataset | None = None, **policy: Any
) -> Campaign:
    """A campaign over the dataset with these annotators; `policy` holds fields of Policy."""
    return create_campaign(
        key=key,
        title=key,
        dataset=dataset or make_dataset(),
        taxonomy_version=make_version(),
        members={Role.ANNOTATOR: [make_user(name) for name in annotators]},
        policy=Policy(**policy),
    )


def make_assignment(*, campaign: Campaign, annotator: str = "ada", now: datetime = NOW) -> Assignment:
    assignment = claim_next(campaign=campaign, annotator=make_user(annotator), now=now, seed=0)
    assert assignment is not None, "no chain is left to claim"
    return assignment


def writing(index: int = 0, **more: Any) -> GradeWrite:
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


def all_at_once(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """What each call returned or raised, when all begin at the same moment on connections of their own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return call()
        except Exception as error:  # noqa: BLE001 (handed to the test)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
