"""The form in which a researcher says what each label becomes in a later version."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotator.accounts.models import User
from annotator.assignments.models import Role
from annotator.grading.models import Answer, Grade, GradeState
from annotator.web.campaigns.overview import campaigns_for
from annotator.web.crumbs import crumbs_to
from annotator.web.pages import SignedIn, for_members, page_number
from annotator.web.taxonomies.finding import version_for, versions_for
from annotator.web.taxonomies.mapping_rows import Row, read_form, rows_of
from annotator.web.words import mapping_words
from taxonomies.mapping import (
    MappingRefused,
    check_versions,
    read_mapping,
    save_mapping,
    suggest_mapping,
)
from taxonomies.models import TaxonomyVersion

# Each row lists all labels that it may become, so that a page of many rows by many labels would take seconds.
MOST_OPTIONS = 6_000
FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Left:
    """A label that is not decided yet, and where its row is."""

    title: str
    url: str
    is_suggested: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def taxonomy_mapping(request: SignedIn, key: str, number: int, other: int) -> HttpResponse:
    source = version_for(request, key, number)
    if number > other and request.method != "POST":
        return redirect("taxonomy_mapping", key=key, number=other, other=number)
    target = get_object_or_404(versions_for(request.user), taxonomy=source.taxonomy_id, number=other)
    if request.method == "POST":
        return save(request, source, target)
    try:
        check_versions(source=source, target=target)
    except MappingRefused as refused:
        return page(request, source, target, refused=str(refused))
    return page(request, source, target)


def save(request: SignedIn, source: TaxonomyVersion, target: TaxonomyVersion) -> HttpResponse:
    """The rows of one page of the form, over what was decided before; `suggest` also keeps what has the same keys."""
    chosen = read_form(request.POST)
    before = read_mapping(source=source, target=target)
    targets = {label: before[label] for label in before if label not in chosen.undecided} | chosen.targets
    if "suggest" in request.POST:
        targets = suggest_mapping(source=source, target=target) | targets
    try:
        if chosen.problems:
            raise MappingRefused(_("Some labels cannot become what was asked."), chosen.problems)
        save_mapping(source=source, target=target, targets=targets)
    except MappingRefused as refused:
        return page(request, source, target, refused=str(refused), problems=refused.problems)
    messages.success(request, _("Saved."))
    address = reverse("taxonomy_mapping", args=[source.taxonomy.key, source.number, target.number])
    return redirect(f"{address}?page={page_number(request.GET)}")


def page(
    request: SignedIn,
    source: TaxonomyVersion,
    target: TaxonomyVersion,
    *,
    refused: str = "",
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    rows = rows_of(
        source=source,
        target=target,
        saved=read_mapping(source=source, target=target),
        given=given_counts(source, user=request.user),
        form=request.POST if refused else None,
        problems=problems,
    )
    shown = Paginator(rows, rows_on_a_page(rows)).get_page(page_number(request.GET))
    left = left_in(rows, size=shown.paginator.per_page)
    campaigns = campaigns_for(request.user, roles=[Role.RESEARCHER])
    context = {
        "source": source,
        "target": target,
        "page": shown,
        "row_count": len(rows),
        "left": left,
        "suggested_count": sum(label.is_suggested for label in left),
        "to_decide": [label for label in left if not label.is_suggested],
        "elsewhere": " ".join(chosen_elsewhere(rows, shown)),
        "refused": refused,
        "campaigns": campaigns.filter(taxonomy_version=source).order_by("title", "pk"),
        "crumbs": crumbs_to(target, user=request.user),
        "here": _("What the labels of version {number} become").format(number=source.number),
        "script_words": mapping_words(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/taxonomies/mapping.html", context, status=status)


def rows_on_a_page(rows: list[Row]) -> int:
    most = max((sum(len(group.options) for group in row.groups) for row in rows), default=0)
    return max(FEWEST_ROWS, MOST_OPTIONS // max(most, 1))


def left_in(rows: list[Row], *, size: int) -> list[Left]:
    return [
        Left(row.title, f"?page={index // size + 1}#row-{row.key}", row.is_suggested)
        for index, row in enumerate(rows)
        if not row.is_decided
    ]


def chosen_elsewhere(rows: list[Row], shown: Page[Row]) -> list[str]:
    """What rows on other pages become: a label that becomes the same is merged with them."""
    here = {row.key for row in shown}
    return [row.becomes for row in rows if row.is_decided and row.key not in here]


def given_counts(version: TaxonomyVersion, *, user: User) -> dict[int, int]:
    """How often each label was given in the campaigns that this person researches, by label id."""
    mine = campaigns_for(user, roles=[Role.RESEARCHER]).values("pk")
    verdicts = Grade.objects.filter(taxonomy_version=version, campaign__in=mine, state=GradeState.GRADED)
    answers = Answer.objects.filter(
        taxonomy_version=version,
        label__isnull=False,
        grade__campaign__in=mine,
        revision=F("grade__revision"),
    )
    counted = (
        verdicts.values_list("verdict")
        .annotate(count=Count("pk"))
        .union(answers.values_list("label").annotate(count=Count("pk")), all=True)
    )
    return dict(counted)
