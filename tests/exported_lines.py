"""Lines as a native export with votes=1 writes them, for tests of what reads them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of


def vote(annotator: str = "annotator-1", verdict: str | None = "good", **more: Any) -> dict[str, Any]:
    """A flawed one gives its error, as the taxonomy of the tests asks."""
    return {
        "annotator": annotator,
        "state": "unsure" if verdict is None else "graded",
        "verdict": verdict,
        "labels": {"error": ["sign"]} if verdict == "bad" else {},
        "rendering": "styled",
        "repairs": None,
        **more,
    }


def exported_line(
    chain_id: str = "a",
    votes: Sequence[Sequence[Mapping[str, Any]]] = ((), (), ()),
    *,
    version: TaxonomyVersion,
    steps: Sequence[str] = ("one", "two", "three"),
    decisions: Mapping[int, Mapping[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Of the chain that `tests.makers.line` makes; what is worked out from the votes is left away."""
    vocabulary = vocabulary_of(version.pk)
    problem = chain_id.partition("/")[0] if "/" in chain_id else "p"
    return {
        "problem_id": problem,
        "problem": f"What is {problem}?",
        "chain_id": chain_id,
        "steps": [
            {
                "index": index,
                "text": text,
                "votes": list(given),
                "decision": (decisions or {}).get(index),
            }
            for index, (text, given) in enumerate(zip(steps, votes, strict=True))
        ],
        "taxonomy": {
            "key": vocabulary.taxonomy_key,
            "number": vocabulary.number,
            "digest": vocabulary.digest,
        },
        **more,
    }


def as_bytes(*lines: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
