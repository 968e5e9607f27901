"""A published version as plain frozen values, for those who read it on every key press."""

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from taxonomies.models import CriterionKind, Label, Scope, TaxonomyVersion


@dataclass(frozen=True, slots=True)
class Choice:
    """One label."""

    id: int
    key: str
    title: str
    definition: str
    value: int | None
    hotkey: str
    tone: str
    good_example: str
    bad_example: str


@dataclass(frozen=True, slots=True)
class Question:
    """One criterion with its labels in order; `shown_for` holds `criterion.label` keys, empty for always."""

    id: int
    key: str
    text: str
    kind: str
    scope: str
    required: bool
    shown_for: frozenset[str]
    choices: tuple[Choice, ...]

    def choice(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    def is_asked_after(self, given: Set[str]) -> bool:
        """Whether it applies once these `criterion.label` answers were given."""
        return not self.shown_for or not self.shown_for.isdisjoint(given)

    @property
    def many(self) -> bool:
        return self.kind == CriterionKind.MANY


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The verdict, and the further questions in the order in which they are asked: of a step, and of the chain."""

    version_id: int
    taxonomy_key: str
    number: int
    digest: str
    guidelines: str
    verdict: Question
    questions: tuple[Question, ...]
    chain_questions: tuple[Question, ...]

    @property
    def further(self) -> tuple[Question, ...]:
        """Every question but the verdict."""
        return (*self.questions, *self.chain_questions)

    def asked_after(self, given: frozenset[str]) -> tuple[Question, ...]:
        """The further questions of a step that apply once these `criterion.label` answers were given."""
        return tuple(q for q in self.questions if q.is_asked_after(given))

    def asked_of_chain(self, given: frozenset[str]) -> tuple[Question, ...]:
        """The questions of the whole chain that apply once these `criterion.label` answers were given to others."""
        return tuple(q for q in self.chain_questions if q.is_asked_after(given))


@lru_cache(maxsize=256)
def vocabulary_of(version_id: int) -> Vocabulary:
    """The vocabulary of a published version. Kept for ever in this process: the database froze it."""
    version = TaxonomyVersion.objects.select_related("taxonomy").exclude(status="draft").get(pk=version_id)
    return read_vocabulary(version)


def read_vocabulary(version: TaxonomyVersion) -> Vocabulary:
    questions = [
        Question(
            id=criterion.pk,
            key=criterion.key,
            text=criterion.question,
            kind=criterion.kind,
            scope=criterion.scope,
            required=criterion.required,
            shown_for=frozenset(criterion.shown_for),
            choices=tuple(choice_from(label) for label in criterion.labels.all()),
        )
        for criterion in version.criteria.prefetch_related("labels").order_by("-is_verdict", "position", "pk")
    ]
    return Vocabulary(
        version_id=version.pk,
        taxonomy_key=version.taxonomy.key,
        number=version.number,
        digest=version.digest,
        guidelines=version.guidelines,
        verdict=questions[0],
        questions=tuple(q for q in questions[1:] if q.scope == Scope.STEP),
        chain_questions=tuple(q for q in questions[1:] if q.scope == Scope.CHAIN),
    )


def choice_from(label: Label) -> Choice:
    return Choice(
        id=label.pk,
        key=label.key,
        title=label.title,
        definition=label.definition,
        value=label.value,
        hotkey=label.hotkey,
        tone=label.tone,
        good_example=label.good_example,
        bad_example=label.bad_example,
    )
