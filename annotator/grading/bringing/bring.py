"""Bringing grades in that were exported elsewhere: all of a file or nothing, twice the same as once, every bad line named.

They become grades like any other: with their revisions, under the pseudonyms of the file, in chains that were handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import connection, transaction

from annotator.accounts.models import User
from annotator.accounts.people import PersonRefused
from annotator.assignments.models import (
    SEATED,
    AfterFirstError,
    Assignment,
    Campaign,
    CampaignStatus,
    Purpose,
)
from annotator.chains.strict_json import LineError, quoted
from annotator.grading.bringing.deciding import BroughtDecision, fresh_decisions, write_decision
from annotator.grading.bringing.lines import BroughtChain, BroughtVote, brought_chains
from annotator.grading.bringing.people import make_absent_members, refusal_of_person
from annotator.grading.bringing.placing import (
    Place,
    PlacedChain,
    in_batches,
    placed_chains,
    says_the_same,
    standing_at,
)
from annotator.grading.bringing.sittings import Sitting, sittings_of
from annotator.grading.bringing.writing import write_sitting
from annotator.grading.given import GivenGrade
from taxonomies.vocabulary import Vocabulary, vocabulary_of

BATCH_LINES = 500
SHOWN_ERRORS = 100


class BringingRefused(Exception):
    """The file cannot be brought in; nothing of it was stored."""

    def __init__(self, errors: list[LineError]) -> None:
        super().__init__(
            f"{len({error.line for error in errors})} lines cannot be brought in; nothing was stored."
        )
        self.errors = sorted(errors, key=lambda error: error.line)[:SHOWN_ERRORS]


@dataclass(slots=True)
class Brought:
    """What came in: lines of the file, people made, chains handed in, grades and decisions; and grades that were there.

    Of PRM800K alone: skipped, sound lines in which no step was chosen, so that there is no chain; otherwise, ratings that
    are no grades because their labeler had rated the same step otherwise in another line.
    """

    lines: int = 0
    people: int = 0
    chains: int = 0
    grades: int = 0
    decisions: int = 0
    unchanged: int = 0
    skipped: int = 0
    otherwise: int = 0


@dataclass(slots=True)
class Bringing:
    """One file on its way into one campaign."""

    campaign: Campaign
    vocabulary: Vocabulary
    members: dict[str, User]
    now: datetime
    chains: list[PlacedChain] = field(default_factory=list)
    fresh: dict[Place, BroughtVote] = field(default_factory=dict)
    errors: list[LineError] = field(default_factory=list)
    counts: Brought = field(default_factory=Brought)

    def stop_at_errors(self) -> None:
        if self.errors:
            raise BringingRefused(self.errors)


@transaction.atomic
def bring_grades(
    *, campaign: Campaign, stream: BinaryIO, now: datetime, watch: Callable[[int], object] = lambda done: None
) -> Brought:
    """Store what a native export with votes=1 says that people graded and reviewers decided.

    People who are no members yet are made: inactive and without a password, with the file's pseudonyms. Nothing new is
    said in the name of a member who can sign in, no grade or decision that stands or stood is changed, and what stands as
    the file has it is left alone. Chains are handed in, as given up where something is missing that the campaign asks
    for, and none by more people than the campaign gives it to. Grades after a first error come in as they are.
    `watch` is told how many chains have been stored. Raises BringingRefused.
    """
    bringing = begin_bringing(campaign=campaign, now=now)
    campaign = bringing.campaign
    read_chains(bringing, stream=stream)
    bringing.stop_at_errors()
    sift_votes(bringing)
    decisions = sift_decisions(bringing)
    sittings = sittings_of(
        bringing.chains,
        fresh=bringing.fresh.keys(),
        stops=campaign.after_first_error == AfterFirstError.STOP,
        flawed=frozenset(choice.key for choice in bringing.vocabulary.verdict.choices if choice.value == -1),
    )
    check_people(bringing, sittings=sittings, decisions=decisions)
    seats = free_seats(bringing, sittings=sittings)
    bringing.stop_at_errors()
    write_all(bringing, sittings=sittings, seats=seats, decisions=decisions, watch=watch)
    bringing.stop_at_errors()
    return bringing.counts


def begin_bringing(*, campaign: Campaign, now: datetime) -> Bringing:
    """Claims and decisions of the campaign wait from now on, and a move to another version does. Raises BringingRefused."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.status == CampaignStatus.CLOSED:
        raise BringingRefused([LineError(1, "the campaign is closed; nothing is graded in it any more")])
    return Bringing(
        campaign=campaign,
        vocabulary=vocabulary_of(campaign.taxonomy_version_id),
        members={member.pseudonym: member.user for member in campaign.memberships.select_related("user")},
        now=now,
    )


def read_chains(bringing: Bringing, *, stream: BinaryIO) -> None:
    lines: dict[str, int] = {}

    def sound(found: BroughtChain | LineError) -> bool:
        if isinstance(found, LineError):
            bringing.errors.append(found)
            return False
        name = found.record.chain_id
        if lines.setdefault(name, found.line) != found.line:
            bringing.errors.append(
                LineError(found.line, f"chain_id: {quoted(name)} stands in line {lines[name]} too")
            )
            return False
        return True

    read = (
        found
        for found in brought_chains(stream, vocabulary=bringing.vocabulary)
        if sound(found) and isinstance(found, BroughtChain)
    )
    with connection.cursor() as cursor:
        for batch in in_batches(read, size=BATCH_LINES):
            for placed in placed_chains(cursor, campaign=bringing.campaign, chains=batch):
                if isinstance(placed, LineError):
                    bringing.errors.append(placed)
                else:
                    bringing.chains.append(placed)
    bringing.counts.lines = len(lines)


def sift_votes(bringing: Bringing) -> None:
    """Tell what is new from what stands, and refuse what contradicts either what stands or another line."""
    pseudonyms = {user.pk: pseudonym for pseudonym, user in bringing.members.items()}
    for start in range(0, len(bringing.chains), BATCH_LINES):
        batch = bringing.chains[start : start + BATCH_LINES]
        standing = standing_at(
            batch, campaign=bringing.campaign, vocabulary=bringing.vocabulary, pseudonyms=pseudonyms
        )
        for chain in batch:
            for vote in chain.votes:
                sift_vote(bringing, vote, place=chain.place_of(vote), standing=standing)


def sift_vote(
    bringing: Bringing, vote: BroughtVote, *, place: Place, standing: dict[Place, GivenGrade]
) -> None:
    index = vote.write.index
    of = "chain_votes" if index is None else f"steps[{index}].votes"
    if place in standing:
        if says_the_same(standing[place], vote):
            bringing.counts.unchanged += 1
        else:
            words = f"{of}: {vote.annotator} has graded this otherwise in this campaign"
            bringing.errors.append(LineError(vote.line, words))
        return
    first = bringing.fresh.setdefault(place, vote)
    if said_in(first) != said_in(vote):
        words = f"{of}: {vote.annotator} says something else of this very step in line {first.line}"
        bringing.errors.append(LineError(vote.line, words))


def said_in(vote: BroughtVote) -> tuple[object, ...]:
    write = vote.write
    return write.state, write.verdict, write.labels, write.texts, write.comment, write.repairs, vote.rendering


def sift_decisions(bringing: Bringing) -> list[BroughtDecision]:
    found = list(fresh_decisions(bringing.chains, campaign=bringing.campaign, vocabulary=bringing.vocabulary))
    bringing.errors += [each for each in found if isinstance(each, LineError)]
    return [each for each in found if isinstance(each, BroughtDecision)]


def check_people(bringing: Bringing, *, sittings: list[Sitting], decisions: list[BroughtDecision]) -> None:
    """Refuse to speak for those who can do so themselves, and to add to a chain that somebody has already."""
    first_lines: dict[str, int] = {}
    for line, pseudonym in [
        *((sitting.chain.line, sitting.annotator) for sitting in sittings),
        *((decision.line, decision.said.reviewer) for decision in decisions),
    ]:
        first_lines.setdefault(pseudonym, line)
    for pseudonym, line in first_lines.items():
        words = refusal_of_person(pseudonym, members=bringing.members)
        if words is not None:
            bringing.errors.append(LineError(line, words))
    had = set(
        Assignment.objects.filter(
            campaign=bringing.campaign,
            taxonomy_version=bringing.vocabulary.version_id,
            annotator__in=bringing.members.values(),
            status__in=SEATED,
        ).values_list("annotator", "chain")
    )
    for sitting in sittings:
        user = bringing.members.get(sitting.annotator)
        if user is not None and (user.pk, sitting.chain.chain) in had:
            words = f"{sitting.annotator} has handed in this chain without some of these grades"
            bringing.errors.append(LineError(sitting.chain.line, words))


def write_all(
    bringing: Bringing,
    *,
    sittings: list[Sitting],
    seats: list[int],
    decisions: list[BroughtDecision],
    watch: Callable[[int], object],
) -> None:
    campaign, vocabulary, counts = bringing.campaign, bringing.vocabulary, bringing.counts
    try:
        counts.people = make_absent_members(
            campaign=campaign,
            annotators={sitting.annotator for sitting in sittings},
            reviewers={decision.said.reviewer for decision in decisions},
            members=bringing.members,
        )
    except PersonRefused as refused:
        bringing.errors.append(LineError(1, str(refused)))
        return
    for sitting, seat in zip(sittings, seats, strict=True):
        write_sitting(
            sitting,
            campaign=campaign,
            vocabulary=vocabulary,
            annotator=bringing.members[sitting.annotator],
            seat=seat,
            now=bringing.now,
        )
        counts.chains += 1
        counts.grades += len(sitting.votes)
        watch(counts.chains)
    for decision in decisions:
        error = write_decision(
            decision,
            campaign=campaign,
            vocabulary=vocabulary,
            reviewer=bringing.members[decision.said.reviewer],
            now=bringing.now,
        )
        if error is not None:
            bringing.errors.append(error)
    counts.decisions = len(decisions)


def free_seats(bringing: Bringing, *, sittings: list[Sitting]) -> list[int]:
    """One for each sitting; an error for those that find none."""
    taken: dict[int, set[int]] = {}
    for chain, seat in Assignment.objects.filter(
        campaign=bringing.campaign,
        taxonomy_version=bringing.vocabulary.version_id,
        status__in=SEATED,
        purpose=Purpose.WORK,
    ).values_list("chain", "seat"):
        taken.setdefault(chain, set()).add(seat)
    overlap = bringing.campaign.overlap
    found = []
    for sitting in sittings:
        seats = taken.setdefault(sitting.chain.chain, set())
        found.append(next(number for number in range(len(seats) + 1) if number not in seats))
        seats.add(found[-1])
        if found[-1] == overlap:
            words = (
                f"more people graded this chain than the campaign gives it to ({overlap}): raise its overlap"
            )
            bringing.errors.append(LineError(sitting.chain.line, words))
    return found
