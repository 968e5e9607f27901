"""A draft that has too little to be shown as annotators would see it, and what it lacks."""

from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from annotator.web.crumbs import crumbs_to
from annotator.web.pages import SignedIn
from taxonomies.models import CriterionKind, TaxonomyVersion, VersionStatus


def lacks(version: TaxonomyVersion) -> list[str]:
    """What a page cannot do without, in words; the rest of what publishing asks for may still be missing."""
    return list(gaps_of(version)) if version.status == VersionStatus.DRAFT else []


def gaps_of(version: TaxonomyVersion) -> Iterator[str]:
    criteria = list(version.criteria.annotate(label_count=Count("labels")))
    if not any(criterion.is_verdict for criterion in criteria):
        yield _("No criterion is the verdict yet: the one question that every step is asked first.")
    for criterion in criteria:
        if criterion.kind != CriterionKind.TEXT and not criterion.label_count:
            yield _("The criterion {key} has no labels yet.").format(key=criterion.key)


def unready(request: SignedIn, version: TaxonomyVersion, *, gaps: list[str], here: str) -> HttpResponse:
    crumbs = crumbs_to(version, user=request.user)
    context = {"version": version, "gaps": gaps, "crumbs": crumbs, "here": here}
    return render(request, "web/taxonomies/unready.html", context)
