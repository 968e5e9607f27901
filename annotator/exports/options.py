"""What can be asked of an export: every option with its values, its help and where it applies. No Django, no database.

The same declarations are the parameters of the API, the options of the commands and the fields of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FORMATS = (
    "native",
    "trl",
    "processbench",
    "prm800k",
    "math_shepherd",
    "openrlhf",
    "rlhflow",
    "orm",
    "preference_pairs",
)
# Their steps are right or wrong and nothing between.
BINARY_FORMATS = ("trl", "math_shepherd", "openrlhf", "rlhflow")
# One line for each person and chain; all others are written from what the votes come to.
LABELLING_FORMATS = ("prm800k",)
# They tell of the steps beside a chain's own.
PAIR_FORMATS = ("preference_pairs",)
CONSENSUS_FORMATS = tuple(each for each in FORMATS if each not in LABELLING_FORMATS)

SPLITS = ("train", "validation", "test")


class Labels(StrEnum):
    """Whose verdict of a step counts. A reviewer's decision goes before the first two."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid_skene"
    ADJUDICATED_ONLY = "adjudicated_only"
    ANNOTATOR = "annotator"


class Neutral(StrEnum):
    TRUE = "true"
    FALSE = "false"
    DROP_CHAIN = "drop_chain"


class AfterError(StrEnum):
    DROP = "drop"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Option:
    """`choices` empty: a number, a time or any text. `formats`: the only ones that it is for."""

    name: str
    help: str
    choices: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    default: str = ""


SWITCH = ("0", "1")
OPTIONS = (
    Option("format", "What a line looks like.", FORMATS, default="native"),
    Option(
        "labels",
        "Whose verdict of a step counts. majority and dawid_skene give way to a reviewer's decision; annotator needs"
        " annotator=PSEUDONYM.",
        tuple(Labels),
        CONSENSUS_FORMATS,
        Labels.MAJORITY,
    ),
    Option(
        "annotator",
        "The pseudonym of the one whose grades count, with labels=annotator.",
        (),
        CONSENSUS_FORMATS,
    ),
    Option(
        "neutral",
        "What a neutral step becomes, or that its chain is left out.",
        tuple(Neutral),
        BINARY_FORMATS,
        Neutral.TRUE,
    ),
    Option(
        "after_error",
        "Whether a chain is cut after its first flawed step, or every step after it is called wrong.",
        tuple(AfterError),
        BINARY_FORMATS,
        AfterError.DROP,
    ),
    Option(
        "soft", "The smoothed share of sound votes instead of right or wrong.", SWITCH, ("openrlhf",), "0"
    ),
    Option("votes", "With every single grade, under pseudonyms.", SWITCH, ("native",), "0"),
    Option("comments", "With the comments of those votes.", SWITCH, ("native",), "0"),
    Option("gold", "With the verdicts that are known to be right.", SWITCH, ("native", "prm800k"), "0"),
    Option(
        "style",
        "With the style features of every step, and the flags on style that stand.",
        SWITCH,
        ("native",),
        "0",
    ),
    Option(
        "debias",
        "With soft labels from which the bias that twins have measured is taken off.",
        ("twins",),
        ("native",),
    ),
    Option(
        "version",
        "What was graded with this version of the taxonomy; the campaign's current one unless given.",
    ),
    Option(
        "luck",
        "Only chains whose final answer is correct in spite of a flawed step, or wrong although no step is flawed.",
        ("lucky", "suspect"),
        CONSENSUS_FORMATS,
    ),
    Option("split", "Only the problems of this part, which a hash of the problem's id decides.", SPLITS),
    Option("splits", "Percent of the problems for train, validation and test.", default="80/10/10"),
    Option("domain", "Only chains of this domain."),
    Option("generator", "Only chains that this model wrote."),
    Option(
        "min_votes",
        "Only chains of which each step up to the first flawed one has at least so many votes.",
        formats=CONSENSUS_FORMATS,
        default="0",
    ),
    Option(
        "min_agreement",
        "Only chains of which each step up to the first flawed one has at least this share of its votes alike.",
        formats=CONSENSUS_FORMATS,
        default="0",
    ),
    Option(
        "changed_since",
        "Only chains of which something was graded or decided at this time (ISO 8601, with its zone) or later.",
    ),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}
NAMES = tuple(BY_NAME)
