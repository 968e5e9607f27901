"""The steps behind a figure on style, as the grades are now: pairs of twins, or steps with a feature."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis.models import Estimator
from annotator.analysis.style import EXTRACTOR_VERSION, FEATURES, KEYS
from annotator.assignments.models import Campaign, Membership, PairState, Rendering, TwinDraw, TwinPair
from annotator.chains.models import Step
from annotator.grading.checking import storable
from annotator.grading.models import Grade, GradeState
from annotator.web.campaigns.computing import may_compute
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.campaigns.style.examples import (
    Example,
    Place,
    examples_of_pairs,
    examples_of_person,
    examples_of_renderings,
    examples_of_votes,
)
from annotator.web.campaigns.style.words import title_of
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members, page_number
from taxonomies.models import TaxonomyVersion

ON_A_PAGE = 20
# To find them all would read every step of a large campaign, and nobody reads further.
MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which steps: of a feature, behind one kind of evidence, and for deviations of one annotator."""

    feature: str
    evidence: Estimator
    member: Membership | None


@require_safe
@for_members
def style_steps(request: SignedIn, key: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    asked = asked_in(request.GET, campaign=campaign, sees_people=may_compute(request.user, campaign))
    place = Place(campaign, version)
    found = pairs_behind(asked, place=place) if is_of_pairs(asked) else steps_behind(asked, place=place)
    pages = Paginator(list(found.values_list("pk", flat=True)[:MOST_LISTED]), ON_A_PAGE)
    page = pages.get_page(page_number(request.GET))
    kept = {"feature": asked.feature, "evidence": asked.evidence.value, "version": str(version.number)}
    if asked.member is not None:
        kept["annotator"] = asked.member.pseudonym
    context = {
        "campaign": campaign,
        "version": version,
        "page": page,
        "has_more": pages.count == MOST_LISTED,
        "is_of_pairs": is_of_pairs(asked),
        "examples": shown(list(page), asked=asked, place=place),
        "what": what_is_asked(asked),
        "query": f"{urlencode(kept)}&",
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Style"), f"{reverse('style', args=[key])}?version={version.number}"),
        ],
        "here": _("Steps"),
    }
    return render(request, "web/campaigns/style/steps.html", context)


def asked_in(query: QueryDict, *, campaign: Campaign, sees_people: bool) -> Asked:
    """What the address asks for, by default what ordinary votes go with; 404 for what cannot be."""
    feature = query.get("feature", KEYS[0])
    evidence = query.get("evidence", Estimator.ASSOCIATION)
    if feature not in KEYS or evidence not in Estimator.values:
        raise Http404("no such feature or evidence")
    member = None
    if evidence == Estimator.PEERS:
        if not sees_people:
            raise Http404("not for reviewers")
        member = member_for(campaign, pseudonym=query.get("annotator", ""))
    return Asked(feature=feature, evidence=Estimator(evidence), member=member)


def member_for(campaign: Campaign, *, pseudonym: str) -> Membership:
    """404 for none, also for what no pseudonym can be."""
    if not storable(pseudonym):
        raise Http404("no such pseudonym")
    return get_object_or_404(campaign.memberships, pseudonym=pseudonym)


def is_of_pairs(asked: Asked) -> bool:
    return asked.evidence == Estimator.TWINS


def pairs_behind(asked: Asked, *, place: Place) -> QuerySet[TwinPair]:
    """Those of which somebody has been given an arm."""
    pairs = TwinPair.objects.filter(
        campaign=place.campaign, study__feature=asked.feature, state=PairState.CONFIRMED
    )
    return pairs.filter(Exists(TwinDraw.objects.filter(pair=OuterRef("pk")))).order_by("pk")


def steps_behind(asked: Asked, *, place: Place) -> QuerySet[Step]:
    """Graded steps that have the feature in the order of import, or those first that have most of it."""
    column = KEYS.index(asked.feature)
    value = f"styles__values__{column}"
    steps = Step.objects.filter(
        problem__dataset=place.campaign.dataset_id,
        styles__extractor_version=EXTRACTOR_VERSION,
        **{f"{value}__gt": 0},
    )
    grades = grades_on(place.campaign, place.version)
    if asked.evidence == Estimator.PLAIN:
        steps = steps.filter(Exists(grades.filter(rendering=Rendering.PLAIN)))
    else:
        grades = grades.filter(rendering=Rendering.STYLED)
        steps = steps.filter(Exists(grades))
        if asked.member is not None:
            theirs = grades.filter(annotator=asked.member.user_id)
            others = grades.exclude(annotator=asked.member.user_id)
            steps = steps.filter(Exists(theirs), Exists(others))
    by_amount = FEATURES[column].kind == "continuous"
    return steps.order_by(*([f"-{value}"] if by_amount else []), "pk")


def grades_on(campaign: Campaign, version: TaxonomyVersion) -> QuerySet[Grade]:
    return Grade.objects.filter(
        campaign=campaign, taxonomy_version=version, state=GradeState.GRADED, step=OuterRef("pk")
    )


def shown(found: list[int], *, asked: Asked, place: Place) -> list[Example]:
    if is_of_pairs(asked):
        pairs = TwinPair.objects.filter(pk__in=found).order_by("pk")
        return examples_of_pairs(list(pairs), feature=asked.feature, place=place)
    by_id = Step.objects.select_related("problem").in_bulk(found)
    steps = [by_id[step_id] for step_id in found]
    if asked.member is not None:
        return examples_of_person(
            steps, user_id=asked.member.user_id, who=asked.member.pseudonym, place=place
        )
    if asked.evidence == Estimator.PLAIN:
        return examples_of_renderings(steps, place=place)
    return examples_of_votes(steps, place=place)


def what_is_asked(asked: Asked) -> str:
    feature = title_of(asked.feature)
    if asked.evidence == Estimator.TWINS:
        return _("{feature}: both arms of each pair of twins, with the votes on each.").format(
            feature=feature
        )
    if asked.evidence == Estimator.PLAIN:
        return _("{feature}: steps that were also shown plain, with the votes on both.").format(
            feature=feature
        )
    if asked.member is not None:
        return _("{feature}: steps that {who} and others graded.").format(
            feature=feature, who=asked.member.pseudonym
        )
    return _("{feature}: graded steps, with the ordinary votes on them.").format(feature=feature)
