"""The way back from a page about a taxonomy: to its versions, and to the form of this one, in the admin."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from taxonomies.models import TaxonomyVersion


@dataclass(frozen=True, slots=True)
class Crumb:
    """`url` is empty where this person has no such page."""

    title: str
    url: str


def crumbs_to(version: TaxonomyVersion, *, user: User) -> list[Crumb]:
    taxonomy = version.taxonomy
    steps = [
        Crumb(_("Taxonomies"), reverse("admin:taxonomies_taxonomy_changelist")),
        Crumb(taxonomy.title, reverse("admin:taxonomies_taxonomy_change", args=[taxonomy.pk])),
        Crumb(
            _("Version {number}").format(number=version.number),
            reverse("admin:taxonomies_taxonomyversion_change", args=[version.pk]),
        ),
    ]
    return steps if user.is_staff else [Crumb(step.title, "") for step in steps]


def crumbs_to_campaign(campaign: Campaign) -> list[Crumb]:
    return [
        Crumb(_("My campaigns"), reverse("home")),
        Crumb(campaign.title, reverse("campaign", args=[campaign.key])),
    ]
