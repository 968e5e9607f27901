"""What the figures of an agreement report are made of: a campaign's grades, chains and settings as arrays. Pure shapes."""

from dataclasses import dataclass
from datetime import datetime

from annotator.analysis.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a view of a campaign's grades of steps reaches. Times alone could miss a write that was committed late."""

    newest_grade_at: datetime | None
    revision_count: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What the figures depend on besides the grades."""

    overlap: int
    contested_below: float
    dawid_skene: bool


@dataclass(frozen=True, slots=True)
class Grades:
    """(grades,) each, by step and then annotator, all ids: verdicts are labels, chains those in which they were given.

    own_steps: the chain's own step where the graded one is an alternative to it; saved_at: seconds since 1970.
    """

    ids: Integers
    steps: Integers
    annotators: Integers
    verdicts: Integers
    chains: Integers
    own_steps: Integers
    is_styled: Flags
    seconds: Floats
    saved_at: Floats


@dataclass(frozen=True, slots=True)
class Wholes:
    """(grades of whole chains,) each, by chain and then annotator."""

    ids: Integers
    chains: Integers
    annotators: Integers
    is_styled: Flags


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two columns of ids, in order: answers (grade, label), sittings (chain, annotator), gold and decisions (step, label)."""

    left: Integers
    right: Integers


@dataclass(frozen=True, slots=True)
class Chains:
    """(chains,) each, by id: every chain of the problems that were assigned, graded or not.

    outcomes: 1 correct, 0 wrong, -1 unknown; generators, domains: places in their names.
    """

    ids: Integers
    problems: Integers
    lengths: Integers
    outcomes: Integers
    generators: Integers
    domains: Integers
    generator_names: tuple[str, ...]
    domain_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """(steps of chains,) each, by chain and then index."""

    chains: Integers
    indexes: Integers
    steps: Integers


@dataclass(frozen=True, slots=True)
class Gathered:
    """pseudonyms: by the annotator's id."""

    freshness: Freshness
    settings: Settings
    pseudonyms: dict[int, str]
    grades: Grades
    wholes: Wholes
    answers: Pairs
    chains: Chains
    paths: Paths
    sittings: Pairs
    gold: Pairs
    decisions: Pairs
