"""What every format is written from: one chain, what all said of it, and what they said it with. No Django, no database."""

from dataclasses import dataclass

from annotator.analysis.consensus import FirstError
from annotator.exports.rows.debiasing import DebiasRow

# Features by key: whether the text shows it, or how much of it there is.
Style = dict[str, bool | float]


@dataclass(frozen=True, slots=True)
class VoteRow:
    """What one person, named by pseudonym, said of a step.

    `verdict` is a label key, None unless `state` is "graded"; `labels` are label keys, or the one text, by criterion;
    `repairs` is the index of the step in the same chain that it undoes; `comment` is None unless asked for.
    """

    annotator: str
    state: str
    verdict: str | None
    labels: dict[str, list[str]]
    rendering: str
    comment: str | None = None
    repairs: int | None = None


@dataclass(frozen=True, slots=True)
class ChainVoteRow:
    """What one person said of a whole chain; fields as in VoteRow."""

    annotator: str
    labels: dict[str, list[str]]
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a reviewer, named by pseudonym, decided on a step. `verdict` is a label key; `reason` is None unless comments are asked for."""

    reviewer: str
    verdict: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SiblingRow:
    """Another step after the same prefix, and what it comes to; `verdict` as in StepRow."""

    text: str
    verdict: int | None


# Not frozen: an export makes half a million of them, and a frozen one takes several times as long to make.
@dataclass(slots=True)
class StepRow:
    """One step with what all annotators together say of it.

    `verdict` is the value that a reviewer decided on, else that of the majority, None when tied or without votes;
    `provenance` says which, in a word of `consensus.PROVENANCES`, None where there is no verdict; `counts` are votes per
    verdict label in the order of the taxonomy; `labels` are votes per label key of each further criterion that anybody
    answered; `style`, `debias` and `votes` are None unless asked for. `votes` come in the order of the pseudonyms, which is
    the same in every campaign; `decision` is told with them. `gold`: the verdict label that is known to be right, None
    where none is, or it was not asked for. `siblings`: the other steps after the same prefix, for preference pairs alone,
    and only in the first chain, in the order of import, that goes through the node: so each node is told once.
    """

    text: str
    verdict: int | None
    provenance: str | None
    state: str
    counts: tuple[int, ...]
    labels: dict[str, dict[str, int]]
    style: Style | None = None
    debias: DebiasRow | None = None
    votes: tuple[VoteRow, ...] | None = None
    gold: str | None = None
    siblings: tuple[SiblingRow, ...] = ()
    decision: DecisionRow | None = None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag on style that stands. `subject`: the annotator's pseudonym, or a label as `criterion.label`."""

    estimator: str
    status: str
    feature: str
    scope: str
    subject: str | None
    effect: float
    low: float
    high: float
    severity: str
    state: str


@dataclass(frozen=True, slots=True)
class LuckRow:
    """`finding` and `basis` are words of `luck`; `repaired_by`: indexes of the steps that undo the one at `step_index`."""

    finding: str
    basis: str
    step_index: int | None
    repaired_by: tuple[int, ...]


@dataclass(slots=True)
class ChainRow:
    """One chain that somebody has graded. `first_error` is undefined when a step before it has no verdict.

    `luck` is None where the outcome is unknown or what the steps say.

    `chain_labels` are votes per label key of each criterion of the whole chain that anybody answered.

    `style_flags` are those of the campaign, None unless asked for. `votes`: on the whole chain, in the order of the
    pseudonyms, None unless asked for. `domain` is that of the data set, empty where it has none.

    `metadata` is JSON text, as the database keeps it: parsed and written again, 1e300 would no longer be the same.

    `scores`: what a model gave each step, as it was imported, None where no step has any.
    """

    chain_id: str
    problem_id: str
    problem: str
    reference_answer: str | None
    generator: str
    final_answer: str | None
    final_answer_correct: bool | None
    metadata: str
    steps: tuple[StepRow, ...]
    chain_labels: dict[str, dict[str, int]]
    first_error: FirstError
    luck: LuckRow | None
    annotators: tuple[str, ...]
    style_flags: tuple[FlagRow, ...] | None = None
    votes: tuple[ChainVoteRow, ...] | None = None
    domain: str = ""
    reference_solution: str | None = None
    scores: tuple[float | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class TaxonomyRow:
    """The frozen vocabulary that the rows were graded with; `label_keys` are the verdict's, `label_values` what each is worth."""

    key: str
    number: int
    digest: str
    label_keys: tuple[str, ...]
    asks_about_chains: bool = False
    label_values: tuple[int | None, ...] = ()
