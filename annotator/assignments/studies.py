"""Planning, confirming and running the studies of twins.

A campaign's studies change one at a time, and no chain is given out meanwhile: whoever claims holds the same lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.models import (
    Alternatives,
    Campaign,
    CampaignStatus,
    MembershipState,
    Origin,
    PairState,
    Role,
    StudyState,
    TwinDraw,
    TwinPair,
    TwinStudy,
)
from annotator.chains.models import Step
from taxonomies.models import StyleFeature

# Under these, a study says nothing (pairs) or next to nothing.
FEWEST_CONFIRMED = 1
ENOUGH_CONFIRMED = 10
FEWEST_VOTES = 2
MOST_PAIRS = 1_000
# As long as an imported step may be.
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The other text of a step. `stored_has_feature`: the feature is in the stored text rather than in this one, or higher."""

    step_id: int
    text: str
    stored_has_feature: bool
    origin: str = Origin.MECHANICAL


class StudyRefused(Exception):
    """Words for why a study or a pair cannot be changed like that."""


@transaction.atomic
def make_study(
    *, campaign: Campaign, feature: str, arms: Sequence[Arm], person: User, seed: int, now: datetime
) -> TwinStudy:
    """A draft with these pairs, which wait for somebody else to confirm them. `seed`: with which the steps were picked.

    Raises StudyRefused where the campaign cannot run one, the feature has one, or a step has a twin already.
    """
    campaign = locked(campaign)
    if not is_overseer(campaign, person=person, roles=[Role.RESEARCHER]):
        raise StudyRefused(_("Only researchers of this campaign plan a study, and no one who grades in it."))
    if feature not in StyleFeature.values:
        raise StudyRefused(_("There is no such style feature."))
    for words in obstacles(campaign):
        raise StudyRefused(words)
    if feature in campaign.taxonomy_version.content_features:
        raise StudyRefused(
            _("The taxonomy says that this feature is content, not style: no report would show it.")
        )
    if campaign.twin_studies.filter(feature=feature).exclude(state=StudyState.STOPPED).exists():
        raise StudyRefused(_("This feature has a study already; one runs at a time."))
    study = TwinStudy.objects.create(
        campaign=campaign, feature=feature, seed=seed, made_by=person, made_at=now
    )
    write_pairs(study=study, arms=arms, person=person)
    return study


@transaction.atomic
def add_pairs(*, study: TwinStudy, arms: Sequence[Arm], person: User, seen: int | None = None) -> int:
    """More pairs for a draft or a running study; each is drawn as soon as it is confirmed. `seen`: how many pairs it had on
    the page where that was asked for, so that asking twice adds once. Raises StudyRefused.
    """
    study = locked_study(study)
    if not is_overseer(study.campaign, person=person, roles=[Role.RESEARCHER]):
        raise StudyRefused(_("Only researchers of this campaign plan a study, and no one who grades in it."))
    refuse_stopped(study)
    if seen is not None and study.pairs.count() != seen:
        raise StudyRefused(_("Pairs were added to this study meanwhile. Look at them first."))
    return write_pairs(study=study, arms=arms, person=person)


@transaction.atomic
def confirm_pair(*, pair: TwinPair, person: User, now: datetime, seen: str | None = None) -> TwinPair:
    """Say that both arms have the same content. `seen`: the state of the pair on the page where that was decided.

    Raises StudyRefused for its maker, for whoever is no overseer, and where somebody else was faster.
    """
    pair = locked_pair(pair, person=person, seen=seen)
    if pair.made_by_id == person.pk:
        raise StudyRefused(_("You made this pair: somebody else must confirm it."))
    others = TwinPair.objects.filter(campaign=pair.campaign_id, step=pair.step_id).exclude(pk=pair.pk)
    if others.exclude(state=PairState.REJECTED).exists():
        raise StudyRefused(_("The step has another twin by now."))
    return reviewed(pair, state=PairState.CONFIRMED, person=person, now=now)


@transaction.atomic
def reject_pair(*, pair: TwinPair, person: User, now: datetime, seen: str | None = None) -> TwinPair:
    """Say that the arms differ in content. The maker may do so too, for a pair that turned out badly.

    Never a pair of which somebody was drawn an arm: whoever could leave pairs out afterwards could choose the result.
    """
    pair = locked_pair(pair, person=person, seen=seen)
    if TwinDraw.objects.filter(pair=pair).exists():
        raise StudyRefused(
            _("Annotators have been given this pair already, so it stays. You can stop the study.")
        )
    return reviewed(pair, state=PairState.REJECTED, person=person, now=now)


@transaction.atomic
def start_study(*, study: TwinStudy, person: User, now: datetime) -> TwinStudy:
    """From now on each claim draws an arm of every confirmed pair on its chain. Raises StudyRefused."""
    study = locked_study(study)
    refuse_others(study, person=person)
    if study.state != StudyState.DRAFT:
        raise StudyRefused(_("Only a draft can be started."))
    for words in obstacles(study.campaign):
        raise StudyRefused(words)
    if study.pairs.filter(state=PairState.CONFIRMED).count() < FEWEST_CONFIRMED:
        raise StudyRefused(_("No pair is confirmed yet."))
    study.state = StudyState.RUNNING
    study.started_at = now
    study.save(update_fields=["state", "started_at"])
    return study


@transaction.atomic
def stop_study(*, study: TwinStudy, person: User, now: datetime) -> TwinStudy:
    """No more arms are drawn, for good. Whoever was drawn one goes on seeing it. Raises StudyRefused."""
    study = locked_study(study)
    refuse_others(study, person=person)
    if study.state != StudyState.RUNNING:
        raise StudyRefused(_("Only a running study can be stopped."))
    study.state = StudyState.STOPPED
    study.stopped_at = now
    study.save(update_fields=["state", "stopped_at"])
    return study


@transaction.atomic
def discard_study(*, study: TwinStudy, person: User) -> None:
    """Delete a draft with its pairs. What has run once is kept: annotators were drawn its texts. Raises StudyRefused."""
    study = locked_study(study)
    refuse_others(study, person=person)
    if study.state != StudyState.DRAFT:
        raise StudyRefused(_("Only a draft can be discarded; what has run is kept."))
    study.pairs.all().delete()
    study.delete()


def obstacles(campaign: Campaign) -> list[str]:
    """Why no study can begin in this campaign as it is now; nothing when one can."""
    words = []
    if campaign.status != CampaignStatus.ACTIVE:
        words.append(_("The campaign is not active, so no chains are given out."))
    if campaign.overlap < FEWEST_VOTES:
        words.append(_("Each chain is graded by one annotator only. A pair needs two: one for each arm."))
    if campaign.alternatives != Alternatives.NONE:
        words.append(
            _("Alternatives are graded beside the steps: a second text of one step would be noticed.")
        )
    if campaign.plain_share >= 1:
        words.append(_("All chains are shown in plain rendering, and arms are drawn for styled ones only."))
    return words


def locked(campaign: Campaign) -> Campaign:
    # Without a join: a statement that has waited for a move would not find the campaign beside its former version.
    return Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def locked_study(study: TwinStudy) -> TwinStudy:
    """As it is now. Raises StudyRefused for one that was discarded meanwhile."""
    campaign = locked(Campaign(pk=study.campaign_id))
    found = TwinStudy.objects.select_for_update(no_key=True).filter(pk=study.pk).first()
    if found is None:
        raise StudyRefused(_("The study was discarded meanwhile."))
    found.campaign = campaign
    return found


def locked_pair(pair: TwinPair, *, person: User, seen: str | None) -> TwinPair:
    study = locked_study(TwinStudy(pk=pair.study_id, campaign_id=pair.campaign_id))
    if not is_overseer(study.campaign, person=person):
        raise StudyRefused(
            _("Only researchers and reviewers of this campaign review pairs, and no one who grades in it.")
        )
    refuse_stopped(study)
    found = TwinPair.objects.select_for_update(no_key=True).get(pk=pair.pk)
    if seen is not None and found.state != seen:
        raise StudyRefused(_("Somebody has reviewed this pair meanwhile."))
    return found


def reviewed(pair: TwinPair, *, state: PairState, person: User, now: datetime) -> TwinPair:
    if pair.state == state:
        return pair
    pair.state = state
    pair.reviewed_by = person
    pair.reviewed_at = now
    pair.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return pair


def refuse_others(study: TwinStudy, *, person: User) -> None:
    if not is_overseer(study.campaign, person=person, roles=[Role.RESEARCHER]):
        raise StudyRefused(_("Only researchers of this campaign start, stop and discard its studies."))


def refuse_stopped(study: TwinStudy) -> None:
    if study.state == StudyState.STOPPED:
        raise StudyRefused(_("The study has been stopped: its pairs stay as they are."))


def is_overseer(
    campaign: Campaign, *, person: User, roles: Sequence[Role] = (Role.RESEARCHER, Role.REVIEWER)
) -> bool:
    """An active member in one of these roles; a superuser unless they grade here, for then they would see both arms."""
    membership = campaign.memberships.filter(user=person).first()
    if membership is None:
        return person.is_superuser
    if membership.role == Role.ANNOTATOR:
        return False
    is_active = membership.state == MembershipState.ACTIVE
    return person.is_superuser or (is_active and membership.role in roles)


def write_pairs(*, study: TwinStudy, arms: Sequence[Arm], person: User) -> int:
    """How many. Raises StudyRefused, and then writes none."""
    if study.pairs.count() + len(arms) > MOST_PAIRS:
        words = _("A study has at most {most} pairs.")
        raise StudyRefused(words.format(most=MOST_PAIRS))
    step_ids = {arm.step_id for arm in arms}
    if len(step_ids) != len(arms):
        raise StudyRefused(_("A step is there twice."))
    texts = dict(
        Step.objects.filter(pk__in=step_ids, problem__dataset=study.campaign.dataset_id).values_list(
            "pk", "text"
        )
    )
    if len(texts) != len(step_ids):
        raise StudyRefused(_("A step is not of this campaign."))
    for arm in arms:
        refuse_text(arm, stored=texts[arm.step_id])
    twinned = TwinPair.objects.filter(campaign=study.campaign, step__in=step_ids)
    if twinned.exclude(state=PairState.REJECTED).exists():
        raise StudyRefused(_("A step has a twin already."))
    pairs = [
        TwinPair(
            study=study,
            campaign=study.campaign,
            step_id=arm.step_id,
            text=arm.text,
            stored_has_feature=arm.stored_has_feature,
            origin=arm.origin,
            made_by=person,
        )
        for arm in arms
    ]
    return len(TwinPair.objects.bulk_create(pairs))


def refuse_text(arm: Arm, *, stored: str) -> None:
    if not arm.text or arm.text == stored:
        raise StudyRefused(_("A twin must be another text than the step's own."))
    if not is_storable(arm.text):
        raise StudyRefused(_("A twin's text is too long, or cannot be stored."))


def is_storable(text: str) -> bool:
    """PostgreSQL can store neither NUL nor half of a surrogate pair."""
    try:
        return "\0" not in text and len(text.encode()) <= MOST_BYTES
    except UnicodeEncodeError:
        return False
