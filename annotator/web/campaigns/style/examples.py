"""Steps behind a figure, two ways of seeing them side by side, each with the votes on it. As the grades are now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotator.analysis.differing import chains_through
from annotator.analysis.models import StyleFlag
from annotator.assignments.models import Campaign, Rendering, TwinDraw, TwinPair
from annotator.chains.models import Step
from annotator.grading.models import Answer, Grade, GradeState
from annotator.web.campaigns.short_names import short_name
from annotator.web.campaigns.style.words import arm_titles
from annotator.web.rendering import render_texts
from taxonomies.models import Label, TaxonomyVersion
from taxonomies.vocabulary import Choice, vocabulary_of

NO_TEXT = SafeString("")


@dataclass(frozen=True, slots=True)
class ArmVote:
    pseudonym: str
    verdict: Choice
    names_error: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the two sides. `text` is empty where both are of the same text; `error` is the error type in question."""

    title: str
    text: SafeString
    votes: tuple[ArmVote, ...]
    error: str = ""

    @property
    def count(self) -> int:
        """Of the votes that say “sound”, or name the error."""
        if self.error:
            return sum(vote.names_error for vote in self.votes)
        return sum((vote.verdict.value or 0) > 0 for vote in self.votes)


@dataclass(frozen=True, slots=True)
class Example:
    """`name` is that of the chain; the first arm has the feature, or is whom it is about; `text` is that of all arms."""

    name: str
    number: int
    url: str
    arms: tuple[Arm, ...]
    text: SafeString = NO_TEXT


@dataclass(frozen=True, slots=True)
class CastVote:
    step_id: int
    annotator_id: int
    rendering: str
    shown: ArmVote


@dataclass(frozen=True, slots=True)
class Place:
    """What examples are of."""

    campaign: Campaign
    version: TaxonomyVersion

    def url(self, step: Step) -> str:
        address = reverse("campaign_step", args=[self.campaign.key, step.pk])
        return f"{address}?version={self.version.number}"


def examples_of_flag(flag: StyleFlag, *, entries: Sequence[Mapping[str, Any]], place: Place) -> list[Example]:
    """entries: of its evidence, examples or counter-examples."""
    if flag.estimator == "twins":
        wanted = [entry["pair"] for entry in entries if entry["pair"]]
        pairs = TwinPair.objects.filter(campaign=place.campaign).in_bulk(wanted)
        return examples_of_pairs(
            [pairs[pair_id] for pair_id in wanted if pair_id in pairs],
            feature=flag.feature,
            place=place,
            label=flag.label,
        )
    steps = list(steps_of([entry["step"] for entry in entries], campaign=place.campaign))
    if flag.member is not None:
        return examples_of_person(steps, user_id=flag.member.user_id, who=flag.member.pseudonym, place=place)
    return examples_of_renderings(steps, place=place)


def steps_of(step_ids: Sequence[int], *, campaign: Campaign) -> list[Step]:
    """In the order asked for, those of the campaign's dataset."""
    found = Step.objects.filter(pk__in=step_ids, problem__dataset=campaign.dataset_id)
    by_id = {step.pk: step for step in found.select_related("problem")}
    return [by_id[step_id] for step_id in step_ids if step_id in by_id]


def examples_of_pairs(
    pairs: Sequence[TwinPair], *, feature: str, place: Place, label: Label | None = None
) -> list[Example]:
    """Both arms of each pair; only votes of those who were drawn one of them count. `label`: of the error in question."""
    steps = {step.pk: step for step in steps_of([pair.step_id for pair in pairs], campaign=place.campaign)}
    pairs = [pair for pair in pairs if pair.step_id in steps]
    draws = drawn_arms(pairs)
    votes = votes_on(steps.values(), place=place, label=label)
    names = chains_through(list(steps.values()), campaign=place.campaign)
    texts = zip(
        render_texts([steps[pair.step_id].text for pair in pairs]),
        render_texts([pair.text for pair in pairs]),
        strict=True,
    )
    high, low = arm_titles(feature)
    error = label.title if label else ""
    found = []
    for pair, (stored_text, twin_text) in zip(pairs, texts, strict=True):
        stored_title, twin_title = (high, low) if pair.stored_has_feature else (low, high)
        of_pair = [vote for vote in votes if vote.step_id == pair.step_id]
        stored = Arm(stored_title, stored_text, votes_of_arm(of_pair, pair, draws, is_twin=False), error)
        twin = Arm(twin_title, twin_text, votes_of_arm(of_pair, pair, draws, is_twin=True), error)
        arms = (stored, twin) if pair.stored_has_feature else (twin, stored)
        found.append(example(steps[pair.step_id], arms, names=names, place=place))
    return found


def drawn_arms(pairs: Sequence[TwinPair]) -> dict[tuple[int, int], bool]:
    """By pair and annotator, whether they see the twin."""
    draws = TwinDraw.objects.filter(pair__in=pairs)
    return {
        (pair_id, annotator_id): is_twin
        for pair_id, annotator_id, is_twin in draws.values_list("pair_id", "annotator_id", "is_twin")
    }


def votes_of_arm(
    votes: Sequence[CastVote], pair: TwinPair, draws: Mapping[tuple[int, int], bool], *, is_twin: bool
) -> tuple[ArmVote, ...]:
    rendering = Rendering.TWIN if is_twin else Rendering.STYLED
    return tuple(
        vote.shown
        for vote in votes
        if vote.rendering == rendering and draws.get((pair.pk, vote.annotator_id)) is is_twin
    )


def examples_of_renderings(steps: Sequence[Step], *, place: Place) -> list[Example]:
    """As the step is, and as plain rendering shows it."""
    styled = render_texts([step.text for step in steps])
    plain = render_texts([step.text for step in steps], plain=True)
    votes = votes_on(steps, place=place)
    names = chains_through(list(steps), campaign=place.campaign)

    def votes_as(step: Step, rendering: str) -> tuple[ArmVote, ...]:
        return tuple(vote.shown for vote in votes if (vote.step_id, vote.rendering) == (step.pk, rendering))

    return [
        example(
            step,
            (
                Arm(_("As it is"), styled_text, votes_as(step, Rendering.STYLED)),
                Arm(_("Shown plain"), plain_text, votes_as(step, Rendering.PLAIN)),
            ),
            names=names,
            place=place,
        )
        for step, styled_text, plain_text in zip(steps, styled, plain, strict=True)
    ]


def examples_of_person(steps: Sequence[Step], *, user_id: int, who: str, place: Place) -> list[Example]:
    """What one annotator said of the step, and what the others did."""
    texts = render_texts([step.text for step in steps])
    votes = [vote for vote in votes_on(steps, place=place) if vote.rendering == Rendering.STYLED]
    names = chains_through(list(steps), campaign=place.campaign)

    def said_of(step: Step, *, by_them: bool) -> tuple[ArmVote, ...]:
        return tuple(
            vote.shown
            for vote in votes
            if vote.step_id == step.pk and (vote.annotator_id == user_id) == by_them
        )

    return [
        example(
            step,
            (
                Arm(who, NO_TEXT, said_of(step, by_them=True)),
                Arm(_("The others"), NO_TEXT, said_of(step, by_them=False)),
            ),
            names=names,
            place=place,
            text=text,
        )
        for step, text in zip(steps, texts, strict=True)
    ]


def examples_of_votes(steps: Sequence[Step], *, place: Place) -> list[Example]:
    """The steps as they are, with the ordinary votes: nothing to compare with."""
    texts = render_texts([step.text for step in steps])
    votes = [vote for vote in votes_on(steps, place=place) if vote.rendering == Rendering.STYLED]
    names = chains_through(list(steps), campaign=place.campaign)
    return [
        example(
            step,
            (Arm("", NO_TEXT, tuple(vote.shown for vote in votes if vote.step_id == step.pk)),),
            names=names,
            place=place,
            text=text,
        )
        for step, text in zip(steps, texts, strict=True)
    ]


def example(
    step: Step,
    arms: tuple[Arm, ...],
    *,
    names: Mapping[int, str],
    place: Place,
    text: SafeString = NO_TEXT,
) -> Example:
    return Example(
        text=text,
        name=names.get(step.pk, short_name(step.problem)),
        number=step.index + 1,
        url=place.url(step),
        arms=arms,
    )


def votes_on(steps: Iterable[Step], *, place: Place, label: Label | None = None) -> list[CastVote]:
    """Verdicts under the version, by pseudonym, in whatever rendering; with a label also whether it was given."""
    campaign, version = place.campaign, place.version
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    choices = {choice.id: choice for choice in vocabulary_of(version.pk).verdict.choices}
    grades = Grade.objects.filter(
        campaign=campaign,
        taxonomy_version=version,
        state=GradeState.GRADED,
        step__in=[step.pk for step in steps],
    )
    naming = set(grades_naming(grades, label=label)) if label else set()
    found = [
        CastVote(
            step_id=step_id,
            annotator_id=annotator_id,
            rendering=rendering,
            shown=ArmVote(
                pseudonym=pseudonyms[annotator_id],
                verdict=choices[verdict_id],
                names_error=grade_id in naming,
            ),
        )
        for grade_id, step_id, annotator_id, verdict_id, rendering in grades.values_list(
            "pk", "step_id", "annotator_id", "verdict_id", "rendering"
        )
        if step_id is not None and verdict_id is not None
    ]
    return sorted(found, key=lambda vote: vote.shown.pseudonym)


def grades_naming(grades: QuerySet[Grade], *, label: Label) -> QuerySet[Answer, int]:
    """The ids of those that give the label now."""
    answers = Answer.objects.filter(grade__in=grades, label=label, revision=F("grade__revision"))
    return answers.values_list("grade_id", flat=True)
