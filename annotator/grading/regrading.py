"""What a move left to people: who is asked again about what, how far they are, and giving up waiting for somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign, Membership
from annotator.chains.models import ChainStep
from annotator.grading.asking import asking_of, is_answered
from annotator.grading.models import Grade, Regrade


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A step, or with `index` None a whole chain, that somebody is asked about again.

    `titles` are of the former labels (or the question), `offers` what the later version has instead, `words` why.
    `is_released`: they did not answer, and the chain has gone back to the others.
    """

    pseudonym: str
    chain: str
    index: int | None
    text: str
    reason: str
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    offers: tuple[str, ...]
    words: str
    is_done: bool
    is_released: bool

    @property
    def is_waiting(self) -> bool:
        return not self.is_done and not self.is_released

    @property
    def number(self) -> int | None:
        return None if self.index is None else self.index + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWaitedFor:
    """`chains` are those that are returned to them and not open; they can be released."""

    pseudonym: str
    waiting: int
    done: int
    chains: int


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """Under the campaign's current version. Items by person, chain and step."""

    items: tuple[WorkItem, ...]
    chains_waiting: int
    people: tuple[PersonWaitedFor, ...]

    @property
    def total(self) -> int:
        return len(self.items)

    @cached_property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @cached_property
    def waiting(self) -> int:
        return sum(item.is_waiting for item in self.items)

    @cached_property
    def released(self) -> int:
        return sum(item.is_released for item in self.items)


def worklist(*, campaign: Campaign) -> Worklist:
    pseudonyms = dict(Membership.objects.filter(campaign=campaign).values_list("user", "pseudonym"))
    regrades = list(
        Regrade.objects.filter(
            assignment__campaign=campaign, assignment__taxonomy_version=campaign.taxonomy_version_id
        ).select_related("assignment__chain", "step", "move")
    )
    grades = grades_for(regrades, campaign=campaign)
    indexes = indexes_of(regrades)
    items = [
        item_of(
            regrade,
            pseudonym=pseudonyms[regrade.assignment.annotator_id],
            index=indexes.get((regrade.assignment.chain_id, regrade.step_id)),
            grade=grades.get(place_of(regrade)),
        )
        for regrade in regrades
    ]
    items.sort(key=lambda item: (item.pseudonym, item.chain, item.index is None, item.index or 0))
    returned = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        status=AssignmentStatus.RETURNED,
    )
    held = [pseudonyms[annotator_id] for annotator_id in returned.values_list("annotator", flat=True)]
    return Worklist(items=tuple(items), chains_waiting=len(held), people=people_of(items, held=held))


def people_of(items: list[WorkItem], *, held: list[str]) -> tuple[PersonWaitedFor, ...]:
    names = sorted({item.pseudonym for item in items} | set(held))
    return tuple(
        PersonWaitedFor(
            pseudonym=name,
            waiting=sum(item.is_waiting for item in items if item.pseudonym == name),
            done=sum(item.is_done for item in items if item.pseudonym == name),
            chains=held.count(name),
        )
        for name in names
    )


def item_of(regrade: Regrade, *, pseudonym: str, index: int | None, grade: Grade | None) -> WorkItem:
    asking = asking_of(regrade)
    status = regrade.assignment.status
    is_done = is_answered(grade) or status == AssignmentStatus.SUBMITTED
    return WorkItem(
        pseudonym=pseudonym,
        chain=regrade.assignment.chain.external_id,
        index=index,
        text=regrade.step.text if regrade.step else "",
        reason=asking.reason,
        keys=asking.keys,
        titles=asking.titles,
        offers=asking.offers,
        words=asking.words,
        is_done=is_done,
        is_released=not is_done and status in (AssignmentStatus.EXPIRED, AssignmentStatus.SKIPPED),
    )


# Annotator, step, and the chain where there is no step: what one current grade is about.
Place = tuple[int, int | None, int | None]


def place_of(regrade: Regrade) -> Place:
    chain_id = regrade.assignment.chain_id if regrade.step_id is None else None
    return regrade.assignment.annotator_id, regrade.step_id, chain_id


def grades_for(regrades: Iterable[Regrade], *, campaign: Campaign) -> dict[Place, Grade]:
    """The current grades of what is asked again, by annotator and step, or chain."""
    current = Grade.objects.filter(campaign=campaign, taxonomy_version=campaign.taxonomy_version_id)
    asked_steps = {regrade.step_id for regrade in regrades if regrade.step_id is not None}
    of_steps = current.filter(step__in=asked_steps).defer("comment")
    of_chains = current.filter(step=None).defer("comment")
    found: dict[Place, Grade] = {(grade.annotator_id, grade.step_id, None): grade for grade in of_steps}
    found.update({(grade.annotator_id, None, grade.chain_id): grade for grade in of_chains})
    return found


def indexes_of(regrades: Iterable[Regrade]) -> dict[tuple[int, int | None], int]:
    """Places of the steps in their chains."""
    chains = {regrade.assignment.chain_id for regrade in regrades if regrade.step_id is not None}
    rows = ChainStep.objects.filter(chain__in=chains).values_list("chain", "step", "index")
    return {(chain_id, step_id): index for chain_id, step_id, index in rows}


@transaction.atomic
def release(*, campaign: Campaign, pseudonym: str) -> int:
    """Wait no longer for the chains returned to this person: others may get them. How many there were.

    What they graded is kept. A chain that they have opened again stays theirs until its lease runs out.
    """
    # As for a claim, which may be about to open one of them.
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    member = Membership.objects.filter(campaign=campaign, pseudonym=pseudonym).first()
    if member is None:
        return 0
    return Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        annotator=member.user_id,
        status=AssignmentStatus.RETURNED,
    ).update(status=AssignmentStatus.EXPIRED)
