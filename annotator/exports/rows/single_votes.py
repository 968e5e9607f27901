"""Every single vote on some steps and chains, under pseudonyms, for exports that ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotator.exports.rows.chain_rows import ChainVoteRow, DecisionRow, VoteRow
from annotator.exports.rows.judging import Paths
from annotator.exports.rows.votes import ExportView, literal

VOTES = """
SELECT g.id, g.step_id, g.chain_id, g.annotator_id, g.state, g.verdict_id, g.rendering, g.repairs_id, g.comment
FROM grading_grade g
WHERE {which} = ANY(%s::bigint[]) AND {scope} AND g.state <> 'cleared' AND g.rendering <> 'twin'
"""
OF_STEPS, OF_CHAINS = "g.step_id", "g.step_id IS NULL AND g.chain_id"

ANSWERS = """
SELECT a.grade_id, a.criterion_id, a.label_id, a.text
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE {which} = ANY(%s::bigint[]) AND {scope} AND g.rendering <> 'twin'
"""

DECISIONS = """
SELECT d.step_id, d.reviewer_id, d.verdict_id, d.reason
FROM grading_adjudication d
WHERE d.campaign_id = %s AND d.taxonomy_version_id = %s AND d.verdict_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Vote:
    """One grade as it stands; `labels` are label keys, or the one text, by criterion, in the order of the taxonomy."""

    step_id: int | None
    chain_id: int
    annotator: str
    state: str
    verdict: str | None
    labels: dict[str, list[str]]
    rendering: str
    repairs: int | None
    comment: str | None


def votes_of_cells(
    cursor: Any, *, view: ExportView, paths: Paths, with_comments: bool
) -> dict[tuple[int, int], tuple[VoteRow, ...]]:
    """By chain and step, in the order of the pseudonyms. A step that several chains share has its votes in each."""
    by_step: dict[int | None, list[Vote]] = {}
    ids = sorted(set(paths.steps.tolist()))
    for vote in single_votes(cursor, view=view, which=OF_STEPS, ids=ids, with_comments=with_comments):
        by_step.setdefault(vote.step_id, []).append(vote)
    rows: dict[tuple[int, int], tuple[VoteRow, ...]] = {}
    for chain, start, length in zip(
        paths.ids.tolist(), paths.starts.tolist(), paths.lengths.tolist(), strict=True
    ):
        steps = paths.steps[start : start + length].tolist()
        indexes = {step: index for index, step in enumerate(steps)}
        for step in steps:
            if step in by_step:
                rows[chain, step] = tuple(vote_row(vote, indexes=indexes) for vote in by_step[step])
    return rows


def vote_row(vote: Vote, *, indexes: dict[int, int]) -> VoteRow:
    return VoteRow(
        annotator=vote.annotator,
        state=vote.state,
        verdict=vote.verdict,
        labels=vote.labels,
        rendering=vote.rendering,
        comment=vote.comment,
        # A shared step may undo one that this chain does not go through.
        repairs=None if vote.repairs is None else indexes.get(vote.repairs),
    )


def votes_of_chains(
    cursor: Any, *, view: ExportView, chain_ids: Sequence[int], with_comments: bool
) -> dict[int, tuple[ChainVoteRow, ...]]:
    """By chain, in the order of the pseudonyms."""
    if not view.vocabulary.chain_questions:
        return {}
    rows: dict[int, list[ChainVoteRow]] = {}
    for vote in single_votes(cursor, view=view, which=OF_CHAINS, ids=chain_ids, with_comments=with_comments):
        row = ChainVoteRow(annotator=vote.annotator, labels=vote.labels, comment=vote.comment)
        rows.setdefault(vote.chain_id, []).append(row)
    return {chain: tuple(votes) for chain, votes in rows.items()}


def single_votes(
    cursor: Any, *, view: ExportView, which: str, ids: Sequence[int], with_comments: bool
) -> list[Vote]:
    verdicts = {choice.id: choice.key for choice in view.vocabulary.verdict.choices}
    cursor.execute(ANSWERS.format(which=which, scope=view.scope_of_grades), [literal(ids)])
    said: dict[int, dict[tuple[int, int | None], str]] = {}
    for grade, criterion, label, text in cursor.fetchall():
        said.setdefault(grade, {})[criterion, label] = text
    cursor.execute(VOTES.format(which=which, scope=view.scope_of_grades), [literal(ids)])
    votes = [
        Vote(
            step_id=step,
            chain_id=chain,
            annotator=view.pseudonyms[annotator],
            state=state,
            verdict=verdicts.get(verdict),
            labels=answers_in_order(said.get(grade, {}), view=view),
            rendering=rendering,
            repairs=repairs,
            comment=comment if with_comments else None,
        )
        for grade, step, chain, annotator, state, verdict, rendering, repairs, comment in cursor.fetchall()
    ]
    return sorted(votes, key=lambda vote: vote.annotator)


def answers_in_order(answers: dict[tuple[int, int | None], str], *, view: ExportView) -> dict[str, list[str]]:
    """By criterion: the keys of the labels, or the one text, all in the order of the taxonomy."""
    if not answers:
        return {}
    given = {
        question.key: [choice.key for choice in question.choices if (question.id, choice.id) in answers]
        + ([answers[question.id, None]] if (question.id, None) in answers else [])
        for question in view.vocabulary.further
    }
    return {key: labels for key, labels in given.items() if labels}


def decision_rows(cursor: Any, *, view: ExportView, with_comments: bool) -> dict[int, DecisionRow]:
    """By step, all at once: there are few."""
    if view.annotator_id is not None:
        return {}
    verdicts = {choice.id: choice.key for choice in view.vocabulary.verdict.choices}
    cursor.execute(DECISIONS, [*view.scope])
    return {
        step: DecisionRow(
            reviewer=view.pseudonyms.get(reviewer, ""),
            verdict=verdicts[verdict],
            reason=reason if with_comments else None,
        )
        for step, reviewer, verdict, reason in cursor.fetchall()
    }
