"""The taxonomy version of a campaign, the later ones that it could move to, and the former ones it was graded with."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, MembershipState, Role
from annotator.grading.models import Move
from annotator.grading.moving import WAITING
from annotator.grading.versions import versions_of
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.owning import visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignVersions:
    """`later` are published and newest first. The taxonomy's pages are for its own researchers (`may_see`)."""

    current: TaxonomyVersion
    later: Sequence[TaxonomyVersion]
    former: Sequence[TaxonomyVersion]
    is_moving: bool
    has_moved: bool
    may_see: bool
    may_move: bool


def campaign_versions(campaign: Campaign, *, user: User) -> CampaignVersions:
    moves = Move.objects.filter(campaign=campaign)
    return CampaignVersions(
        current=campaign.taxonomy_version,
        later=later_versions(campaign),
        former=[version for version in versions_of(campaign) if version.pk != campaign.taxonomy_version_id],
        is_moving=moves.filter(state__in=WAITING).exists(),
        has_moved=moves.filter(state=JobState.DONE).exists(),
        may_see=may_see(campaign.taxonomy_version, user=user),
        may_move=user.is_superuser
        or campaign.memberships.filter(
            user=user, role=Role.RESEARCHER, state=MembershipState.ACTIVE
        ).exists(),
    )


def later_versions(campaign: Campaign) -> list[TaxonomyVersion]:
    current = campaign.taxonomy_version
    later = TaxonomyVersion.objects.filter(
        taxonomy=current.taxonomy_id, number__gt=current.number, status=VersionStatus.PUBLISHED
    )
    return list(later.select_related("taxonomy").order_by("-number"))


def may_see(version: TaxonomyVersion, *, user: User) -> bool:
    """Whether this person gets the pages of the version's taxonomy."""
    return (
        user.has_perm("taxonomies.view_taxonomyversion")
        and visible_to(user).filter(pk=version.taxonomy_id).exists()
    )
