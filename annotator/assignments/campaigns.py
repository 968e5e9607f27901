"""Setting up campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from annotator.accounts.models import User
from annotator.assignments.members import add_member
from annotator.assignments.models import AfterFirstError, Alternatives, Campaign, Reference, Reveal, Role
from annotator.chains.models import Dataset
from taxonomies.models import TaxonomyVersion, VersionStatus


@dataclass(frozen=True, slots=True)
class Policy:
    """How a campaign gives out and shows its chains, and what it makes of the grades; the fields mean what they mean on Campaign."""

    overlap: int = 2
    after_first_error: str = AfterFirstError.STOP
    reveal: str = Reveal.ALL
    reference: str = Reference.COLLAPSED
    alternatives: str = Alternatives.NONE
    plain_share: float = 0.0
    lease_minutes: int = 240
    contested_below: float = 0.0
    dawid_skene: bool = False


class CampaignRefused(Exception):
    """Words for why a campaign cannot be made."""


@transaction.atomic
def create_campaign(
    *,
    key: str,
    title: str,
    dataset: Dataset,
    taxonomy_version: TaxonomyVersion,
    members: Mapping[Role, Sequence[User]],
    policy: Policy,
) -> Campaign:
    """A campaign with its people. Raises CampaignRefused with words."""
    refuse_two_roles(members)
    # The lock keeps the version from being retired before the campaign stands.
    status = TaxonomyVersion.objects.select_for_update(no_key=True).get(pk=taxonomy_version.pk).status
    if status != VersionStatus.PUBLISHED:
        raise CampaignRefused(f"{taxonomy_version} is {status}; a campaign uses a published version.")
    campaign = Campaign(
        key=key, title=title, dataset=dataset, taxonomy_version=taxonomy_version, **asdict(policy)
    )
    try:
        campaign.full_clean()
    except ValidationError as error:
        words = (f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items())
        raise CampaignRefused(f"The campaign {key!r} cannot be made. {'; '.join(words)}") from error
    campaign.save()
    for role, users in members.items():
        for user in users:
            add_member(campaign=campaign, user=user, role=role)
    return campaign


def refuse_two_roles(members: Mapping[Role, Sequence[User]]) -> None:
    seen: set[int] = set()
    for users in members.values():
        for user in users:
            if user.pk in seen:
                raise CampaignRefused(f"{user.username} is named twice; a person has one role in a campaign.")
            seen.add(user.pk)
