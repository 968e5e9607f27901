"""The campaigns of one person, with their own progress. Nobody else's: even a count of what is left would tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from annotator.accounts.models import User
from annotator.assignments.models import (
    AfterFirstError,
    Assignment,
    AssignmentStatus,
    Campaign,
    CampaignStatus,
    Membership,
    MembershipState,
    Role,
)
from annotator.chains.models import Chain, ChainStep, Dataset
from annotator.grading.models import Grade, GradeState
from taxonomies.models import Criterion

# A dataset with more chains has "more than" so many: to count 100,000 of them takes longer than the rest of the page.
MOST_COUNTED = 10_000


class HowMany(Subquery):
    """The number of rows of a query, which may be cut off."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChain:
    """Where somebody was: `step` is the number of the first of its `steps` that they have to grade yet, None when there
    is none.
    """

    assignment: Assignment
    step: int | None
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Of one campaign and person, under the campaign's current version; `set_aside` and `returned` wait for them."""

    submitted: int = 0
    open: int = 0
    returned: int = 0
    set_aside: int = 0
    given_back: int = 0

    @property
    def had(self) -> int:
        return self.submitted + self.open + self.returned + self.set_aside + self.given_back


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCampaign:
    """`question` is what every step is asked first; `total` is None for a dataset of more than MOST_COUNTED chains."""

    campaign: Campaign
    role: str
    question: str
    total: int | None
    own: Own
    open_chain: OpenChain | None

    @property
    def grades(self) -> bool:
        return self.role == Role.ANNOTATOR

    @property
    def can_start(self) -> bool:
        return self.campaign.status == CampaignStatus.ACTIVE

    @property
    def left(self) -> int | None:
        """How many more chains they could be given at most. Others may take some first, and nobody is told which."""
        return None if self.total is None else max(0, self.total - self.own.had)

    @property
    def waits(self) -> bool:
        """Whether a chain of theirs waits that is not open."""
        return self.own.returned + self.own.set_aside > 0

    @property
    def goes_on(self) -> bool:
        """Whether there may be something to grade now."""
        return self.grades and (
            self.open_chain is not None or (self.can_start and (self.waits or self.left != 0))
        )


def active_memberships(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, state=MembershipState.ACTIVE).select_related(
        "campaign__dataset", "campaign__taxonomy_version__taxonomy"
    )


def my_campaigns(user: User) -> list[MyCampaign]:
    """As many queries for a hundred campaigns as for one. First what is open, newest first, then what can be begun."""
    memberships = list(active_memberships(user))
    campaigns = [membership.campaign for membership in memberships]
    questions = questions_of(campaigns)
    totals = totals_of(campaigns)
    own = own_of(user)
    open_chains = open_chains_of(user)
    mine = [
        MyCampaign(
            campaign=campaign,
            role=membership.role,
            question=questions.get(campaign.taxonomy_version_id, ""),
            total=totals[campaign.dataset_id],
            own=own.get(campaign.pk, Own()),
            open_chain=open_chains.get(campaign.pk),
        )
        for membership, campaign in zip(memberships, campaigns, strict=True)
    ]
    return sorted(mine, key=place)


def place(mine: MyCampaign) -> tuple[bool, float, bool, str, str, int]:
    opened = mine.open_chain.assignment.claimed_at.timestamp() if mine.open_chain else 0.0
    return (
        mine.open_chain is None,
        -opened,
        not mine.goes_on,
        mine.campaign.status,
        mine.campaign.title,
        mine.campaign.pk,
    )


def questions_of(campaigns: Iterable[Campaign]) -> dict[int, str]:
    """The verdict's question by taxonomy version."""
    versions = {campaign.taxonomy_version_id for campaign in campaigns}
    verdicts = Criterion.objects.filter(version__in=versions, is_verdict=True)
    return dict(verdicts.values_list("version", "question"))


def totals_of(campaigns: Iterable[Campaign], *, most: int = MOST_COUNTED) -> dict[int, int | None]:
    """How many chains each dataset has, None for more than `most`."""
    chains = Chain.objects.filter(dataset=OuterRef("pk")).order_by().values("pk")[: most + 1]
    datasets = Dataset.objects.filter(pk__in={campaign.dataset_id for campaign in campaigns})
    counted = datasets.values_list("pk", HowMany(chains))
    return {dataset: count if count <= most else None for dataset, count in counted}


def own_of(user: User) -> dict[int, Own]:
    """Each campaign under its current version: what was graded before a move has a successor there. Of whatever purpose."""
    counted = (
        Assignment.objects.filter(annotator=user, taxonomy_version=F("campaign__taxonomy_version"))
        .order_by()
        .values("campaign")
        .annotate(
            submitted=Count("pk", filter=Q(status=AssignmentStatus.SUBMITTED)),
            open=Count("pk", filter=Q(status=AssignmentStatus.OPEN)),
            # A move gives a chain back as a successor; another that is taken up again sets it aside.
            returned=Count("pk", filter=Q(status=AssignmentStatus.RETURNED, moved_from__isnull=False)),
            set_aside=Count("pk", filter=Q(status=AssignmentStatus.RETURNED, moved_from__isnull=True)),
            given_back=Count("pk", filter=Q(status=AssignmentStatus.SKIPPED)),
        )
    )
    return {
        row["campaign"]: Own(
            submitted=row["submitted"],
            open=row["open"],
            returned=row["returned"],
            set_aside=row["set_aside"],
            given_back=row["given_back"],
        )
        for row in counted
    }


def open_chains_of(user: User) -> dict[int, OpenChain]:
    held = list(
        Assignment.objects.filter(
            annotator=user,
            status=AssignmentStatus.OPEN,
            taxonomy_version=F("campaign__taxonomy_version"),
        ).select_related("campaign")
    )
    chains = {assignment.chain_id for assignment in held}
    steps: dict[int, list[int]] = {chain: [] for chain in chains}
    walked = ChainStep.objects.filter(chain__in=chains).order_by("chain", "index")
    for chain, step in walked.values_list("chain", "step"):
        steps[chain].append(step)
    grades = Grade.objects.filter(
        annotator=user,
        taxonomy_version__in={assignment.taxonomy_version_id for assignment in held},
        step__in=[step for path in steps.values() for step in path],
        state__in=[GradeState.GRADED, GradeState.UNSURE],
    )
    graded = {
        (campaign, step): value
        for campaign, step, value in grades.values_list("campaign", "step", "verdict__value")
    }
    return {
        assignment.campaign_id: open_chain(assignment, steps=steps[assignment.chain_id], graded=graded)
        for assignment in held
    }


def open_chain(
    assignment: Assignment, *, steps: list[int], graded: dict[tuple[int, int], int | None]
) -> OpenChain:
    stops = assignment.campaign.after_first_error == AfterFirstError.STOP
    following = None
    for number, step in enumerate(steps, start=1):
        if (assignment.campaign_id, step) not in graded:
            following = number
            break
        if stops and graded[assignment.campaign_id, step] == -1:
            break
    return OpenChain(assignment=assignment, step=following, steps=len(steps))
