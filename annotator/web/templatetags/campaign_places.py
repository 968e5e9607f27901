from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Role
from annotator.web.campaigns.overview import campaigns_for

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """`name` is what a page gives as `here` to be marked."""

    name: str
    title: str
    url: str


@register.simple_tag
def places_of(campaign: Campaign, user: User) -> list[Place]:
    """The pages of a campaign that this overseer may open."""
    names = [
        ("overview", _("Overview"), "campaign"),
        ("agreement", _("Agreement"), "agreement"),
        ("adjudicate", _("Adjudication"), "adjudicate"),
        ("luck", _("Lucky chains"), "luck"),
        ("style", _("Style"), "style"),
    ]
    # Reviewers decide between people: they are not told how each of them grades, nor given all of it.
    if campaigns_for(user, roles=[Role.RESEARCHER]).filter(pk=campaign.pk).exists():
        names.append(("annotators", _("Annotators"), "annotators"))
        names.append(("exports", _("Exports"), "exports"))
    return [Place(name, title, reverse(view, args=[campaign.key])) for name, title, view in names]
