"""A line of our own export, read back: the chain in it, and what everybody said of it.

What an export works out (verdicts, counts, soft labels, flags) is recognised and looked at, and then left alone: from the
votes it comes out again. Every key must be known and every value of its type, as in all that is read here.
"""

from dataclasses import dataclass
from types import MappingProxyType

from annotator.chains.formats.fields import (
    identifier_at,
    list_at,
    object_at,
    required,
    text_at,
)
from annotator.chains.strict_json import Refusal, kind_of, quoted

# By key, the kinds of value that are worked out; a kind is a word of `kind_of`.
WORKED_OUT_OF_STEPS = MappingProxyType(
    {
        "verdict": ("int", "null"),
        "state": ("string",),
        "counts": ("object",),
        "soft": ("object", "null"),
        "labels": ("object",),
        "adjudicated": ("bool",),
        "provenance": ("string", "null"),
        "style": ("object",),
        "debias": ("object",),
        "gold": ("string", "null"),
    }
)
WORKED_OUT_OF_CHAINS = MappingProxyType(
    {
        "chain_labels": ("object",),
        "first_error_index": ("int", "null"),
        "first_error_defined": ("bool",),
        "lucky": ("bool", "null"),
        "luck": ("object", "null"),
        "annotators": ("list",),
        "style_flags": ("list",),
    }
)
STEP_KEYS = frozenset({"index", "text", "votes", "decision", *WORKED_OUT_OF_STEPS})
CHAIN_KEYS = frozenset({"chain_votes", "taxonomy", *WORKED_OUT_OF_CHAINS})
VOTE_KEYS = frozenset({"annotator", "state", "verdict", "labels", "rendering", "repairs", "comment"})
CHAIN_VOTE_KEYS = frozenset({"annotator", "labels", "comment"})
DECISION_KEYS = frozenset({"reviewer", "verdict", "reason"})
TAXONOMY_KEYS = frozenset({"key", "number", "digest"})
GRADED, UNSURE = "graded", "unsure"
RENDERINGS = ("styled", "plain")


@dataclass(frozen=True, slots=True)
class ExportedVote:
    """`labels` hold label keys, or the one text, by criterion; `comment` is None where the export does not tell comments."""

    annotator: str
    state: str
    verdict: str | None
    labels: dict[str, tuple[str, ...]]
    rendering: str
    repairs: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class ExportedChainVote:
    annotator: str
    labels: dict[str, tuple[str, ...]]
    comment: str | None


@dataclass(frozen=True, slots=True)
class ExportedDecision:
    """`reviewer` is empty where they are no member of their campaign."""

    reviewer: str
    verdict: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class ExportedStep:
    """`votes` is None where the export does not tell single votes."""

    text: str
    votes: tuple[ExportedVote, ...] | None
    decision: ExportedDecision | None


@dataclass(frozen=True, slots=True)
class ExportedTaxonomy:
    key: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What a line says besides the chain itself."""

    steps: tuple[ExportedStep, ...]
    chain_votes: tuple[ExportedChainVote, ...]
    taxonomy: ExportedTaxonomy


def is_exported(line: dict[str, object]) -> bool:
    """Whether it names a taxonomy and its steps are objects, as an export has it, and not texts, as an import has them."""
    steps = line.get("steps")
    return "taxonomy" in line and isinstance(steps, list) and bool(steps) and isinstance(steps[0], dict)


def read_exported(line: dict[str, object]) -> Exported:
    check_kinds(line, WORKED_OUT_OF_CHAINS, where="")
    for index, name in enumerate(list_at(line.get("annotators", []), "annotators")):
        identifier_at(name, f"annotators[{index}]")
    taxonomy = object_at(required(line, "taxonomy"), "taxonomy", TAXONOMY_KEYS)
    votes = list_at(line.get("chain_votes", []), "chain_votes")
    return Exported(
        steps=tuple(
            [step_at(step, index=index) for index, step in enumerate(list_at(line["steps"], "steps"))]
        ),
        chain_votes=tuple([chain_vote_at(vote, f"chain_votes[{place}]") for place, vote in enumerate(votes)]),
        taxonomy=ExportedTaxonomy(
            key=identifier_at(required(taxonomy, "key", "taxonomy."), "taxonomy.key"),
            number=whole_at(required(taxonomy, "number", "taxonomy."), "taxonomy.number"),
            digest=identifier_at(required(taxonomy, "digest", "taxonomy."), "taxonomy.digest"),
        ),
    )


def step_at(value: object, *, index: int) -> ExportedStep:
    where = f"steps[{index}]"
    step = object_at(value, where, STEP_KEYS)
    if whole_at(required(step, "index", f"{where}."), f"{where}.index") != index:
        raise Refusal(f"{where}.index: {step['index']} is not its place, which is {index}")
    check_kinds(step, WORKED_OUT_OF_STEPS, where=f"{where}.")
    votes = None
    if "votes" in step:
        listed = enumerate(list_at(step["votes"], f"{where}.votes"))
        votes = tuple([vote_at(vote, f"{where}.votes[{place}]") for place, vote in listed])
    decision = step.get("decision")
    return ExportedStep(
        text=text_at(required(step, "text", f"{where}."), f"{where}.text"),
        votes=votes,
        decision=None if decision is None else decision_at(decision, f"{where}.decision"),
    )


def vote_at(value: object, where: str) -> ExportedVote:
    vote = object_at(value, where, VOTE_KEYS)
    state = word_at(vote, "state", (GRADED, UNSURE), where)
    verdict = required(vote, "verdict", f"{where}.")
    if (verdict is not None) != (state == GRADED):
        raise Refusal(f"{where}.verdict: is given exactly where the state is {GRADED}")
    repairs = vote.get("repairs")
    return ExportedVote(
        annotator=identifier_at(required(vote, "annotator", f"{where}."), f"{where}.annotator"),
        state=state,
        verdict=None if verdict is None else identifier_at(verdict, f"{where}.verdict"),
        labels=answers_at(vote, where),
        rendering=word_at(vote, "rendering", RENDERINGS, where),
        repairs=None if repairs is None else whole_at(repairs, f"{where}.repairs"),
        comment=comment_at(vote, "comment", where),
    )


def chain_vote_at(value: object, where: str) -> ExportedChainVote:
    vote = object_at(value, where, CHAIN_VOTE_KEYS)
    return ExportedChainVote(
        annotator=identifier_at(required(vote, "annotator", f"{where}."), f"{where}.annotator"),
        labels=answers_at(vote, where),
        comment=comment_at(vote, "comment", where),
    )


def decision_at(value: object, where: str) -> ExportedDecision:
    decision = object_at(value, where, DECISION_KEYS)
    reviewer = required(decision, "reviewer", f"{where}.")
    return ExportedDecision(
        reviewer="" if reviewer == "" else identifier_at(reviewer, f"{where}.reviewer"),
        verdict=identifier_at(required(decision, "verdict", f"{where}."), f"{where}.verdict"),
        reason=comment_at(decision, "reason", where),
    )


def answers_at(vote: dict[str, object], where: str) -> dict[str, tuple[str, ...]]:
    found = required(vote, "labels", f"{where}.")
    if not isinstance(found, dict):
        raise Refusal(f"{where}.labels: must be an object, not {kind_of(found)}")
    return {
        key: tuple(
            [
                text_at(item, f"{where}.labels.{key}[{place}]")
                for place, item in enumerate(list_at(items, f"{where}.labels.{key}"))
            ]
        )
        for key, items in found.items()
    }


def comment_at(found: dict[str, object], key: str, where: str) -> str | None:
    """None where there is no such key; the empty text says that there is no comment."""
    if key not in found:
        return None
    value = found[key]
    return "" if value == "" else text_at(value, f"{where}.{key}")


def word_at(found: dict[str, object], key: str, words: tuple[str, ...], where: str) -> str:
    value = text_at(required(found, key, f"{where}."), f"{where}.{key}")
    if value not in words:
        raise Refusal(f"{where}.{key}: {quoted(value)} is not one of {', '.join(words)}")
    return value


def whole_at(value: object, where: str) -> int:
    if type(value) is not int or value < 0:
        raise Refusal(
            f"{where}: must be an int from 0, not {value if type(value) is int else kind_of(value)}"
        )
    return value


def check_kinds(
    found: dict[str, object], kinds: MappingProxyType[str, tuple[str, ...]], *, where: str
) -> None:
    for key, allowed in kinds.items():
        if key in found and (kind := kind_of(found[key])) not in allowed:
            raise Refusal(f"{where}{key}: must be {' or '.join(allowed)}, not {kind}")
