"""Studies of twins: rosa plans them, rita confirms the pairs, ada and ben are drawn arms. And twins of steps without all that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from annotator.assignments.claiming import claim_next
from annotator.assignments.models import (
    Assignment,
    Campaign,
    Origin,
    PairState,
    StudyState,
    TwinDraw,
    TwinPair,
    TwinStudy,
)
from annotator.assignments.studies import Arm, confirm_pair, make_study, start_study
from annotator.chains.models import Chain, ChainStep, Step
from tests.makers import NOW, import_lines, line, make_campaign, make_dataset, make_user

BULLETS = "- two apples\n- and three pears"
PROSE = "two apples\nand three pears"
# One chain has bullets in both its steps, the others have none.
LINES = [
    line("q/a", BULLETS, "So - **five** fruits.\n\n- Five.", final_answer="5"),
    line("r/b", "four", "five"),
    line("s/c", "six", "seven"),
]


def study_campaign(lines: Sequence[bytes] = LINES, **more: Any) -> Campaign:
    dataset = make_dataset()
    run = import_lines(dataset, *lines)
    assert run.state == "done", run.line_errors
    people: dict[str, Any] = {
        "annotators": ["ada", "ben"],
        "reviewers": ["rita"],
        "researchers": ["rosa", "rob"],
    }
    return make_campaign(dataset=dataset, **{**people, **more})


def step_of(text: str) -> Step:
    return Step.objects.get(text=text)


def arm(stored: str = BULLETS, text: str = PROSE, **more: Any) -> Arm:
    return Arm(step_id=step_of(stored).pk, text=text, **{"stored_has_feature": True, **more})


def draft(campaign: Campaign, *arms: Arm, feature: str = "bullets", person: str = "rosa") -> TwinStudy:
    """With one pair unless arms are given."""
    return make_study(
        campaign=campaign, feature=feature, arms=arms or [arm()], person=make_user(person), seed=1, now=NOW
    )


def confirm_all(study: TwinStudy, *, person: str = "rita") -> None:
    for pair in study.pairs.order_by("pk"):
        confirm_pair(pair=pair, person=make_user(person), now=NOW)


def running(campaign: Campaign, *arms: Arm, feature: str = "bullets") -> TwinStudy:
    study = draft(campaign, *arms, feature=feature)
    confirm_all(study)
    return start_study(study=study, person=make_user("rosa"), now=NOW)


def pair_of(study: TwinStudy) -> TwinPair:
    """Its first."""
    return study.pairs.order_by("pk")[0]


def make_twin(
    campaign: Campaign,
    step: Step,
    text: str,
    *,
    feature: str = "bullets",
    stored_has_feature: bool = True,
    origin: str = Origin.MECHANICAL,
) -> TwinPair:
    """A confirmed pair in the feature's running study, which begins if there is none; whatever the campaign is like.

    Those who claim a chain with this step from now on are drawn one of its arms.
    """
    rosa, rita = make_user("rosa"), make_user("rita")
    study, _ = TwinStudy.objects.get_or_create(
        campaign=campaign,
        feature=feature,
        state=StudyState.RUNNING,
        defaults={"seed": 1, "made_by": rosa, "made_at": NOW, "started_at": NOW},
    )
    return TwinPair.objects.create(
        study=study,
        campaign=campaign,
        step=step,
        text=text,
        stored_has_feature=stored_has_feature,
        origin=origin,
        made_by=rosa,
        state=PairState.CONFIRMED,
        reviewed_by=rita,
        reviewed_at=NOW,
    )


def step_at(chain: Chain, index: int = 0) -> Step:
    return ChainStep.objects.select_related("step").get(chain=chain, index=index).step


def sees_twin(name: str, pair: TwinPair) -> bool | None:
    """Which arm they were drawn; None for neither."""
    drawn = TwinDraw.objects.filter(annotator__username=name, step=pair.step)
    return drawn.values_list("is_twin", flat=True).first()


def claim_arm(
    campaign: Campaign, name: str, pair: TwinPair, *, is_twin: bool, now: datetime = NOW
) -> Assignment:
    """The chain that this person gets next, with the first seed that draws them this arm of the pair."""
    for seed in range(64):
        with transaction.atomic():
            assignment = claim_next(campaign=campaign, annotator=make_user(name), now=now, seed=seed)
            if assignment is not None and sees_twin(name, pair) is is_twin:
                return assignment
            transaction.set_rollback(True)
    raise AssertionError("no seed draws this arm: too many others were drawn the same")
