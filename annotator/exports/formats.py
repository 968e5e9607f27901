"""Lines of each export format, from plain rows. No Django, no database.

Every writer says how it counts steps, what it makes of a neutral verdict, and of the steps after the first error.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

import orjson

from annotator.analysis.consensus import ADJUDICATED, PROVENANCES, soft
from annotator.exports.chain_rows import ChainRow, TaxonomyRow


class LeftOut(StrEnum):
    """Why a format has no line for a chain; the exporter counts them."""

    UNDECIDED = "undecided"
    OUTCOME_UNKNOWN = "outcome_unknown"


Writer = Callable[[ChainRow, TaxonomyRow], bytes | LeftOut]


def native(row: ChainRow, taxonomy: TaxonomyRow) -> bytes | LeftOut:
    """Everything: indexes from 0, neutral stays 0, steps after the first error keep what was said of them."""
    keys = taxonomy.label_keys
    return orjson.dumps(
        {
            "problem_id": row.problem_id,
            "problem": row.problem,
            "reference_answer": row.reference_answer,
            "chain_id": row.chain_id,
            "generator": row.generator,
            "final_answer": row.final_answer,
            "final_answer_correct": row.final_answer_correct,
            "metadata": orjson.Fragment(row.metadata),
            "steps": [
                {
                    "index": index,
                    "text": step.text,
                    "verdict": step.verdict,
                    "state": step.state,
                    "counts": dict(zip(keys, step.counts, strict=True)),
                    "soft": None
                    if (shares := soft(step.counts)) is None
                    else dict(zip(keys, shares, strict=True)),
                    "labels": step.labels,
                    "adjudicated": step.provenance == PROVENANCES[ADJUDICATED],
                    "provenance": step.provenance,
                    **({} if step.style is None else {"style": step.style}),
                    **({} if step.debias is None else {"debias": step.debias}),
                }
                for index, step in enumerate(row.steps)
            ],
            **({"chain_labels": row.chain_labels} if taxonomy.asks_about_chains else {}),
            "first_error_index": row.first_error.index,
            "first_error_defined": row.first_error.is_defined,
            "lucky": lucky(row),
            "luck": row.luck,
            "annotators": row.annotators,
            **({} if row.style_flags is None else {"style_flags": row.style_flags}),
            "taxonomy": {"key": taxonomy.key, "number": taxonomy.number, "digest": taxonomy.digest},
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def trl(row: ChainRow, taxonomy: TaxonomyRow) -> bytes | LeftOut:
    """TRL stepwise supervision: a neutral step is true, and the chain is cut after the first error."""
    if not row.first_error.is_defined:
        return LeftOut.UNDECIDED
    end = len(row.steps) if row.first_error.index is None else row.first_error.index + 1
    steps = row.steps[:end]
    return orjson.dumps(
        {
            "prompt": row.problem,
            "completions": [step.text for step in steps],
            "labels": [step.verdict is not None and step.verdict >= 0 for step in steps],
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def processbench(row: ChainRow, taxonomy: TaxonomyRow) -> bytes | LeftOut:
    """ProcessBench: the first flawed step counted from 0, -1 when there is none; neutral is not flawed."""
    if not row.first_error.is_defined:
        return LeftOut.UNDECIDED
    if row.final_answer_correct is None:
        return LeftOut.OUTCOME_UNKNOWN
    return orjson.dumps(
        {
            "id": row.chain_id,
            "generator": row.generator,
            "problem": row.problem,
            "steps": [step.text for step in row.steps],
            "final_answer_correct": row.final_answer_correct,
            "label": -1 if row.first_error.index is None else row.first_error.index,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def lucky(row: ChainRow) -> bool | None:
    """Final answer correct, some step flawed by its verdict. None where the outcome or a step that matters is unknown."""
    if not row.final_answer_correct:
        return row.final_answer_correct
    if any(step.verdict is not None and step.verdict < 0 for step in row.steps):
        return True
    return False if row.first_error.is_defined else None


WRITERS: Mapping[str, Writer] = MappingProxyType({"native": native, "trl": trl, "processbench": processbench})
