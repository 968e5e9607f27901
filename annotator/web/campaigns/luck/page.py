"""Lucky chains (right answer, flawed step) and suspect ones (wrong answer, no flawed step), for overseers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis import refreshing
from annotator.analysis.findings import BASES, Kind, by_surety, findings_of, kinds_in, read_findings, repaired
from annotator.analysis.models import Basis, Finding
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain
from annotator.grading.versions import versions_of
from annotator.web.campaigns.agreement.state import why_stale
from annotator.web.campaigns.luck.rows import BASIS_TITLES, rows_in_words
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members, page_number
from taxonomies.models import TaxonomyVersion

CHAINS_ON_A_PAGE = 50
REPAIR_WORDS = ["yes", "no"]
# Each filter of the page, and what it says of a kind of chain.
FILTERS: dict[str, Callable[[Kind], str]] = {
    "basis": lambda kind: kind.basis,
    "generator": lambda kind: kind.generator,
    "repair": lambda kind: "yes" if kind.is_repaired else "no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What the address narrows the list to; an empty word narrows nothing. A word that means nothing is left out."""

    finding: Finding
    words: dict[str, str]

    def takes(self, kind: Kind, *, but: str = "") -> bool:
        """Whether the kind is shown, whatever the filter *but* says."""
        return kind.finding == self.finding and all(
            word in ("", FILTERS[name](kind)) for name, word in self.words.items() if name != but
        )


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    title: str
    count: int
    is_chosen: bool


@require_safe
@for_members
def luck(request: SignedIn, key: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    context = {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "report": report,
        "stale": why_stale(report, campaign=campaign, version=version),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Lucky chains"),
        "address": request.build_absolute_uri("/").rstrip("/"),
        "outcomes": Chain.objects.filter(
            dataset=campaign.dataset_id, final_answer_correct__isnull=False
        ).count(),
        **({} if report is None else found_in(campaign, version=version, query=request.GET)),
    }
    return render(request, "web/campaigns/luck.html", context)


def found_in(campaign: Campaign, *, version: TaxonomyVersion, query: QueryDict) -> dict[str, object]:
    """The list as the query narrows it, and what else it could be narrowed to."""
    found = findings_of(campaign, version=version)
    kinds = kinds_in(campaign, version=version)
    counts = counted(kinds, by=lambda kind: kind.finding)
    narrowing = narrowing_in(query)
    chosen = found.filter(condition_of(narrowing, campaign=campaign, version=version))
    ordered = by_surety(chosen).select_related("chain__problem")
    page = Paginator(ordered, CHAINS_ON_A_PAGE).get_page(page_number(query))
    rows = read_findings(page.object_list, campaign=campaign, version=version)
    keep = {"version": str(version.number)} if version.pk != campaign.taxonomy_version_id else {}
    return {
        "page": page,
        "rows": rows_in_words(rows, campaign=campaign, version=version),
        "kept": keep,
        "query": urlencode({**keep, "finding": narrowing.finding, **given(narrowing)}) + "&",
        "narrowing": narrowing,
        "is_narrowed": bool(given(narrowing)),
        "findings": [
            Option(finding, "", counts[finding], is_chosen=finding == narrowing.finding)
            for finding in Finding
        ],
        "filters": {name: options(name, kinds=kinds, narrowing=narrowing) for name in FILTERS},
    }


def narrowing_in(query: QueryDict) -> Narrowing:
    finding = query.get("finding", "")
    words = {name: query.get(name, "") for name in FILTERS}
    if words["basis"] not in BASES:
        words["basis"] = ""
    if words["repair"] not in REPAIR_WORDS or finding == Finding.SUSPECT:
        words["repair"] = ""
    return Narrowing(finding=Finding(finding) if finding in Finding.values else Finding.LUCKY, words=words)


def given(narrowing: Narrowing) -> dict[str, str]:
    return {name: word for name, word in narrowing.words.items() if word}


def condition_of(narrowing: Narrowing, *, campaign: Campaign, version: TaxonomyVersion) -> Q:
    words = narrowing.words
    condition = Q(finding=narrowing.finding)
    if words["basis"]:
        condition &= Q(basis=words["basis"])
    if words["generator"]:
        condition &= Q(chain__generator=words["generator"])
    if words["repair"]:
        is_repaired = repaired(campaign, version=version)
        condition &= is_repaired if words["repair"] == "yes" else ~is_repaired
    return condition


def options(name: str, *, kinds: Counter[Kind], narrowing: Narrowing) -> list[Option]:
    """What the filter could be set to, and how many chains would be shown then. The first is to leave it open."""
    shown = {kind: count for kind, count in kinds.items() if narrowing.takes(kind, but=name)}
    counts = counted(shown, by=FILTERS[name])
    chosen = narrowing.words[name]
    counted_words = [("", counts.total())]
    counted_words += [(word, counts[word]) for word in words_of(name, kinds=kinds, narrowing=narrowing)]
    return [
        Option(word, title_of(name, word), count, is_chosen=word == chosen) for word, count in counted_words
    ]


def counted(kinds: Mapping[Kind, int], *, by: Callable[[Kind], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for kind, count in kinds.items():
        counts[by(kind)] += count
    return counts


def words_of(name: str, *, kinds: Iterable[Kind], narrowing: Narrowing) -> list[str]:
    """Chains without a generator's name are among all of them only."""
    if name == "basis":
        # Of a suspect chain nobody alone can say that all of its steps are sound.
        return [basis for basis in BASES if narrowing.finding == Finding.LUCKY or basis != Basis.ANNOTATOR]
    if name == "repair":
        return REPAIR_WORDS
    named = {kind.generator for kind in kinds if kind.finding == narrowing.finding}
    return sorted({*named, narrowing.words[name]} - {""})


def title_of(name: str, word: str) -> str:
    match name:
        case "basis":
            return str(BASIS_TITLES[Basis(word)]) if word else _("any")
        case "repair":
            return {"": _("repaired or not"), "yes": _("repaired"), "no": _("not repaired")}[word]
    return word or _("all")
