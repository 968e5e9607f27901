"""Two versions of a taxonomy side by side: what was added, removed, reworded, revalued."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.web.crumbs import crumbs_to
from annotator.web.pages import SignedIn, for_members
from annotator.web.taxonomies.differences import (
    CriterionPart,
    MarkedText,
    part_of_criterion,
    summary_of,
    text,
)
from annotator.web.taxonomies.finding import version_for, versions_for
from taxonomies.comparing import VersionDifference, compare
from taxonomies.content import content_of
from taxonomies.models import StyleFeature, TaxonomyVersion, VersionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The page's own view of a difference; `unchanged` are the criteria in which nothing changed."""

    summary: str
    guidelines: MarkedText | None
    features_out: list[str]
    features_in: list[str]
    criteria: list[CriterionPart]
    unchanged: list[str]


@require_safe
@for_members
def taxonomy_compare(request: SignedIn, key: str, number: int, other: int) -> HttpResponse:
    version = version_for(request, key, number)
    versions = list(versions_for(request.user).filter(taxonomy=version.taxonomy_id).order_by("number"))
    if "older" in request.GET or "newer" in request.GET:
        chosen = [chosen_version(versions, request.GET.get(side, "")) for side in ("older", "newer")]
        return redirect("taxonomy_compare", key=key, number=chosen[0].number, other=chosen[1].number)
    if number > other:
        return redirect("taxonomy_compare", key=key, number=other, other=number)
    newer = get_object_or_404(versions_for(request.user), taxonomy=version.taxonomy_id, number=other)
    context = {
        "older": version,
        "newer": newer,
        "versions": versions,
        "comparison": comparison_of(compare(content_of(version), content_of(newer))),
        "can_map": version.status != VersionStatus.DRAFT and version.number < newer.number,
        "crumbs": crumbs_to(newer, user=request.user),
        "here": _("Compared with version {number}").format(number=version.number),
    }
    return render(request, "web/taxonomies/compare.html", context)


def chosen_version(versions: list[TaxonomyVersion], number: str) -> TaxonomyVersion:
    found = next((version for version in versions if str(version.number) == number), None)
    if found is None:
        raise Http404("no such version of this taxonomy")
    return found


def comparison_of(difference: VersionDifference) -> Comparison:
    guidelines, features = difference.guidelines, difference.content_features
    old_features = set(features.old) if features else set()
    new_features = set(features.new) if features else set()
    return Comparison(
        summary=summary_of(difference),
        guidelines=text(guidelines) if guidelines else None,
        features_out=[str(StyleFeature(name).label) for name in sorted(old_features - new_features)],
        features_in=[str(StyleFeature(name).label) for name in sorted(new_features - old_features)],
        criteria=[part_of_criterion(found) for found in difference.criteria if not found.is_same],
        unchanged=[found.key for found in difference.criteria if found.is_same],
    )
