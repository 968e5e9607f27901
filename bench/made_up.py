"""Made-up chains of a given size, always the same for the same seed."""

import random
import time
from collections.abc import Iterable, Iterator

import orjson
from django.conf import settings
from django.utils import timezone

from annotator.accounts.models import User
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.models import Campaign, Role
from annotator.chains import importing
from annotator.chains.models import Dataset, ImportRun
from annotator.jobs import running
from taxonomies.loading import load_taxonomy

WORDS = [
    "we",
    "multiply",
    "both",
    "sides",
    "by",
    "three",
    "and",
    "simplify",
    "the",
    "resulting",
    "expression",
    "to",
    "obtain",
    "a",
    "value",
    "for",
    "the",
    "unknown",
    "quantity",
    "that",
    "the",
    "question",
    "asks",
    "about",
    "while",
    "the",
    "remaining",
    "terms",
    "cancel",
]


def lines(*, chains: int, steps: int, prefix: str) -> Iterator[bytes]:
    draw = random.Random(1)
    for number in range(chains):
        yield orjson.dumps(
            {
                "problem_id": f"{prefix}-p{number}",
                "problem": f"Problem {number}: " + " ".join(draw.choices(WORDS, k=20)),
                "reference_answer": str(number),
                "chain_id": f"{prefix}-c{number}",
                "generator": "made-up",
                "steps": [" ".join(draw.choices(WORDS, k=18)) + f" {number}.{step}" for step in range(steps)],
                "final_answer": str(number),
                "final_answer_correct": number % 3 > 0,
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def dataset(*, key: str) -> Dataset:
    return Dataset.objects.create(key=key, title=key)


def import_made_up(*, into: Dataset, chains: int, steps: int) -> float:
    """Writes a file of made-up chains and imports it; the seconds that the import took."""
    return import_lines(into=into, lines=lines(chains=chains, steps=steps, prefix=into.key), count=chains)


def import_lines(*, into: Dataset, lines: Iterable[bytes], count: int = 1) -> float:
    path = settings.VAR_DIR / f"{into.key}.jsonl"
    with path.open("wb") as file:
        file.writelines(lines)
    began = time.perf_counter()
    asked = importing.request_import(
        dataset=into,
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
    seconds = time.perf_counter() - began
    path.unlink()
    assert run.chains_added == count, run.error
    return seconds


def campaign(
    *, key: str, chains: Dataset, annotators: list[User], overlap: int, taxonomy: str | None = None
) -> Campaign:
    """With this taxonomy as YAML, or PRM800K's."""
    preset = settings.BASE_DIR / "taxonomies" / "presets" / "prm800k.yaml"
    version = load_taxonomy(text=taxonomy or preset.read_text(), publish=True, now=timezone.now()).version
    return create_campaign(
        key=key,
        title=key,
        dataset=chains,
        taxonomy_version=version,
        members={Role.ANNOTATOR: annotators},
        policy=Policy(overlap=overlap, after_first_error="continue"),
    )


def people(*, prefix: str, count: int) -> list[User]:
    return [User.objects.create(username=f"{prefix}{number}") for number in range(count)]
