"""The one way a reviewer decides a step: whole, with a reason, once per operation, on the decision that they saw."""

import hashlib
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Rendering
from annotator.chains.models import Step
from annotator.grading.checking import COMMENT_LENGTH, LARGEST_NUMBER, Refused, storable
from annotator.grading.given import key_of
from annotator.grading.models import Adjudication, AdjudicationRevision, Grade, GradeState
from annotator.grading.saving import USED_OPERATION, constraint_of
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Vocabulary, vocabulary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWrite:
    """What a reviewer wants the decision on a step to be from now on.

    `revision` is the one it is based on, 0 for a step never decided; `version` is the number of the taxonomy version that
    the reviewer saw. `verdict` is a label's key; None takes the decision back, and then there is no reason.
    """

    operation_id: uuid.UUID
    revision: int
    version: int
    verdict: str | None
    reason: str = ""

    def digest(self) -> bytes:
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as it stands or once stood; without a verdict it was taken back. Who made it is not said."""

    revision: int
    verdict: str | None
    reason: str
    decided_at: datetime


class Conflict(Exception):
    """The decision has changed since the revision that the write is based on; `current` is what stands now."""

    def __init__(self, current: Decision | None) -> None:
        super().__init__(_("This step was decided elsewhere meanwhile."))
        self.current = current


def decide(
    *, campaign: Campaign, step: Step, reviewer: User, write: DecisionWrite, now: datetime
) -> Decision:
    """Store the decision and return it as stored; the same operation again returns the same answer.

    It is of the campaign's current version. Raises Refused and Conflict.
    """
    try:
        return store_decision(campaign=campaign, step=step, reviewer=reviewer, write=write, now=now)
    except IntegrityError as error:
        # In another campaign the id was taken after we had looked for it; in this one the lock rules that out.
        if constraint_of(error) != "a_decision_is_made_once":
            raise
        raise Refused(str(USED_OPERATION)) from error


@transaction.atomic
def store_decision(
    *, campaign: Campaign, step: Step, reviewer: User, write: DecisionWrite, now: datetime
) -> Decision:
    check_storable(write)
    # Puts the decisions of a campaign in a row, and none beside a move to another version. Grades go on meanwhile. Without
    # a join: a statement that has waited for a move would not find the campaign beside its former version.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    done = AdjudicationRevision.objects.filter(operation_id=write.operation_id).first()
    if done is not None:
        return replay(done, campaign=campaign, step=step, reviewer=reviewer, write=write)
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    check_write(write, vocabulary=vocabulary)
    standing = Adjudication.objects.filter(
        campaign=campaign, taxonomy_version=campaign.taxonomy_version_id, step=step
    ).first()
    if write.revision != (standing.revision if standing else 0):
        raise Conflict(in_keys(standing, vocabulary=vocabulary) if standing else None)
    if write.verdict is None and (standing is None or standing.verdict_id is None):
        raise Refused(_("There is no decision to take back."))
    if write.verdict is not None:
        check_step(campaign=campaign, step=step, reviewer=reviewer)
    decision = standing or Adjudication(
        campaign=campaign,
        taxonomy_version_id=campaign.taxonomy_version_id,
        step=step,
        verdict_criterion_id=vocabulary.verdict.id,
    )
    chosen = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    decision.reviewer = reviewer
    decision.verdict_id = chosen.id if chosen else None
    decision.reason = write.reason
    decision.revision = write.revision + 1
    decision.operation_id = write.operation_id
    decision.operation_digest = write.digest()
    decision.decided_at = now
    decision.save()
    return in_keys(decision, vocabulary=vocabulary)


def replay(
    done: AdjudicationRevision, *, campaign: Campaign, step: Step, reviewer: User, write: DecisionWrite
) -> Decision:
    """The answer that this operation got the first time."""
    decision = done.adjudication
    was = (decision.campaign_id, decision.step_id, done.reviewer_id, bytes(done.operation_digest))
    if was != (campaign.pk, step.pk, reviewer.pk, write.digest()):
        raise Refused(str(USED_OPERATION))
    return in_keys(done, vocabulary=vocabulary_of(decision.taxonomy_version_id))


def check_storable(write: DecisionWrite) -> None:
    """Raise Refused for what has no place in the database, nor a digest."""
    if not 0 <= write.revision <= LARGEST_NUMBER:
        raise Refused(_("Steps and revisions are counted from 0."))
    if not all(storable(text) for text in (write.verdict or "", write.reason)):
        raise Refused(_("A text cannot hold NUL or half a character."))


def check_write(write: DecisionWrite, *, vocabulary: Vocabulary) -> None:
    """Raise Refused unless the write makes sense by itself, under the version that the campaign has now."""
    if write.version != vocabulary.number:
        words = _(
            "The campaign went on to version {number} of its taxonomy, in which verdicts may mean something else. Look"
            " at the step again under that version."
        )
        raise Refused(words.format(number=vocabulary.number))
    if write.verdict is None:
        if write.reason:
            raise Refused(_("A decision that is taken back has no reason."))
        return
    if vocabulary.verdict.choice(write.verdict) is None:
        raise Refused(_("Unknown verdict {verdict}.").format(verdict=repr(write.verdict)))
    if not write.reason.strip():
        raise Refused(_("A decision needs a reason: those who read it later were not there."))
    if len(write.reason) > COMMENT_LENGTH:
        raise Refused(_("A reason has at most {most} characters.").format(most=COMMENT_LENGTH))


def check_step(*, campaign: Campaign, step: Step, reviewer: User) -> None:
    """Raise Refused for a step whose stored text nobody has graded, and for one that the reviewer has graded."""
    grades = Grade.objects.filter(
        campaign=campaign, taxonomy_version=campaign.taxonomy_version_id, step=step
    ).exclude(state=GradeState.CLEARED)
    renderings = dict(grades.values_list("annotator", "rendering"))
    if not set(renderings.values()) - {Rendering.TWIN}:
        raise Refused(_("Nobody has graded this step under the campaign's present version."))
    if reviewer.pk in renderings:
        raise Refused(_("You graded this step yourself: somebody else has to decide it."))


def standing_decision(
    *, campaign: Campaign, step: Step, version: TaxonomyVersion | None = None
) -> Decision | None:
    """Under the campaign's current version unless another is named; None for a step never decided."""
    version_id = campaign.taxonomy_version_id if version is None else version.pk
    found = Adjudication.objects.filter(campaign=campaign, taxonomy_version=version_id, step=step).first()
    return in_keys(found, vocabulary=vocabulary_of(version_id)) if found else None


def in_keys(decision: Adjudication | AdjudicationRevision, *, vocabulary: Vocabulary) -> Decision:
    return Decision(
        revision=decision.revision,
        verdict=key_of(vocabulary.verdict, decision.verdict_id) if decision.verdict_id else None,
        reason=decision.reason,
        decided_at=decision.decided_at,
    )
