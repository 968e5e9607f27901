"""The taxonomies' admin with what lies downstream of it: how much each is used, and the pages that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.views import ChangeList

from annotator.assignments.models import Campaign
from annotator.grading.models import Grade, GradeState
from taxonomies.admin import TaxonomyAdmin, TaxonomyVersionAdmin
from taxonomies.models import Taxonomy, TaxonomyVersion, VersionStatus

admin.site.unregister([Taxonomy, TaxonomyVersion])
admin.site.index_title = "Admin"


def campaigns_of(path: str) -> Coalesce:
    """How many campaigns use it now, as a column of the list; `path` leads from a campaign to the row."""
    counted = Campaign.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    address: str


@admin.register(Taxonomy)
class CountedTaxonomyAdmin(TaxonomyAdmin):
    list_display = [*TaxonomyAdmin.list_display, "campaigns"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Taxonomy]:
        return (
            super().get_queryset(request).annotate(campaign_count=campaigns_of("taxonomy_version__taxonomy"))
        )

    @admin.display(description="campaigns", ordering="campaign_count")
    def campaigns(self, taxonomy: Taxonomy) -> int:
        return taxonomy.campaign_count  # type: ignore[attr-defined, no-any-return]  # annotated


class CountedVersions(ChangeList):  # type: ignore[misc]  # unfold is untyped
    """Counts the grades once for the versions of the page shown: one look at the table, not one for every row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shown: list[TaxonomyVersion] = list(self.result_list)  # type: ignore[has-type]  # unfold is untyped
        grades = Grade.objects.filter(taxonomy_version__in=shown).exclude(state=GradeState.CLEARED)
        counts = dict(grades.order_by().values_list("taxonomy_version").annotate(Count("pk")))
        for version in shown:
            version.grade_count = counts.get(version.pk, 0)  # type: ignore[attr-defined]  # for the list below
        self.result_list = shown


@admin.register(TaxonomyVersion)
class CountedVersionAdmin(TaxonomyVersionAdmin):
    list_display = [*TaxonomyVersionAdmin.list_display, "campaigns", "grades"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CountedVersions]:
        return CountedVersions

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxonomyVersion]:
        return super().get_queryset(request).annotate(campaign_count=campaigns_of("taxonomy_version"))

    @admin.display(description="campaigns", ordering="campaign_count")
    def campaigns(self, version: TaxonomyVersion) -> int:
        return version.campaign_count  # type: ignore[attr-defined, no-any-return]  # annotated

    @admin.display(description="grades")
    def grades(self, version: TaxonomyVersion) -> str:
        return f"{version.grade_count:,}"  # type: ignore[attr-defined]  # counted for the page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(
            request, {**context, "links": links_of(context["original"])}, *args, **kwargs
        )


def links_of(version: TaxonomyVersion) -> list[Link]:
    place = {"key": version.taxonomy.key, "number": version.number}
    links = [
        Link("Preview and try out", reverse("taxonomy_preview", kwargs=place)),
        Link("Guidelines to print", reverse("taxonomy_guidelines", kwargs=place)),
        Link("YAML", reverse("taxonomy_yaml", kwargs=place)),
    ]
    if version.status != VersionStatus.DRAFT:
        links.append(Link("How its labels are used", reverse("taxonomy_usage", kwargs=place)))
    former = version.taxonomy.versions.filter(number__lt=version.number).order_by("-number").first()
    if former is not None:
        both = {"key": version.taxonomy.key, "number": former.number, "other": version.number}
        links.append(Link(f"Compare with version {former.number}", reverse("taxonomy_compare", kwargs=both)))
        links.append(
            Link(f"Map the labels of version {former.number}", reverse("taxonomy_mapping", kwargs=both))
        )
    return links
