"""Moving a campaign to a newer version of its taxonomy, through a complete mapping and in one transaction.

What was graded stays under the former version as it was given. Under the new one every assignment gets a successor, every
grade a translation, and what cannot be translated goes back to its annotator.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, AssignmentStatus, Campaign
from annotator.grading.forecasting import Forecast, Tally
from annotator.grading.models import Grade, Move
from annotator.grading.planning import Route, plan_person
from annotator.grading.succeeding import write_plan
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.mapping import Targets, read_mapping, unmapped
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.vocabulary import read_vocabulary, vocabulary_of

WAITING = [JobState.QUEUED, JobState.RUNNING]
SHOWN_LABELS = 5


class MoveRefused(Exception):
    """Words for why a campaign cannot go to a version. Nothing was changed."""


def foresee(*, campaign: Campaign, to_version: TaxonomyVersion) -> Forecast:
    """What a move would do with the mapping and the grades of now. `to_version` may still be a draft.

    Raises MoveRefused for a version that cannot follow the campaign's.
    """
    former = campaign.taxonomy_version
    check_follows(former=former, later=to_version)
    if not to_version.criteria.filter(is_verdict=True).exists():
        raise MoveRefused(_("{version} has no verdict yet.").format(version=to_version))
    route = Route(
        campaign=campaign,
        former=vocabulary_of(former.pk),
        later=read_vocabulary(to_version),
        mapping=read_mapping(source=former, target=to_version),
    )
    tally = Tally(route=route)
    for annotator_id in annotators_of(campaign):
        tally.add(plan_person(route=route, annotator_id=annotator_id, former_status={}))
    return tally.forecast(unmapped=tuple(unmapped(source=former, target=to_version)))


@transaction.atomic
def ask_to_move(
    *, campaign: Campaign, to_version: TaxonomyVersion, requested_by: User | None, now: datetime
) -> Move:
    """A waiting move, which keeps the mapping of now. Queue it with tasks.run_move. Raises MoveRefused."""
    # Before the lock, which a running move holds until its end; and after it, for two who ask at once.
    check_rests(campaign)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    check_rests(campaign)
    former = campaign.taxonomy_version
    check_possible(former=former, later=to_version)
    return Move.objects.create(
        campaign=campaign,
        from_version=former,
        to_version=to_version,
        mapping=read_mapping(source=former, target=to_version),
        requested_by=requested_by,
        requested_at=now,
    )


def check_rests(campaign: Campaign) -> None:
    if Move.objects.filter(campaign=campaign, state__in=WAITING).exists():
        raise MoveRefused(
            _("{title} is already moving: wait until that is done.").format(title=campaign.title)
        )


def check_follows(*, former: TaxonomyVersion, later: TaxonomyVersion) -> None:
    if former.taxonomy_id != later.taxonomy_id:
        raise MoveRefused(
            _("{version} is a version of another taxonomy: grades cannot be translated.").format(
                version=later
            )
        )
    if later.number <= former.number:
        raise MoveRefused(
            _("The campaign uses {version}; it can only go on to a later version.").format(version=former)
        )


def check_possible(*, former: TaxonomyVersion, later: TaxonomyVersion) -> None:
    check_follows(former=former, later=later)
    later.refresh_from_db(fields=["status"])
    if later.status != VersionStatus.PUBLISHED:
        raise MoveRefused(
            _("{version} is not published: a campaign uses a published version.").format(version=later)
        )
    open_labels = unmapped(source=former, target=later)
    if open_labels:
        names = ", ".join(open_labels[:SHOWN_LABELS])
        more = len(open_labels) - SHOWN_LABELS
        if more > 0:
            words = ngettext(
                "The mapping does not say yet what becomes of {names} and {count} more.",
                "The mapping does not say yet what becomes of {names} and {count} more.",
                more,
            )
            raise MoveRefused(words.format(names=names, count=more))
        raise MoveRefused(_("The mapping does not say yet what becomes of {names}.").format(names=names))


def run_move(*, move: Move, now: datetime) -> None:
    """Make a move that this worker has taken; it is then done, or failed with words."""
    clock = running.clock_from(now)
    try:
        with running.progress_seen_outside(move) as show:
            make_move(move=move, show=show, clock=clock)
    except MoveRefused as refused:
        running.fail(move, error=str(refused), now=clock())


@transaction.atomic
def make_move(*, move: Move, show: Callable[[int, int], None], clock: Callable[[], datetime]) -> None:
    """All of it and the move's end in one transaction: a move is done exactly when its campaign has moved."""
    # Claims of this campaign wait here for us, or we for them.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=move.campaign_id)
    if not running.still_holds(move):
        return
    if campaign.taxonomy_version_id != move.from_version_id:
        raise MoveRefused(_("The campaign was moved by somebody else meanwhile."))
    check_possible(former=move.from_version, later=move.to_version)
    total = Grade.objects.filter(campaign=campaign, taxonomy_version=move.from_version_id).count()
    people = annotators_of(campaign)
    former_status = close_open_chains(campaign)
    campaign.taxonomy_version = move.to_version
    campaign.save(update_fields=["taxonomy_version"])
    tally = Tally(route=route_of(move, campaign=campaign))
    made_at = clock()
    done = 0
    for annotator_id in people:
        plan = plan_person(route=tally.route, annotator_id=annotator_id, former_status=former_status)
        write_plan(move=move, route=tally.route, plan=plan, now=made_at)
        tally.add(plan)
        done += len(plan.grades)
        show(min(done, total), total)
    move.counts = asdict(tally.forecast())
    move.progress_done = move.progress_total = done
    move.save(update_fields=["counts", "progress_done", "progress_total"])
    running.finish(move, now=clock())


def route_of(move: Move, *, campaign: Campaign) -> Route:
    return Route(
        campaign=campaign,
        former=vocabulary_of(move.from_version_id),
        later=vocabulary_of(move.to_version_id),
        mapping=mapping_of(move),
    )


def mapping_of(move: Move) -> Targets:
    return {key: tuple(targets) for key, targets in move.mapping.items()}


def annotators_of(campaign: Campaign) -> list[int]:
    """Those to whom chains were given under the campaign's version."""
    given = Assignment.objects.filter(campaign=campaign, taxonomy_version=campaign.taxonomy_version_id)
    return list(given.order_by("annotator").values_list("annotator", flat=True).distinct())


def close_open_chains(campaign: Campaign) -> dict[int, str]:
    """Let no grade be saved under the former version any more; what the chains were, by id.

    A save that holds its chain comes first, and is translated; one that comes after finds it moved.
    """
    held = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        status__in=[AssignmentStatus.OPEN, AssignmentStatus.RETURNED],
    )
    # In one order everywhere, so that two who lock several do not wait for each other.
    former = dict(held.order_by("pk").select_for_update(no_key=True).values_list("pk", "status"))
    Assignment.objects.filter(pk__in=former).update(status=AssignmentStatus.MOVED)
    return former
