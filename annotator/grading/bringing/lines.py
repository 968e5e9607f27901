"""What an exported file says that people graded and reviewers decided, checked against a vocabulary. Stores nothing."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from annotator.chains.formats.exported import (
    Exported,
    ExportedChainVote,
    ExportedDecision,
    ExportedVote,
    is_exported,
)
from annotator.chains.formats.native import TRAILER, exported_line
from annotator.chains.formats.records import ChainRecord
from annotator.chains.strict_json import LineError, Refusal, parse_object, read_lines
from annotator.grading.checking import GradeWrite, Refused, check_write
from annotator.grading.models import GradeState
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class BroughtVote:
    """What one person said of the step at `write.index`, or, where that is None, of the whole chain.

    `tells_comment`: whether the file says what they noted, or only nothing of it.
    """

    line: int
    annotator: str
    write: GradeWrite
    rendering: str
    tells_comment: bool


@dataclass(frozen=True, slots=True)
class BroughtChain:
    """`decisions` are by index of the step."""

    line: int
    record: ChainRecord
    votes: tuple[BroughtVote, ...]
    decisions: dict[int, ExportedDecision]


def brought_chains(stream: BinaryIO, *, vocabulary: Vocabulary) -> Iterator[BroughtChain | LineError]:
    """Every line of a native export with votes=1, but for the one with which it may end."""
    number = 0
    for number, text in read_lines(stream):
        if isinstance(text, LineError):
            yield text
            continue
        try:
            line = parse_object(text)
            if line.keys() != {TRAILER}:
                yield brought_chain(line, number=number, vocabulary=vocabulary)
        except Refusal as refusal:
            yield LineError(number, str(refusal))
    if number == 0:
        yield LineError(1, "the file is empty")


def brought_chain(line: dict[str, object], *, number: int, vocabulary: Vocabulary) -> BroughtChain:
    if not is_exported(line):
        raise Refusal("steps: no grades in it; this is not a line of a native export")
    record, exported = exported_line(line)
    check_taxonomy(exported, vocabulary=vocabulary)
    votes = [
        step_vote(
            vote, index=index, line=number, vocabulary=vocabulary, where=f"steps[{index}].votes[{place}]"
        )
        for index, step in enumerate(exported.steps)
        for place, vote in enumerate(told_votes(step.votes, index=index))
    ]
    votes += [
        chain_vote(vote, line=number, vocabulary=vocabulary, where=f"chain_votes[{place}]")
        for place, vote in enumerate(exported.chain_votes)
    ]
    refuse_two_votes(votes)
    decisions = {index: step.decision for index, step in enumerate(exported.steps) if step.decision}
    for index, decision in decisions.items():
        if vocabulary.verdict.choice(decision.verdict) is None:
            raise Refusal(f"steps[{index}].decision.verdict: the taxonomy has no such label")
    return BroughtChain(line=number, record=record, votes=tuple(votes), decisions=decisions)


def check_taxonomy(exported: Exported, *, vocabulary: Vocabulary) -> None:
    found = exported.taxonomy
    if found.digest != vocabulary.digest:
        raise Refusal(
            f"taxonomy: graded with {found.key} number {found.number} ({found.digest[:12]}…), and the campaign uses"
            f" {vocabulary.taxonomy_key} number {vocabulary.number} ({vocabulary.digest[:12]}…)"
        )


def told_votes(votes: tuple[ExportedVote, ...] | None, *, index: int) -> tuple[ExportedVote, ...]:
    if votes is None:
        raise Refusal(f"steps[{index}].votes: missing; export with votes=1")
    return votes


def step_vote(
    vote: ExportedVote, *, index: int, line: int, vocabulary: Vocabulary, where: str
) -> BroughtVote:
    if vote.repairs is not None and vote.repairs >= index:
        raise Refusal(f"{where}.repairs: a step can only repair an earlier one")
    labels, texts = answers_of(vote.labels, vocabulary=vocabulary, where=where)
    write = GradeWrite(
        index=index,
        operation_id=uuid.uuid4(),
        revision=0,
        state=vote.state,
        verdict=vote.verdict,
        labels=labels,
        texts=texts,
        comment=vote.comment or "",
        repairs=vote.repairs,
    )
    check(write, vocabulary=vocabulary, where=where)
    return BroughtVote(line, vote.annotator, write, vote.rendering, vote.comment is not None)


def chain_vote(vote: ExportedChainVote, *, line: int, vocabulary: Vocabulary, where: str) -> BroughtVote:
    labels, texts = answers_of(vote.labels, vocabulary=vocabulary, where=where)
    write = GradeWrite(
        index=None,
        operation_id=uuid.uuid4(),
        revision=0,
        state=GradeState.ANSWERED,
        labels=labels,
        texts=texts,
        comment=vote.comment or "",
    )
    check(write, vocabulary=vocabulary, where=where)
    return BroughtVote(line, vote.annotator, write, "", vote.comment is not None)


def answers_of(
    said: dict[str, tuple[str, ...]], *, vocabulary: Vocabulary, where: str
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Labels and texts by criterion, which an export writes alike."""
    of_text = {question.key for question in vocabulary.further if question.kind == CriterionKind.TEXT}
    for key, items in said.items():
        if key in of_text and len(items) != 1:
            raise Refusal(f"{where}.labels.{key}: takes one text")
    labels = {key: list(items) for key, items in said.items() if key not in of_text and items}
    return labels, {key: items[0] for key, items in said.items() if key in of_text}


def check(write: GradeWrite, *, vocabulary: Vocabulary, where: str) -> None:
    try:
        check_write(write, vocabulary=vocabulary)
    except Refused as refused:
        raise Refusal(f"{where}: {refused}") from refused


def refuse_two_votes(votes: list[BroughtVote]) -> None:
    seen: set[tuple[str, int | None]] = set()
    for vote in votes:
        place = vote.annotator, vote.write.index
        if place in seen:
            of = "the whole chain" if vote.write.index is None else f"steps[{vote.write.index}]"
            raise Refusal(f"{of}: {vote.annotator} votes twice")
        seen.add(place)
