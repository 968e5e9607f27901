"""Taxonomies, each with the list of its versions."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from taxonomies.admin.confirming import confirm, form_url
from taxonomies.models import Taxonomy, TaxonomyVersion
from taxonomies.publishing import draft_of, start_draft


class VersionInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = TaxonomyVersion
    verbose_name_plural = "versions"
    fields = ["opening", "status", "published_at"]
    readonly_fields = fields
    hide_title = True
    ordering = ["-number"]
    extra = 0
    can_delete = False

    @admin.display(description="version")
    def opening(self, version: TaxonomyVersion) -> str:
        return format_html(
            '<a class="text-primary-600" href="{}">version {}</a>', form_url(version), version.number
        )

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Taxonomy)
class TaxonomyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = ["title", "key", "domain", "newest_version"]
    list_filter = ["domain"]
    search_fields = ["key", "title", "description"]
    ordering = ["title"]
    fieldsets = [(None, {"fields": [("title", "key"), "domain", "description"]})]
    actions_detail = ["new_draft"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Taxonomy]:
        taxonomies: QuerySet[Taxonomy] = super().get_queryset(request)
        return taxonomies.annotate(newest=Max("versions__number"))

    @admin.display(description="newest version", ordering="newest")
    def newest_version(self, taxonomy: Taxonomy) -> int | None:
        return getattr(taxonomy, "newest", None)

    def get_readonly_fields(self, request: HttpRequest, obj: Taxonomy | None = None) -> list[str]:
        """Addresses, commands and files name the taxonomy by its key."""
        return ["key"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Taxonomy | None = None) -> list[type[VersionInline]]:
        return [VersionInline] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Taxonomy | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not obj.versions.exists()

    def save_model(
        self,
        request: HttpRequest,
        obj: Taxonomy,
        form: forms.ModelForm[Taxonomy],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            start_draft(taxonomy=obj)

    def response_add(
        self, request: HttpRequest, obj: Taxonomy, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to what one came for: the first draft."""
        draft = draft_of(obj)
        if draft is None or "_continue" in request.POST or "_addanother" in request.POST:
            response: HttpResponse = super().response_add(request, obj, post_url_continue)
            return response
        messages.success(
            request, f"{obj} was made. This is its first draft: write its guidelines and criteria."
        )
        return HttpResponseRedirect(form_url(draft))

    def has_new_draft_permission(self, request: HttpRequest, object_id: str | int) -> bool:
        taxonomy = self.get_object(request, str(object_id))
        return taxonomy is not None and draft_of(taxonomy) is None and self.has_change_permission(request)

    @action(description="New draft …", permissions=["new_draft"], icon="edit_note")  # type: ignore[untyped-decorator]
    def new_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """On to the newest version's question whether to clone it; an empty draft where there is no version."""
        taxonomy = self.get_object(request, object_id)
        if not isinstance(taxonomy, Taxonomy):
            raise Http404
        newest = taxonomy.versions.order_by("-number").first()
        if newest is not None:
            return HttpResponseRedirect(reverse("admin:taxonomies_taxonomyversion_clone", args=[newest.pk]))
        if request.method != "POST":
            question = f"Start the first draft of {taxonomy}?"
            return confirm(request, taxonomy, question=question, words="It is empty.", button="Start")
        return HttpResponseRedirect(form_url(start_draft(taxonomy=taxonomy)))
