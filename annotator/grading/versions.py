"""Which versions of its taxonomy a campaign was graded with: one, or more after it moved."""

from django.db.models import Exists, OuterRef, Q

from annotator.assignments.models import Campaign
from annotator.grading.models import Grade, Move
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion


class NotItsVersion(Exception):
    """Words for a version that the campaign never used, with those that it has."""


def versions_of(campaign: Campaign) -> list[TaxonomyVersion]:
    """The campaign's current version and the former ones that it has grades of or moved from; newest first."""
    grades = Grade.objects.filter(campaign=campaign, taxonomy_version=OuterRef("pk"))
    moves = Move.objects.filter(campaign=campaign, from_version=OuterRef("pk"), state=JobState.DONE)
    current = campaign.taxonomy_version_id
    of_its_taxonomy = TaxonomyVersion.objects.filter(taxonomy__versions=current).select_related("taxonomy")
    return list(of_its_taxonomy.filter(Q(pk=current) | Exists(grades) | Exists(moves)).order_by("-number"))


def version_numbered(*, campaign: Campaign, text: str | None) -> TaxonomyVersion:
    """The version that somebody named by its number; the current one for None. Raises NotItsVersion."""
    versions = versions_of(campaign)
    for version in versions:
        # Compared as text: what is not exactly a number of the list is refused, however it could be read.
        if version.pk == campaign.taxonomy_version_id if text is None else str(version.number) == text:
            return version
    numbers = " and ".join(str(version.number) for version in reversed(versions))
    raise NotItsVersion(
        f"{campaign.key} never used that version of {versions[0].taxonomy.key}."
        f" It has {'version' if len(versions) == 1 else 'versions'} {numbers}."
    )
