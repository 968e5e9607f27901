"""What a grade given under one version of a taxonomy says under a later one. Pure: keys in, keys out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from taxonomies.mapping import Targets
from taxonomies.models import CriterionKind, Scope
from taxonomies.vocabulary import Question, Vocabulary


class Why(StrEnum):
    """Why something cannot be translated without its annotator."""

    SPLIT = "split"
    DROPPED = "dropped"
    NO_PLACE = "no_place"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one grade says: its `criterion.label` keys, and the criteria that it answers in text.

    `decided`: a graded step or an answered chain, of which the required questions are asked.
    """

    scope: str
    decided: bool
    labels: frozenset[str]
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Labels of the former version that need a person, or keys of required questions that have no answer."""

    why: Why
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """`says` is None where the verdict is open again: then there is no grade. `gone` was dropped on purpose, or is a
    text that is not asked for any more; `unanswered` are all required questions left open, asked again or not.
    """

    says: Said | None
    asked: tuple[Asked, ...]
    gone: frozenset[str] = frozenset()
    unanswered: frozenset[str] = frozenset()


def translate(said: Said, *, former: Vocabulary, later: Vocabulary, mapping: Targets) -> Translation:
    verdict = next((key for key in said.labels if criterion_of(key) == former.verdict.key), None)
    if verdict is not None and (why := why_open(verdict, later=later, mapping=mapping)):
        return Translation(says=None, asked=(Asked(why=why, keys=(verdict,)),))
    targets = {key: mapping.get(key, ()) for key in sorted(said.labels)}
    gone = {key for key, found in targets.items() if not found}
    split = tuple(key for key, found in targets.items() if len(found) > 1)
    single = {key: found[0] for key, found in targets.items() if len(found) == 1}
    carried = with_a_place(single, later=later, scope=said.scope, verdict=verdict)
    no_place = tuple(key for key in single if key not in carried)
    labels = frozenset(carried.values())
    asked_now = {question.key: question for question in asked_after(later, scope=said.scope, given=labels)}
    texts = frozenset(
        key for key in said.texts if key in asked_now and asked_now[key].kind == CriterionKind.TEXT
    )
    open_now = unanswered(asked_now.values(), labels=labels, texts=texts) if said.decided else frozenset()
    before = asked_after(former, scope=said.scope, given=said.labels)
    due = {criterion_of(target) for key in (*split, *no_place) for target in targets[key]}
    new = open_now - due - unanswered(before, labels=said.labels, texts=said.texts)
    found = [(Why.SPLIT, split), (Why.NO_PLACE, no_place), (Why.QUESTION, tuple(sorted(new)))]
    return Translation(
        says=Said(scope=said.scope, decided=said.decided, labels=labels, texts=texts),
        asked=tuple(Asked(why=why, keys=keys) for why, keys in found if keys),
        gone=frozenset(gone | (said.texts - texts)),
        unanswered=open_now,
    )


def why_open(verdict: str, *, later: Vocabulary, mapping: Targets) -> Why | None:
    """Why a verdict cannot be translated; None when it can."""
    targets = mapping.get(verdict, ())
    if len(targets) > 1:
        return Why.SPLIT
    if not targets:
        return Why.DROPPED
    return None if targets[0] in keys_of(later.verdict) else Why.NO_PLACE


def with_a_place(
    single: dict[str, str], *, later: Vocabulary, scope: str, verdict: str | None
) -> dict[str, str]:
    """Those targets that the later version asks for after the others, and as many as it takes.

    Only a graded step keeps a verdict's label: what else became one has no place.
    """
    kept = dict(single)
    while True:
        places = {
            key: question
            for question in asked_after(later, scope=scope, given=frozenset(kept.values()))
            for key in keys_of(question)
        }
        targets = frozenset(kept.values())
        fitting = {
            key: target
            for key, target in kept.items()
            if key == verdict or (target in places and not crowded(places[target], targets=targets))
        }
        if len(fitting) == len(kept):
            return kept
        kept = fitting


def crowded(question: Question, *, targets: frozenset[str]) -> bool:
    """Whether a criterion that takes one label would get several."""
    return not question.many and len(targets & keys_of(question)) > 1


def asked_after(vocabulary: Vocabulary, *, scope: str, given: frozenset[str]) -> tuple[Question, ...]:
    """The further questions of that scope that apply once these answers were given."""
    return vocabulary.asked_of_chain(given) if scope == Scope.CHAIN else vocabulary.asked_after(given)


def unanswered(
    questions: Iterable[Question], *, labels: frozenset[str], texts: frozenset[str]
) -> frozenset[str]:
    """Keys of the required ones among the questions without a label or a text."""
    answered = {criterion_of(key) for key in labels} | texts
    return frozenset(question.key for question in questions if question.required) - answered


def keys_of(question: Question) -> frozenset[str]:
    return frozenset(f"{question.key}.{choice.key}" for choice in question.choices)


def criterion_of(key: str) -> str:
    return key.partition(".")[0]
