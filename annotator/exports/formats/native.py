"""Our own format: everything that is known."""

import orjson

from annotator.analysis.consensus import ADJUDICATED, PROVENANCES, soft
from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import (
    ChainRow,
    ChainVoteRow,
    DecisionRow,
    StepRow,
    TaxonomyRow,
    VoteRow,
)


def native(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """Everything: indexes from 0, neutral stays 0, steps after the first error keep what was said of them."""
    return line_of(
        {
            "problem_id": row.problem_id,
            "problem": row.problem,
            "reference_answer": row.reference_answer,
            "reference_solution": row.reference_solution,
            "chain_id": row.chain_id,
            "generator": row.generator,
            "final_answer": row.final_answer,
            "final_answer_correct": row.final_answer_correct,
            "scores": row.scores,
            "metadata": orjson.Fragment(row.metadata),
            "steps": [
                step_fields(step, index=index, taxonomy=taxonomy, query=query)
                for index, step in enumerate(row.steps)
            ],
            **(whole_fields(row, query) if taxonomy.asks_about_chains else {}),
            "first_error_index": row.first_error.index,
            "first_error_defined": row.first_error.is_defined,
            "lucky": lucky(row),
            "luck": row.luck,
            "annotators": row.annotators,
            **({} if row.style_flags is None else {"style_flags": row.style_flags}),
            "taxonomy": {"key": taxonomy.key, "number": taxonomy.number, "digest": taxonomy.digest},
        }
    )


def step_fields(step: StepRow, *, index: int, taxonomy: TaxonomyRow, query: ExportQuery) -> dict[str, object]:
    keys = taxonomy.label_keys
    shares = soft(step.counts)
    return {
        "index": index,
        "text": step.text,
        "verdict": step.verdict,
        "state": step.state,
        "counts": dict(zip(keys, step.counts, strict=True)),
        "soft": None if shares is None else dict(zip(keys, shares, strict=True)),
        "labels": step.labels,
        "adjudicated": step.provenance == PROVENANCES[ADJUDICATED],
        "provenance": step.provenance,
        **({} if step.style is None else {"style": step.style}),
        **({} if step.debias is None else {"debias": step.debias}),
        **(votes_fields(step, query) if query.votes else {}),
        **({"gold": step.gold} if query.gold else {}),
    }


def votes_fields(step: StepRow, query: ExportQuery) -> dict[str, object]:
    return {
        "votes": [vote_fields(vote, query) for vote in step.votes or ()],
        "decision": None if step.decision is None else decision_fields(step.decision, query),
    }


def vote_fields(vote: VoteRow, query: ExportQuery) -> dict[str, object]:
    return {
        "annotator": vote.annotator,
        "state": vote.state,
        "verdict": vote.verdict,
        "labels": vote.labels,
        "rendering": vote.rendering,
        "repairs": vote.repairs,
        **({"comment": vote.comment} if query.comments else {}),
    }


def decision_fields(decision: DecisionRow, query: ExportQuery) -> dict[str, object]:
    return {
        "reviewer": decision.reviewer,
        "verdict": decision.verdict,
        **({"reason": decision.reason} if query.comments else {}),
    }


def whole_fields(row: ChainRow, query: ExportQuery) -> dict[str, object]:
    votes = [chain_vote_fields(vote, query) for vote in row.votes or ()]
    return {"chain_labels": row.chain_labels, **({"chain_votes": votes} if query.votes else {})}


def chain_vote_fields(vote: ChainVoteRow, query: ExportQuery) -> dict[str, object]:
    return {
        "annotator": vote.annotator,
        "labels": vote.labels,
        **({"comment": vote.comment} if query.comments else {}),
    }


def lucky(row: ChainRow) -> bool | None:
    """Final answer correct, some step flawed by its verdict. None where the outcome or a step that matters is unknown."""
    if not row.final_answer_correct:
        return row.final_answer_correct
    if any(step.verdict is not None and step.verdict < 0 for step in row.steps):
        return True
    return False if row.first_error.is_defined else None
