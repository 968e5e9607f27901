"""Campaigns whose grades stand in the test as words, and tokens that reach them."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from annotator.api.models import Scope
from annotator.api.tokens import create_token
from annotator.assignments.claiming import skip
from annotator.assignments.models import AfterFirstError, Assignment, Campaign, FinishReason
from annotator.chains.models import ChainStep
from annotator.grading.models import Grade, GradeState
from annotator.grading.submitting import submit
from tests.makers import grade, import_lines, make_assignment, make_campaign, make_dataset

# In a list of words: no grade, and the chain is handed in as given up.
NOT_GRADED = "-"


def graded_campaign(
    lines: Iterable[bytes],
    grades: Mapping[str, Mapping[str, Sequence[str]]],
    *,
    key: str = "pilot",
    **policy: Any,
) -> Campaign:
    """A campaign over the lines, in which everybody in `grades` gave these words to these chains.

    A word is a verdict such as `good`, a flawed one with its error such as `bad:sign`, `good>1` of a step that undoes the
    one at index 1, `unsure`, or NOT_GRADED.
    """
    dataset = make_dataset(key)
    assert import_lines(dataset, *lines).state == "done"
    campaign = make_campaign(
        annotators=list(grades),
        key=key,
        dataset=dataset,
        **{"overlap": 9, "after_first_error": AfterFirstError.CONTINUE, **policy},
    )
    for name, words in grades.items():
        grade_chains(campaign, annotator=name, words=words)
    return campaign


def grade_chains(campaign: Campaign, *, annotator: str, words: Mapping[str, Sequence[str]]) -> None:
    """Claims chains until each of them was graded and handed in; others are skipped."""
    waiting = set(words)
    while waiting:
        assignment = make_assignment(campaign=campaign, annotator=annotator, now=timezone.now())
        chain_id = assignment.chain.external_id
        if chain_id not in words:
            skip(assignment=assignment)
            continue
        for index, word in enumerate(words[chain_id]):
            if word != NOT_GRADED:
                grade_step(assignment, index, word)
        hand_in(assignment)
        waiting.discard(chain_id)


def grade_step(assignment: Assignment, index: int, word: str, **more: Any) -> None:
    """One more revision of the step's grade; the word `cleared` takes it back."""
    revision = revision_of(assignment, index)
    now = timezone.now()
    if word in (GradeState.UNSURE, GradeState.CLEARED):
        grade(assignment, index, state=word, revision=revision, now=now, **more)
        return
    word, _, undone = word.partition(">")
    if undone:
        more["repairs"] = int(undone)
    verdict, _, error = word.partition(":")
    labels = {"error": [error or "sign"]} if verdict == "bad" else {}
    labels |= more.pop("labels", {})
    grade(assignment, index, verdict=verdict, labels=labels, revision=revision, now=now, **more)


def revision_of(assignment: Assignment, index: int) -> int:
    step = ChainStep.objects.get(chain=assignment.chain, index=index).step_id
    found = Grade.objects.filter(
        campaign=assignment.campaign, annotator=assignment.annotator, step=step
    ).first()
    return found.revision if found else 0


def hand_in(assignment: Assignment) -> None:
    """As a solution when every step is graded, else as given up."""
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


def token_for(*campaigns: Campaign, scopes: Sequence[str] = tuple(Scope.values), **more: Any) -> str:
    """The text of a new token."""
    usual: dict[str, Any] = {
        "name": "ci",
        "owner": None,
        "prefix": secrets.token_hex(4),
        "secret": secrets.token_urlsafe(32),
        "expires_at": None,
        "now": timezone.now(),
    }
    return create_token(campaigns=list(campaigns), scopes=list(scopes), **{**usual, **more}).secret


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}
