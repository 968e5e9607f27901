"""Versions: a draft is edited, published, retired, cloned."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin, StackedInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from taxonomies.admin.confirming import confirm, form_url
from taxonomies.admin.forms import CriterionForm, CriterionFormSet, LabelForm, LabelFormSet, VersionForm
from taxonomies.checking import Problem, problems_in
from taxonomies.content import content_of
from taxonomies.models import Criterion, Label, TaxonomyVersion, VersionStatus
from taxonomies.publishing import NotPublishable, VersionRefused, clone_version, publish, retire

CRITERION_ROWS: list[str | tuple[str, ...]] = [
    "question",
    ("key", "kind"),
    ("is_verdict", "required"),
    "shown_for",
]
LABEL_ROWS: list[str | tuple[str, ...]] = [
    ("title", "key"),
    ("value", "hotkey", "tone"),
    "definition",
    ("good_example", "bad_example"),
]


class PartOfDraft:
    """Editable as long as the version is a draft; who may at all is decided by the version's own permission."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_draft(obj) and request.user.has_perm("taxonomies.change_taxonomyversion")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("taxonomies.view_taxonomyversion")


def is_draft(part: Model | None) -> bool:
    """Of a version, or of a criterion in it: unfold hands a nested inline now the one, now the other."""
    if isinstance(part, Criterion):
        # One without a key yet stands in a form that only a draft has.
        return part.pk is None or part.version.status == VersionStatus.DRAFT
    return isinstance(part, TaxonomyVersion) and part.status == VersionStatus.DRAFT


class LabelInline(PartOfDraft, StackedInline):  # type: ignore[misc]  # unfold is untyped
    model = Label
    form = LabelForm
    formset = LabelFormSet
    extra = 0
    ordering_field: str | None = "position"
    hide_ordering_field = True
    collapsible = True
    fieldsets = [(None, {"fields": [*LABEL_ROWS, "position"]})]


class FrozenLabelInline(LabelInline):
    ordering_field = None
    fieldsets = [(None, {"fields": LABEL_ROWS})]


class CriterionInline(PartOfDraft, StackedInline):  # type: ignore[misc]  # unfold is untyped
    model = Criterion
    form = CriterionForm
    formset = CriterionFormSet
    extra = 0
    ordering_field: str | None = "position"
    hide_ordering_field = True
    inlines = [LabelInline]
    fieldsets = [(None, {"fields": [*CRITERION_ROWS, "position"]})]


class FrozenCriterionInline(CriterionInline):
    inlines = [FrozenLabelInline]
    ordering_field = None
    fieldsets = [(None, {"fields": CRITERION_ROWS})]


@admin.register(TaxonomyVersion)
class TaxonomyVersionAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    form = VersionForm
    list_display = ["name", "state", "published_at", "short_digest"]
    list_filter = ["status", "taxonomy__domain", "taxonomy"]
    search_fields = ["taxonomy__key", "taxonomy__title", "guidelines"]
    list_select_related = ["taxonomy"]
    ordering = ["taxonomy__title", "-number"]
    readonly_fields = ["taxonomy", "number", "state", "published_at", "digest", "guidelines_as_written"]
    warn_unsaved_form = True

    class Media:
        js = ["taxonomies/open_new_rows.js"]

    actions_detail = ["publish_version", "clone", "retire_version"]

    @admin.display(description="version", ordering="taxonomy__title")
    def name(self, version: TaxonomyVersion) -> str:
        return f"{version.taxonomy.title} v{version.number}"

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="status",
        ordering="status",
        label={"draft": "warning", "published": "success", "retired": "info"},
    )
    def state(self, version: TaxonomyVersion) -> str:
        return version.status

    @admin.display(description="digest")
    def short_digest(self, version: TaxonomyVersion) -> str:
        return version.digest[:12]

    @admin.display(description="guidelines")
    def guidelines_as_written(self, version: TaxonomyVersion) -> str:
        return format_html('<div style="white-space: pre-wrap">{}</div>', version.guidelines)

    def get_fieldsets(self, request: HttpRequest, obj: TaxonomyVersion | None = None) -> Any:
        about: list[tuple[str, ...]] = [("taxonomy", "number", "state")]
        if is_draft(obj):
            return [(None, {"fields": about}), ("Guidelines", {"fields": ["guidelines"]})]
        frozen = {"fields": [*about, ("published_at",), ("digest",)]}
        return [(None, frozen), ("Guidelines", {"fields": ["guidelines_as_written"]})]

    def get_inlines(self, request: HttpRequest, obj: TaxonomyVersion | None) -> list[type[CriterionInline]]:
        return [CriterionInline if is_draft(obj) else FrozenCriterionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A version starts on its taxonomy's page, or as a clone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: TaxonomyVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_draft(obj))

    def has_delete_permission(self, request: HttpRequest, obj: TaxonomyVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and is_draft(obj)

    # Unfold hands these the id from the address.
    def has_publish_permission(self, request: HttpRequest, object_id: str | int) -> bool:
        return self.may_act(request, object_id, on={VersionStatus.DRAFT})

    def has_clone_permission(self, request: HttpRequest, object_id: str | int) -> bool:
        return self.may_act(request, object_id, on={VersionStatus.PUBLISHED, VersionStatus.RETIRED})

    def has_retire_permission(self, request: HttpRequest, object_id: str | int) -> bool:
        return self.may_act(request, object_id, on={VersionStatus.PUBLISHED})

    def may_act(self, request: HttpRequest, object_id: str | int, *, on: set[VersionStatus]) -> bool:
        version = self.get_object(request, str(object_id))
        return version is not None and version.status in on and super().has_change_permission(request)

    @action(description="Publish …", permissions=["publish"], icon="verified", variant=ActionVariant.PRIMARY)  # type: ignore[untyped-decorator]
    def publish_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return self.ask_to_publish(request, version, problems=list(problems_in(content_of(version))))
        try:
            publish(version=version, now=timezone.now())
        except NotPublishable as error:
            return self.ask_to_publish(request, version, problems=error.problems)
        return self.done(request, version, "Published. Campaigns can use it now.")

    @action(description="Retire …", permissions=["retire"], icon="archive")  # type: ignore[untyped-decorator]
    def retire_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return confirm(
                request,
                version,
                question=f"Retire {version}?",
                words="No new campaign can use it. Campaigns that use it go on, and every grade stays.",
                button="Retire",
            )
        try:
            retire(version=version)
        except VersionRefused as error:
            return self.refused(request, version, error)
        return self.done(request, version, "Retired.")

    @action(description="Clone …", permissions=["clone"], icon="content_copy")  # type: ignore[untyped-decorator]
    def clone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return confirm(
                request,
                version,
                question=f"Start the next draft from {version}?",
                words="The draft gets its guidelines, criteria and labels. This version stays as it is.",
                button="Clone",
            )
        try:
            draft = clone_version(version=version)
        except VersionRefused as error:
            return self.refused(request, version, error)
        return self.done(request, draft, f"A draft with the content of version {version.number}.")

    def ask_to_publish(
        self, request: HttpRequest, version: TaxonomyVersion, *, problems: list[Problem]
    ) -> HttpResponse:
        if problems:
            question, words = f"{version} cannot be published yet", "Please mend this in the draft first:"
        else:
            question = f"Publish {version}?"
            words = (
                "From then on its guidelines, criteria and labels never change. "
                "The next version starts as a clone of this one."
            )
        return confirm(request, version, question=question, words=words, button="Publish", problems=problems)

    def done(self, request: HttpRequest, version: TaxonomyVersion, words: str) -> HttpResponse:
        self.log_change(request, version, words)
        messages.success(request, f"{version}: {words}")
        return HttpResponseRedirect(form_url(version))

    def refused(self, request: HttpRequest, version: TaxonomyVersion, error: VersionRefused) -> HttpResponse:
        messages.error(request, str(error))
        return HttpResponseRedirect(form_url(version))

    def version_or_404(self, request: HttpRequest, object_id: str) -> TaxonomyVersion:
        version = self.get_object(request, object_id)
        if not isinstance(version, TaxonomyVersion):
            raise Http404
        return version
