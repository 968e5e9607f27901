"""How far a campaign is. For researchers and reviewers: no annotator may see it."""

from collections import Counter
from dataclasses import dataclass

from annotator.assignments.models import (
    SEATED,
    Assignment,
    AssignmentStatus,
    Campaign,
    Membership,
    Purpose,
    Role,
)
from annotator.chains.models import Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProgress:
    pseudonym: str
    state: str
    submitted: int
    open: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`seats` is chains times overlap; a seat is submitted, open, returned (asked again after a move, or set aside), or
    not yet taken.

    Counted under the campaign's current taxonomy version. Gold chains are not counted.
    """

    chains: int
    overlap: int
    submitted: int
    open: int
    returned: int
    people: tuple[PersonProgress, ...]

    @property
    def seats(self) -> int:
        return self.chains * self.overlap

    @property
    def taken(self) -> int:
        return self.submitted + self.open + self.returned


def progress_of(*, campaign: Campaign) -> Progress:
    work = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        purpose=Purpose.WORK,
        status__in=SEATED,
    )
    counts = Counter(work.values_list("annotator", "status"))
    totals: Counter[str] = Counter()
    for (_, status), number in counts.items():
        totals[status] += number
    annotators = Membership.objects.filter(campaign=campaign, role=Role.ANNOTATOR).order_by("pseudonym")
    return Progress(
        chains=Chain.objects.filter(dataset=campaign.dataset_id).count(),
        overlap=campaign.overlap,
        submitted=totals[AssignmentStatus.SUBMITTED],
        open=totals[AssignmentStatus.OPEN],
        returned=totals[AssignmentStatus.RETURNED],
        people=tuple(
            PersonProgress(
                pseudonym=member.pseudonym,
                state=member.state,
                submitted=counts[member.user_id, AssignmentStatus.SUBMITTED],
                open=counts[member.user_id, AssignmentStatus.OPEN],
                returned=counts[member.user_id, AssignmentStatus.RETURNED],
            )
            for member in annotators
        ),
    )
