"""What the options of an export are called on its page, and what it says where one has a value that cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from annotator.exports.queries import MOST_VERSIONS, MOST_VOTES, TEXT_LENGTH

Words = Promise | str


CHOOSE = lazy("Choose one of those offered.")


@dataclass(frozen=True, slots=True)
class OptionWords:
    """`refused`: what a value must be; `choices`: titles of those that are not names by themselves."""

    title: Words
    help: Words
    refused: Words = CHOOSE
    choices: Mapping[str, Words] | None = None


@dataclass(frozen=True, slots=True)
class FormatWords:
    title: Words
    line: Words


FORMATS: Mapping[str, FormatWords] = {
    "native": FormatWords(
        "Stepmark native", lazy("All that is known of a chain. The one that comes in again whole.")
    ),
    "trl": FormatWords("TRL", lazy("Prompt, steps, and true or false for each. What most trainers read.")),
    "processbench": FormatWords("ProcessBench", lazy("The steps, and the index of the first wrong one.")),
    "prm800k": FormatWords("PRM800K", lazy("What one person said of a chain: a line for each of them.")),
    "math_shepherd": FormatWords(
        "Math-Shepherd", lazy("One text with a marker behind each step, and the same with + and −.")
    ),
    "openrlhf": FormatWords(
        "OpenRLHF", lazy("Marked text and a list of values, right or wrong or in between.")
    ),
    "rlhflow": FormatWords("RLHFlow", lazy("A conversation: a step from the user, + or − in answer.")),
    "orm": FormatWords(
        lazy("Outcomes"), lazy("Whether the final answer is right: for the baseline without steps.")
    ),
    "preference_pairs": FormatWords(
        lazy("Preference pairs"), lazy("Two steps after the same beginning, the better and the worse one.")
    ),
}

OPTIONS: Mapping[str, OptionWords] = {
    "format": OptionWords(lazy("What a line looks like"), ""),
    "labels": OptionWords(
        lazy("Whose verdict counts"),
        lazy("Where a reviewer has decided, the decision counts before a majority or an estimate."),
        lazy("Not to be had: the labels have not been estimated for this version yet."),
        {
            "majority": lazy("What most annotators say"),
            "dawid_skene": lazy("Estimate that weighs annotators (Dawid–Skene)"),
            "adjudicated_only": lazy("Only what a reviewer decided"),
            "annotator": lazy("What one annotator says"),
        },
    ),
    "annotator": OptionWords(
        lazy("Which annotator"),
        lazy("Single grades can be read off it: a token needs votes:read."),
        lazy("Choose one of the campaign’s annotators."),
    ),
    "neutral": OptionWords(
        lazy("A neutral step"),
        lazy("This format knows right and wrong only."),
        choices={
            "true": lazy("becomes right"),
            "false": lazy("becomes wrong"),
            "drop_chain": lazy("leaves its chain out"),
        },
    ),
    "after_error": OptionWords(
        lazy("After the first flawed step"),
        lazy("Steps after it have no label of their own here."),
        choices={
            "drop": lazy("the chain is cut"),
            "false": lazy("every step is wrong"),
        },
    ),
    "soft": OptionWords(
        lazy("Soft labels"), lazy("The smoothed share of sound votes instead of right or wrong.")
    ),
    "votes": OptionWords(
        lazy("Every single grade"),
        lazy("Under pseudonyms, beside what they come to. A token needs votes:read."),
    ),
    "comments": OptionWords(lazy("Comments"), lazy("What annotators wrote to their grades.")),
    "gold": OptionWords(
        lazy("Known verdicts"),
        lazy("Of gold chains, whose right verdicts annotators do not know. A token needs gold:read."),
    ),
    "style": OptionWords(
        lazy("Style of every step"), lazy("Its features as they were measured, and the flags that stand.")
    ),
    "debias": OptionWords(
        lazy("Take measured bias off"),
        lazy("Soft labels, without the bias for a style that an experiment has found."),
        choices={"": lazy("no"), "twins": lazy("what twins have measured")},
    ),
    "version": OptionWords(
        lazy("Graded with version"),
        lazy("No line mixes versions of the taxonomy."),
        lazy("The campaign was not graded with such a version."),
    ),
    "luck": OptionWords(
        lazy("Lucky or suspect"),
        lazy("Where the final answer and the steps say different things."),
        choices={
            "": lazy("all chains"),
            "lucky": lazy("right answer, flawed step"),
            "suspect": lazy("wrong answer, no flawed step"),
        },
    ),
    "split": OptionWords(
        lazy("Part"),
        lazy("A hash of the problem’s id decides, so no problem is in two parts."),
        choices={
            "": lazy("all problems"),
            "train": "train",
            "validation": "validation",
            "test": "test",
        },
    ),
    "splits": OptionWords(
        lazy("Percent for train, validation, test"),
        lazy("Of the problems. A snapshot has a file for each part."),
        lazy("Three whole percentages that add up to 100, such as 80/10/10."),
    ),
    "domain": OptionWords(
        lazy("Domain"), lazy("As it was imported."), lazy("There are no chains of this domain here.")
    ),
    "generator": OptionWords(
        lazy("Generator"),
        lazy("The model that wrote the chain."),
        lazy("There are no chains of this generator here."),
    ),
    "min_votes": OptionWords(
        lazy("Votes at least"),
        lazy("On every step up to the first flawed one."),
        lazy("Give a whole number from 0 to {most}."),
    ),
    "min_agreement": OptionWords(
        lazy("Agreement at least"),
        lazy("Share of the votes alike, from 0 to 1, on every step up to the first flawed one."),
        lazy("Give a number from 0 to 1."),
    ),
    "changed_since": OptionWords(
        lazy("Graded or decided since"),
        lazy("For a pipeline that only fetches what is new."),
        lazy("Give a date and a time."),
    ),
}

# Numbers that the words of refusals name.
NUMBERS = {"most": MOST_VOTES, "versions": MOST_VERSIONS, "length": TEXT_LENGTH}


def refusal_of(name: str) -> str:
    return str(OPTIONS[name].refused).format(**NUMBERS)


def title_of_choice(name: str, choice: str) -> str:
    choices = OPTIONS[name].choices or {}
    return str(choices.get(choice, choice))
