"""Campaigns with hundreds of votes whose taste in style is known, written in a few statements."""

import uuid
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.random import Generator

from annotator.assignments.models import (
    AfterFirstError,
    Assignment,
    Campaign,
    Origin,
    PairState,
    StudyState,
    TwinDraw,
    TwinPair,
    TwinStudy,
)
from annotator.chains.models import Chain, ChainStep
from annotator.grading.models import Answer, Grade
from taxonomies.models import Label
from tests.makers import NOW, import_lines, line, make_campaign, make_dataset, make_user

STEPS = 4
WORDS = [
    "the",
    "sum",
    "of",
    "both",
    "that",
    "they",
    "asked",
    "for",
    "in",
    "the",
    "end",
    "which",
    "is",
    "all",
    "there",
    "is",
]


def bulleted(*parts: str) -> str:
    return "\n".join(f"- {part}" for part in parts)


def prose(*parts: str) -> str:
    return "\n".join(parts)


def other_style(text: str) -> str:
    parts = text.splitlines()
    return prose(*(part.removeprefix("- ") for part in parts)) if text.startswith("- ") else bulleted(*parts)


def style_campaign(
    *,
    key: str = "pilot",
    chains: int = 60,
    annotators: int = 6,
    plain_share: float = 0.0,
    bullets_add: float = 0.0,
    fan_adds: float = 0.0,
    pairs: int = 0,
    is_stored_high: bool = True,
    seed: int = 1,
    **policy: Any,
) -> Campaign:
    """Every annotator has graded every chain. Every other step has bullets, each is as good as chance made it.

    bullets_add: to P(sound) of a step that is shown with bullets, for everybody; fan_adds: for `grader-0` alone; pairs: of
    the steps with bullets, the first so many have a twin in prose, which half of the annotators were drawn; with
    is_stored_high False it is steps in prose that have a twin with bullets.
    """
    dataset = make_dataset(key)
    lines = [line(f"{key}-{n}/a", *(text_of(n, index) for index in range(STEPS))) for n in range(chains)]
    assert import_lines(dataset, *lines).state == "done"
    names = [f"{key}-grader-{number}" for number in range(annotators)]
    campaign = make_campaign(
        key=key,
        dataset=dataset,
        annotators=names,
        reviewers=[f"{key}-rita"],
        researchers=[f"{key}-rosa"],
        **{
            "overlap": annotators,
            "plain_share": plain_share,
            "after_first_error": AfterFirstError.CONTINUE,
            **policy,
        },
    )
    random = np.random.default_rng(seed=seed)
    assignments = give_all_chains(campaign, names=names, plain_share=plain_share, random=random)
    draw_twins(campaign, assignments=assignments, pairs=pairs, is_stored_high=is_stored_high)
    grade_all(campaign, bullets_add=bullets_add, fan_adds=fan_adds, random=random)
    return campaign


def text_of(chain: int, index: int) -> str:
    """Of as many lengths with bullets as without, so that the one is not told by the other."""
    place = STEPS * chain + index
    written = bulleted if has_bullets(chain, index) else prose
    words = [" ".join(WORDS[: 1 + (place * 7 + part * 5) % 16]) for part in range(1 + place // STEPS % 3)]
    return written(f"In {place} they add.", *(f"So {text}." for text in words))


def has_bullets(chain: int, index: int) -> bool:
    return (chain + index) % 2 == 1


def give_all_chains(
    campaign: Campaign, *, names: list[str], plain_share: float, random: Generator
) -> list[Assignment]:
    return Assignment.objects.bulk_create(
        Assignment(
            campaign=campaign,
            taxonomy_version_id=campaign.taxonomy_version_id,
            chain=chain,
            annotator=make_user(name),
            seat=seat,
            status="submitted",
            claimed_at=NOW,
            expires_at=NOW + timedelta(hours=4),
            submitted_at=NOW,
            finish_reason="solution",
            rendering="plain" if random.random() < plain_share else "styled",
        )
        for chain in Chain.objects.filter(dataset=campaign.dataset_id).order_by("pk")
        for seat, name in enumerate(names)
    )


def draw_twins(
    campaign: Campaign, *, assignments: list[Assignment], pairs: int, is_stored_high: bool
) -> None:
    """As if the study had begun before anybody claimed a chain."""
    if not pairs:
        return
    rosa, rita = make_user(f"{campaign.key}-rosa"), make_user(f"{campaign.key}-rita")
    study = TwinStudy.objects.create(
        campaign=campaign,
        feature="bullets",
        state=StudyState.RUNNING,
        seed=1,
        made_by=rosa,
        made_at=NOW,
        started_at=NOW,
    )
    walked = (
        ChainStep.objects.filter(chain__dataset=campaign.dataset_id).select_related("step").order_by("pk")
    )
    chosen = [placed for placed in walked if placed.step.text.startswith("- ") == is_stored_high][:pairs]
    made = TwinPair.objects.bulk_create(
        TwinPair(
            study=study,
            campaign=campaign,
            step=placed.step,
            text=other_style(placed.step.text),
            stored_has_feature=is_stored_high,
            origin=Origin.MECHANICAL,
            made_by=rosa,
            state=PairState.CONFIRMED,
            reviewed_by=rita,
            reviewed_at=NOW,
        )
        for placed in chosen
    )
    by_chain: dict[int, list[TwinPair]] = {}
    for placed, pair in zip(chosen, made, strict=True):
        by_chain.setdefault(placed.chain_id, []).append(pair)
    TwinDraw.objects.bulk_create(
        TwinDraw(
            pair=pair,
            step_id=pair.step_id,
            annotator_id=assignment.annotator_id,
            assignment=assignment,
            is_twin=(assignment.seat + number) % 2 == 0,
            drawn_at=NOW,
        )
        for assignment in assignments
        if assignment.rendering == "styled"
        for number, pair in enumerate(by_chain.get(assignment.chain_id, []))
    )


def grade_all(campaign: Campaign, *, bullets_add: float, fan_adds: float, random: Generator) -> None:
    """One grade of each step of each assignment; a flawed one says its error."""
    labels = {
        label.key: label for label in Label.objects.filter(criterion__version=campaign.taxonomy_version_id)
    }
    drawn = {
        (draw.step_id, draw.annotator_id)
        for draw in TwinDraw.objects.filter(pair__campaign=campaign, is_twin=True)
    }
    qualities: dict[int, float] = {}
    fan = make_user(f"{campaign.key}-grader-0").pk
    grades = []
    for assignment in campaign.assignments.order_by("pk").prefetch_related("chain__chain_steps__step"):
        for placed in assignment.chain.chain_steps.all():
            is_twin = (placed.step_id, assignment.annotator_id) in drawn
            rendering = "twin" if is_twin else assignment.rendering
            quality = qualities.setdefault(placed.step_id, random.uniform(0.2, 0.6))
            if rendering != "plain" and placed.step.text.startswith("- ") != is_twin:
                quality += bullets_add + (fan_adds if assignment.annotator_id == fan else 0.0)
            verdict = labels["good" if random.random() < quality else "bad"]
            grades.append(
                made_grade(assignment, step_id=placed.step_id, verdict=verdict, rendering=rendering)
            )
    Grade.objects.bulk_create(grades)
    Answer.objects.bulk_create(
        Answer(
            grade=grade,
            revision=1,
            taxonomy_version_id=campaign.taxonomy_version_id,
            criterion_id=labels["sign"].criterion_id,
            kind="one",
            label=labels["sign" if grade.pk % 3 else "logic"],
        )
        for grade in grades
        if grade.verdict_id == labels["bad"].pk
    )


def made_grade(assignment: Assignment, *, step_id: int, verdict: Label, rendering: str) -> Grade:
    return Grade(
        campaign_id=assignment.campaign_id,
        taxonomy_version_id=assignment.taxonomy_version_id,
        annotator_id=assignment.annotator_id,
        assignment=assignment,
        chain_id=assignment.chain_id,
        step_id=step_id,
        state="graded",
        verdict=verdict,
        verdict_criterion_id=verdict.criterion_id,
        seconds=12.0,
        rendering=rendering,
        revision=1,
        operation_id=uuid.uuid4(),
        operation_digest=b"made",
        saved_at=NOW,
    )
