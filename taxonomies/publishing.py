"""A version's way from draft to published to retired, and the clone that the next draft starts from."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from taxonomies.checking import Problem, problems_in
from taxonomies.content import content_of, digest_of, write_content
from taxonomies.models import Taxonomy, TaxonomyVersion, VersionStatus


class NotPublishable(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class VersionRefused(Exception):
    """Words for why a version cannot be retired or cloned now."""


@transaction.atomic
def publish(*, version: TaxonomyVersion, now: datetime) -> TaxonomyVersion:
    """Freeze a draft. Raises NotPublishable with every problem found."""
    # The lock keeps criteria and labels from changing between this check and the freeze (taxonomies 0002).
    version = TaxonomyVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.DRAFT:
        raise NotPublishable([Problem("status", f"version {version.number} is already {version.status}")])
    content = content_of(version)
    problems = list(problems_in(content))
    if problems:
        raise NotPublishable(problems)
    version.status = VersionStatus.PUBLISHED
    version.digest = digest_of(content)
    version.published_at = now
    version.save(update_fields=["status", "digest", "published_at"])
    return version


@transaction.atomic
def retire(*, version: TaxonomyVersion) -> TaxonomyVersion:
    """Offer a version to no further campaign; those that use it go on. Raises VersionRefused."""
    version = TaxonomyVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.PUBLISHED:
        raise VersionRefused(f"{version} is {version.status}: only a published version can be retired.")
    version.status = VersionStatus.RETIRED
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def clone_version(*, version: TaxonomyVersion) -> TaxonomyVersion:
    """The taxonomy's next draft, with the content of this version. Raises VersionRefused when it has a draft."""
    draft = start_draft(taxonomy=version.taxonomy)
    write_content(version=draft, content=content_of(version))
    return draft


@transaction.atomic
def start_draft(*, taxonomy: Taxonomy) -> TaxonomyVersion:
    """An empty draft under the next number. Raises VersionRefused when the taxonomy has a draft."""
    Taxonomy.objects.select_for_update(no_key=True).get(pk=taxonomy.pk)
    draft = draft_of(taxonomy)
    if draft is not None:
        raise VersionRefused(
            f"{taxonomy.key} has a draft, version {draft.number}: publish or delete it first."
        )
    newest = taxonomy.versions.aggregate(number=Max("number"))["number"] or 0
    return TaxonomyVersion.objects.create(taxonomy=taxonomy, number=newest + 1)


def draft_of(taxonomy: Taxonomy) -> TaxonomyVersion | None:
    return taxonomy.versions.filter(status=VersionStatus.DRAFT).first()


def latest_published(*, key: str) -> TaxonomyVersion:
    """The published version with the highest number. Raises VersionRefused with words when there is none."""
    taxonomy = Taxonomy.objects.filter(key=key).first()
    if taxonomy is None:
        known = ", ".join(Taxonomy.objects.order_by("key").values_list("key", flat=True)) or "none yet"
        raise VersionRefused(f"There is no taxonomy {key!r} (there is: {known}).")
    version = taxonomy.versions.filter(status=VersionStatus.PUBLISHED).order_by("-number").first()
    if version is None:
        raise VersionRefused(f"The taxonomy {key!r} has no published version.")
    return version
