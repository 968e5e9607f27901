"""The conditions under which a snapshot is sealed: their fields, and what became of them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from annotator.exports.gate import gathering
from annotator.exports.gate.conditions import (
    BY_NAME,
    CONDITIONS,
    BadGate,
    Condition,
    Kind,
    choices_of,
    read_gate,
)
from annotator.web.campaigns.exports.words import Words
from annotator.web.campaigns.figure_words import reason_in_words

# Of a condition's name in the form, where options of the export have names of their own.
PREFIX = "gate_"
LONGEST_TEXT = 40


@dataclass(frozen=True, slots=True)
class ConditionWords:
    title: Words
    help: Words


WORDS: Mapping[str, ConditionWords] = {
    "alpha_ordinal_low": ConditionWords(
        lazy("Ordinal alpha, for sure"),
        lazy("The lower end of the 95 % interval of Krippendorff’s ordinal alpha is at least this."),
    ),
    "alpha_ordinal": ConditionWords(
        lazy("Ordinal alpha"), lazy("Krippendorff’s ordinal alpha of the verdicts is at least this.")
    ),
    "alpha_nominal_low": ConditionWords(
        lazy("Nominal alpha, for sure"),
        lazy("The lower end of the 95 % interval of Krippendorff’s nominal alpha is at least this."),
    ),
    "alpha_nominal": ConditionWords(
        lazy("Nominal alpha"), lazy("Krippendorff’s nominal alpha of the verdicts is at least this.")
    ),
    "gwet_ac1_low": ConditionWords(
        lazy("Gwet’s AC1, for sure"),
        lazy("The lower end of the 95 % interval of Gwet’s AC1 is at least this."),
    ),
    "gwet_ac1": ConditionWords(lazy("Gwet’s AC1"), lazy("Gwet’s AC1 of the verdicts is at least this.")),
    "percent_agreement_low": ConditionWords(
        lazy("Agreement of pairs, for sure"),
        lazy("The lower end of the 95 % interval of the share of pairs that agree is at least this."),
    ),
    "percent_agreement": ConditionWords(
        lazy("Agreement of pairs"),
        lazy("The share of pairs of annotators that give a step the same verdict is at least this."),
    ),
    "coverage": ConditionWords(
        lazy("Coverage"),
        lazy("The share of chains graded by as many as the campaign asks for is at least this."),
    ),
    "min_chains": ConditionWords(
        lazy("Chains at least"), lazy("So many chains are graded by as many as the campaign asks for.")
    ),
    "max_bias_severity": ConditionWords(
        lazy("Worst bias"),
        lazy(
            "No bias for a style that an experiment has found is worse than this. Fails without an experiment."
        ),
    ),
    "max_deviation_severity": ConditionWords(
        lazy("Worst deviation"), lazy("No annotator deviates from the others on a style more than this.")
    ),
    "gold_accuracy": ConditionWords(
        lazy("Accuracy on gold"),
        lazy("The share of right grades on steps with a known verdict is at least this."),
    ),
    "max_lucky_share": ConditionWords(
        lazy("Lucky share"),
        lazy("Of the chains with a right final answer, at most this share has a flawed step."),
    ),
    "max_undecided_share": ConditionWords(
        lazy("Undecided share"),
        lazy("At most this share of the graded steps is tied, and so without a verdict."),
    ),
    "fresh": ConditionWords(
        lazy("Reports are fresh"),
        lazy("The reports that the other conditions look at have seen every grade."),
    ),
}
SEVERITIES: Mapping[str, Words] = {
    "none": lazy("none"),
    "low": lazy("low"),
    "medium": lazy("medium"),
    "high": lazy("high"),
}
# What is known beforehand of those that hold a word: a figure in points of a hundred is none of them.
OF_FRESHNESS: Mapping[str, Words] = {"fresh": lazy("fresh"), "stale": lazy("stale")}
UNKNOWN = lazy("Not known, and so not passed.")
# Beside those of reports, which `reason_in_words` knows.
REASONS: Mapping[str, Words] = {
    gathering.NO_REPORT: lazy("There is no report on agreement yet."),
    gathering.FORMER_REPORT: lazy(
        "The newest report is of a former version of Stepmark and does not say it: compute it anew."
    ),
    gathering.NO_STYLE_REPORT: lazy("There is no report on style yet."),
    gathering.NO_EXPERIMENT: lazy(
        "No experiment on style has enough votes yet, so nothing is known of bias."
    ),
    gathering.NOBODY_COMPARED: lazy(
        "No annotator has enough votes yet to be compared with the others on style."
    ),
    gathering.NO_CHAINS: lazy("The dataset has no chain."),
}


@dataclass(frozen=True, slots=True)
class GateChoice:
    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GateField:
    name: str
    kind: str
    title: str
    help: str
    now: str
    value: str
    choices: tuple[GateChoice, ...]
    error: str

    @property
    def is_on(self) -> bool:
        return self.value == "1"


@dataclass(frozen=True, slots=True)
class AskedGate:
    """`texts`: the conditions that were given; empty `errors` when they can be."""

    texts: dict[str, str]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """`figure` is empty where it is not known, and `reason` says why."""

    title: str
    help: str
    threshold: str
    figure: str
    interval: str
    passed: bool
    reason: str


def read_conditions(form: QueryDict) -> AskedGate:
    typed = {each.name: form.get(f"{PREFIX}{each.name}", "").strip()[:LONGEST_TEXT] for each in CONDITIONS}
    texts = {
        name: text if choices_of(BY_NAME[name]) else text.replace(",", ".")
        for name, text in typed.items()
        if text
    }
    return AskedGate(
        texts, {name: refusal_of(BY_NAME[name]) for name in texts if is_refused(name, texts[name])}
    )


def is_refused(name: str, text: str) -> bool:
    try:
        read_gate({name: text})
    except BadGate:
        return True
    return False


def refusal_of(condition: Condition) -> str:
    if choices_of(condition):
        return _("Choose one of those offered.")
    words = (
        _("Give a whole number from {least} to {most}.")
        if condition.kind == Kind.COUNT
        else _("Give a number from {least} to {most}.")
    )
    return words.format(
        least=number_format(round(condition.least)),
        most=number_format(round(condition.most), force_grouping=True),
    )


def fields_of_gate(asked: AskedGate, *, now: Mapping[str, str]) -> list[GateField]:
    """`now`: what each condition would be held against, in words, as far as there is anything to say."""
    return [
        GateField(
            name=condition.name,
            kind="switch"
            if condition.kind == Kind.SWITCH
            else "choice"
            if choices_of(condition)
            else "number",
            title=title_of(condition.name),
            help=help_of(condition.name),
            now=now.get(condition.name, ""),
            value=asked.texts.get(condition.name, ""),
            choices=severities(chosen=asked.texts.get(condition.name, "")),
            error=asked.errors.get(condition.name, ""),
        )
        for condition in CONDITIONS
    ]


def severities(*, chosen: str) -> tuple[GateChoice, ...]:
    offered = {"": _("not asked"), **{name: str(words) for name, words in SEVERITIES.items()}}
    return tuple(GateChoice(value, title, value == chosen) for value, title in offered.items())


def title_of(name: str) -> str:
    return str(WORDS[name].title) if name in WORDS else name


def help_of(name: str) -> str:
    return str(WORDS[name].help) if name in WORDS else ""


def asked_in_words(gate: Mapping[str, Any]) -> list[str]:
    return [
        pgettext("a condition and its threshold", "{title}: {threshold}").format(
            title=title_of(name), threshold=value_in_words(threshold)
        )
        for name, threshold in gate.items()
    ]


def rows_of_findings(findings: Sequence[Mapping[str, Any]]) -> list[FoundRow]:
    return [
        FoundRow(
            title=title_of(found["condition"]),
            help=help_of(found["condition"]),
            threshold=threshold_in_words(found),
            figure=value_in_words(found["figure"]),
            interval=interval_in_words(found),
            passed=found["passed"],
            reason=why_unknown(found["reason"]) if found["figure"] is None else "",
        )
        for found in findings
    ]


def why_unknown(reason: str | None) -> str:
    words = REASONS.get(reason or "")
    return str(words) if words else reason_in_words(reason) or str(UNKNOWN)


def threshold_in_words(found: Mapping[str, Any]) -> str:
    condition = BY_NAME.get(found["condition"])
    value = value_in_words(found["threshold"])
    if condition is None or condition.kind == Kind.SWITCH:
        return value
    words = _("at most {value}") if condition.kind in (Kind.MOST, Kind.SEVERITY) else _("at least {value}")
    return words.format(value=value)


def interval_in_words(found: Mapping[str, Any]) -> str:
    if found.get("low") is None or found.get("high") is None:
        return ""
    return f"{value_in_words(found['low'])} – {value_in_words(found['high'])}"


def value_in_words(value: Any) -> str:
    """A number of at most three digits behind the point, or a word that is known."""
    if value is None:
        return ""
    if isinstance(value, str):
        named = {**SEVERITIES, **OF_FRESHNESS, "1": _("yes")}
        return str(named.get(value, value))
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    shown = f"{value:.3f}".rstrip("0").rstrip(".")
    return number_format(shown) if shown else "0"
