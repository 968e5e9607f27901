"""How far a campaign is. For researchers and reviewers: no annotator may see it."""

from collections import Counter
from dataclasses import dataclass

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign, Membership, Purpose, Role
from annotator.chains.models import Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProgress:
    pseudonym: str
    state: str
    submitted: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`seats` is chains times overlap; a seat is submitted, open, or not yet taken. Gold chains are not counted."""

    chains: int
    overlap: int
    submitted: int
    open: int
    people: tuple[PersonProgress, ...]

    @property
    def seats(self) -> int:
        return self.chains * self.overlap

    @property
    def taken(self) -> int:
        return self.submitted + self.open


def progress_of(*, campaign: Campaign) -> Progress:
    work = Assignment.objects.filter(
        campaign=campaign,
        purpose=Purpose.WORK,
        status__in=[AssignmentStatus.SUBMITTED, AssignmentStatus.OPEN],
    )
    counts = Counter(work.values_list("annotator", "status"))
    annotators = Membership.objects.filter(campaign=campaign, role=Role.ANNOTATOR).order_by("pseudonym")
    return Progress(
        chains=Chain.objects.filter(dataset=campaign.dataset_id).count(),
        overlap=campaign.overlap,
        submitted=sum(n for (_, status), n in counts.items() if status == AssignmentStatus.SUBMITTED),
        open=sum(n for (_, status), n in counts.items() if status == AssignmentStatus.OPEN),
        people=tuple(
            PersonProgress(
                pseudonym=member.pseudonym,
                state=member.state,
                submitted=counts[member.user_id, AssignmentStatus.SUBMITTED],
                open=counts[member.user_id, AssignmentStatus.OPEN],
            )
            for member in annotators
        ),
    )
