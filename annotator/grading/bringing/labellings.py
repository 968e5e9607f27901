"""Bringing in what PRM800K's labelers said: a grade for each completion they rated, in a chain that they handed in.

What a campaign has no place for stays beside their assignment, so that an export gives the line back as it was.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import connection, transaction

from annotator.accounts.people import PersonRefused
from annotator.assignments.exposing import BROUGHT, LINE, OTHERWISE, PRM800K
from annotator.assignments.models import (
    SEATED,
    Assignment,
    AssignmentStatus,
    Campaign,
    FinishReason,
    Purpose,
)
from annotator.chains.formats.records import SkippedLine
from annotator.chains.strict_json import LineError
from annotator.grading.bringing.bring import BATCH_LINES, Bringing, Brought, begin_bringing, free_seats
from annotator.grading.bringing.labelling_lines import BroughtLabelling, PlacedLabelling, labellings_in
from annotator.grading.bringing.lines import BroughtChain
from annotator.grading.bringing.people import make_absent_members, refusal_of_person
from annotator.grading.bringing.placing import placed_chains
from annotator.grading.bringing.ratings import grade_of, sift_ratings, verdict_for
from annotator.grading.bringing.sittings import Sitting
from annotator.grading.models import Grade


@transaction.atomic
def bring_labellings(
    *, campaign: Campaign, stream: BinaryIO, now: datetime, watch: Callable[[int], object] = lambda done: None
) -> Brought:
    """Store what a file of PRM800K says, whose chains were imported before, each labeler under their id in the file.

    As in `bring_grades` people are made where they are missing, nothing is said in the name of a member who can sign in,
    and the same file again changes nothing. One person has one grade of a step: of a labeler who rates the same step
    otherwise in another line, or a text twice at one node, the first rating becomes the grade, and the others are counted
    or kept with the line alone. Raises BringingRefused.
    """
    bringing = begin_bringing(campaign=campaign, now=now)
    fresh = list(sift(bringing, read_and_place(bringing, stream=stream)))
    for pseudonym, line in {each.said.labeler: each.said.line for each in reversed(fresh)}.items():
        words = refusal_of_person(pseudonym, members=bringing.members)
        if words is not None:
            bringing.errors.append(LineError(line, words))
    work = [each for each in fresh if each.said.purpose == Purpose.WORK]
    seats = free_seats(bringing, sittings=[Sitting(each.chain, each.said.labeler, ()) for each in work])
    seat_of = dict(zip((each.said.line for each in work), seats, strict=True))
    bringing.stop_at_errors()
    try:
        bringing.counts.people = make_absent_members(
            campaign=bringing.campaign,
            annotators={each.said.labeler for each in fresh},
            reviewers=(),
            members=bringing.members,
        )
    except PersonRefused as refused:
        bringing.errors.append(LineError(1, str(refused)))
    bringing.stop_at_errors()
    for done, labelling in enumerate(fresh, start=1):
        write_labelling(bringing, labelling, seat=seat_of.get(labelling.said.line, 0))
        watch(done)
    bringing.stop_at_errors()
    return bringing.counts


def read_and_place(bringing: Bringing, *, stream: BinaryIO) -> list[PlacedLabelling]:
    said: list[BroughtLabelling] = []
    for found in labellings_in(stream, now=bringing.now):
        if isinstance(found, LineError):
            bringing.errors.append(found)
        elif isinstance(found, SkippedLine):
            bringing.counts.skipped += 1
        else:
            said.append(found)
    bringing.counts.lines = len(said)
    placed: list[PlacedLabelling] = []
    with connection.cursor() as cursor:
        for start in range(0, len(said), BATCH_LINES):
            batch = said[start : start + BATCH_LINES]
            chains = [BroughtChain(each.line, each.record, (), {}) for each in batch]
            found_chains = placed_chains(cursor, campaign=bringing.campaign, chains=chains)
            for each, chain in zip(batch, found_chains, strict=True):
                if isinstance(chain, LineError):
                    bringing.errors.append(chain)
                else:
                    placed.append(PlacedLabelling(each, chain))
    return placed


def sift(bringing: Bringing, labellings: list[PlacedLabelling]) -> Iterator[PlacedLabelling]:
    """Those of chains that their labelers do not have here yet."""
    people = {user.pk: pseudonym for pseudonym, user in bringing.members.items()}
    standing = {
        (people[annotator], chain): exposure.get(PRM800K, {}).get(LINE)
        for annotator, chain, exposure in Assignment.objects.filter(
            campaign=bringing.campaign,
            taxonomy_version=bringing.vocabulary.version_id,
            annotator__in=people,
            status__in=SEATED,
        ).values_list("annotator", "chain", "exposure")
    }
    lines: dict[tuple[str, int], int] = {}
    for each in labellings:
        place = each.said.labeler, each.chain.chain
        if place in standing:
            if standing[place] == each.said.frame:
                bringing.counts.unchanged += 1
            else:
                words = f"{each.said.labeler} has said something else of this chain in this campaign"
                bringing.errors.append(LineError(each.said.line, words))
        elif place in lines:
            words = f"{each.said.labeler} has labelled this chain in line {lines[place]} too"
            bringing.errors.append(LineError(each.said.line, words))
        else:
            lines[place] = each.said.line
            yield each


def write_labelling(bringing: Bringing, labelling: PlacedLabelling, *, seat: int) -> None:
    said, annotator = labelling.said, bringing.members[labelling.said.labeler]
    label = said.frame["label"]
    ratings = sift_ratings(bringing, labelling, annotator=annotator)
    assignment = Assignment.objects.create(
        campaign=bringing.campaign,
        taxonomy_version_id=bringing.vocabulary.version_id,
        chain_id=labelling.chain.chain,
        annotator=annotator,
        seat=seat,
        purpose=said.purpose,
        status=AssignmentStatus.SUBMITTED,
        claimed_at=said.submitted_at,
        expires_at=said.submitted_at,
        submitted_at=said.submitted_at,
        finish_reason=label.get("finish_reason") or FinishReason.GIVE_UP,
        active_seconds=round(max(label.get("total_time") or 0, 0) / 1_000),
        exposure={
            BROUGHT: bringing.now.isoformat(),
            PRM800K: {LINE: said.frame, OTHERWISE: [[each.index, each.text] for each in ratings.otherwise]},
        },
    )
    grades = [
        grade_of(bringing, step, rating, key=key, assignment=assignment)
        for step, rating in ratings.fresh.items()
        if (key := verdict_for(bringing, rating)) is not None
    ]
    if len(grades) < len(ratings.fresh):
        words = "label.steps: the taxonomy has no verdict of the same value as one of the ratings"
        bringing.errors.append(LineError(said.line, words))
    Grade.objects.bulk_create(grades)
    bringing.counts.chains += 1
    bringing.counts.grades += len(grades)
    bringing.counts.otherwise += len(ratings.otherwise)
