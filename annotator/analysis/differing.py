"""The steps behind a figure of agreement: where two annotators gave these verdicts, or different ones. As of now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotator.assignments.models import Campaign, Rendering
from annotator.chains.models import ChainStep, Step
from annotator.grading.models import Grade, GradeState
from taxonomies.models import TaxonomyVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which steps. Verdicts and people are primary keys; of what is None anything will do.

    Without a second verdict the two differ; without any, too. `since` and `until` are of a step's newest grade.
    """

    first: int | None = None
    second: int | None = None
    annotator: int | None = None
    other: int | None = None
    index_from: int | None = None
    index_to: int | None = None
    generator: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def steps_where(*, campaign: Campaign, version: TaxonomyVersion, asked: Asked) -> QuerySet[Step]:
    """In the order of import. Of grades in styled rendering only, as the figures are."""
    grades = Grade.objects.filter(
        campaign=campaign,
        taxonomy_version=version,
        state=GradeState.GRADED,
        rendering=Rendering.STYLED,
        step__isnull=False,
    )
    others = grades.filter(step=OuterRef("step")).exclude(annotator=OuterRef("annotator"))
    if asked.second is None:
        others = others.exclude(verdict=OuterRef("verdict"))
    ones = grades.filter(
        Exists(others.filter(**given(verdict=asked.second, annotator=asked.other))),
        **given(verdict=asked.first, annotator=asked.annotator),
    )
    found = Step.objects.filter(pk__in=ones.values("step"), problem__dataset=campaign.dataset_id)
    return within(found, grades=grades, campaign=campaign, asked=asked).order_by("pk")


def within(
    steps: QuerySet[Step], *, grades: QuerySet[Grade], campaign: Campaign, asked: Asked
) -> QuerySet[Step]:
    steps = steps.filter(**given(index__gte=asked.index_from, index__lte=asked.index_to))
    if asked.generator is not None:
        chains = ChainStep.objects.filter(
            step=OuterRef("pk"), chain__dataset=campaign.dataset_id, chain__generator=asked.generator
        )
        steps = steps.filter(Exists(chains))
    if asked.since is not None or asked.until is not None:
        newest = grades.values("step").annotate(newest=Max("saved_at"))
        newest = newest.filter(**given(newest__gte=asked.since, newest__lte=asked.until))
        steps = steps.filter(pk__in=newest.values("step"))
    return steps


def given(**wanted: Any) -> dict[str, Any]:
    """Only what was asked for."""
    return {name: value for name, value in wanted.items() if value is not None}


def chains_through(steps: list[Step], *, campaign: Campaign) -> dict[int, str]:
    """Of each step the id of the first chain that goes through it; none of a step that stands beside those of chains."""
    through = ChainStep.objects.filter(step__in=steps, chain__dataset=campaign.dataset_id)
    first = through.order_by("step", "chain").distinct("step")
    return dict(first.values_list("step", "chain__external_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    step_id: int
    pseudonym: str
    verdict_id: int


def votes_on(*, campaign: Campaign, version: TaxonomyVersion, steps: list[Step]) -> list[Vote]:
    """What was said of these steps, by pseudonym; unsure and plainly rendered grades left out as in the figures."""
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    grades = Grade.objects.filter(
        campaign=campaign,
        taxonomy_version=version,
        state=GradeState.GRADED,
        rendering=Rendering.STYLED,
        step__in=steps,
    )
    votes = [
        Vote(step_id=step, pseudonym=pseudonyms[person], verdict_id=verdict)
        for step, person, verdict in grades.values_list("step_id", "annotator_id", "verdict_id")
        if step is not None and verdict is not None
    ]
    return sorted(votes, key=lambda vote: vote.pseudonym)
