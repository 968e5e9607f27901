"""The usage of a version in words and rows: its criteria, what to revise, and links to the steps behind a figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.usage import Confusion, Finding, LabelUsage, Rule
from annotator.analysis.using import CriterionUsage, Unit, VersionUsage
from annotator.assignments.models import Campaign
from annotator.chains.models import ChainStep, Step
from annotator.web.campaigns.figure_words import percent, reason_in_words
from taxonomies.models import CriterionKind, Scope
from taxonomies.vocabulary import Choice

# In a sentence; the table below it names all.
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Example:
    url: str
    words: str


Examples = Mapping[tuple[str, Unit], Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """`share` is empty where it cannot be known, with its reason."""

    title: str
    key: str
    tone: str
    count: int
    people: int
    share: str
    fraction: float
    reason: str
    is_never_used: bool
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """`second` is None where only one of two people gave the label `first`."""

    first: Choice
    second: Choice | None
    pairs: int
    of_pairs: int
    share: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPart:
    key: str
    question: str
    is_text: bool
    is_many: bool
    of_chain: bool
    asked: int
    answers: int
    people: int
    compared: int
    labels: tuple[LabelRow, ...]
    pairs: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at, with the criterion that it is about."""

    criterion: str
    words: str


def parts_of(usage: VersionUsage, *, examples: Examples) -> list[CriterionPart]:
    return [part_of(criterion, examples=examples) for criterion in usage.criteria]


def part_of(criterion: CriterionUsage, *, examples: Examples) -> CriterionPart:
    question, usage = criterion.question, criterion.usage
    return CriterionPart(
        key=question.key,
        question=question.text,
        is_text=question.kind == CriterionKind.TEXT,
        is_many=question.many,
        of_chain=question.scope == Scope.CHAIN,
        asked=usage.asked,
        answers=usage.answers,
        people=usage.people,
        compared=usage.compared,
        labels=tuple(label_row(entry, criterion=criterion, examples=examples) for entry in usage.labels),
        pairs=tuple(pair_row(entry, criterion=criterion, examples=examples) for entry in usage.confusions),
    )


def label_row(entry: LabelUsage, *, criterion: CriterionUsage, examples: Examples) -> LabelRow:
    choice = criterion.question.choices[entry.label]
    return LabelRow(
        title=choice.title,
        key=choice.key,
        tone=choice.tone,
        count=entry.count,
        people=entry.people,
        share="" if entry.share is None else percent(entry.share),
        fraction=entry.share or 0.0,
        reason=reason_in_words(entry.reason),
        is_never_used=entry.is_never_used,
        examples=links_to(entry.examples, criterion=criterion, examples=examples),
    )


def pair_row(entry: Confusion, *, criterion: CriterionUsage, examples: Examples) -> PairRow:
    choices = criterion.question.choices
    return PairRow(
        first=choices[entry.first],
        second=None if entry.second is None else choices[entry.second],
        pairs=entry.pairs,
        of_pairs=entry.of_pairs,
        share=percent(entry.share),
        examples=links_to(entry.examples, criterion=criterion, examples=examples),
    )


def links_to(units: Sequence[int], *, criterion: CriterionUsage, examples: Examples) -> tuple[Example, ...]:
    return tuple(examples[criterion.question.scope, criterion.units[unit]] for unit in units)


def examples_in(usage: VersionUsage, *, number: int) -> Examples:
    """A link for every unit that an example names: a step's page, for a chain that of its last step."""
    named = {
        (criterion.question.scope, unit) for criterion in usage.criteria for unit in criterion.units.values()
    }
    campaigns = Campaign.objects.in_bulk({unit.campaign_id for _, unit in named})
    last_steps = dict(
        ChainStep.objects.filter(chain__in={unit.pk for scope, unit in named if scope == Scope.CHAIN})
        .order_by("index")
        .values_list("chain", "step")
    )
    step_ids = {
        (scope, unit): last_steps[unit.pk] if scope == Scope.CHAIN else unit.pk for scope, unit in named
    }
    steps = Step.objects.select_related("problem").only("index", "problem__external_id")
    found = steps.in_bulk(set(step_ids.values()))
    return {
        (scope, unit): example_of(
            found[step_id], campaign=campaigns[unit.campaign_id], number=number, scope=scope
        )
        for (scope, unit), step_id in step_ids.items()
    }


def example_of(step: Step, *, campaign: Campaign, number: int, scope: str) -> Example:
    address = reverse("campaign_step", args=[campaign.key, step.pk])
    part = _("whole chain") if scope == Scope.CHAIN else _("step {number}").format(number=step.index + 1)
    return Example(url=f"{address}?version={number}", words=f"{step.problem.external_id}, {part}")


def advice_in(criterion: CriterionUsage) -> Iterator[Advice]:
    for finding in criterion.findings:
        yield Advice(criterion=criterion.question.key, words=words_of(finding, criterion=criterion))


def words_of(finding: Finding, *, criterion: CriterionUsage) -> str:
    question, usage = criterion.question, criterion.usage
    named = named_labels([question.choices[label] for label in finding.labels])
    asked = _("“{title}”").format(title=question.text.rstrip("."))
    if finding.rule == Rule.NEVER_ANSWERED:
        words = ngettext(
            "Nobody has answered {question}, which was asked once.",
            "Nobody has answered {question}, which was asked {count} times.",
            usage.asked,
        )
        return words.format(question=asked, count=usage.asked)
    if finding.rule == Rule.NEVER_USED:
        words = ngettext(
            "Nobody has chosen {labels}, though {question} was answered once.",
            "Nobody has chosen {labels}, though {question} was answered {count} times.",
            usage.answers,
        )
        return words.format(labels=named, question=asked, count=usage.answers)
    if finding.rule == Rule.ONE_PERSON:
        words = ngettext(
            "Only one person has ever chosen {labels}, though {count} person answered {question}.",
            "Only one person has ever chosen {labels}, though {count} people answered {question}.",
            usage.people,
        )
        return words.format(labels=named, question=asked, count=usage.people)
    assert finding.confusion is not None
    return confusion_in_words(finding.confusion, named=named)


def confusion_in_words(confusion: Confusion, *, named: str) -> str:
    if confusion.second is None:
        words = _(
            "{labels} is what people see differently: where somebody gave it, the other did not in {pairs} of"
            " {of_pairs} pairs of people."
        )
    else:
        words = _(
            "{labels} are confused most: of {of_pairs} pairs of people who chose between them, {pairs} chose"
            " differently."
        )
    return words.format(labels=named, pairs=confusion.pairs, of_pairs=confusion.of_pairs)


def named_labels(choices: Sequence[Choice]) -> str:
    titles = [_("“{title}”").format(title=choice.title) for choice in choices[:MOST_NAMED]]
    more = len(choices) - len(titles)
    if more:
        titles.append(ngettext("{count} other label", "{count} other labels", more).format(count=more))
    if len(titles) < 2:
        return "".join(titles)
    return _("{first} and {last}").format(first=", ".join(titles[:-1]), last=titles[-1])
