"""Taxonomies, each with the list of its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Max, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from taxonomies.admin.confirming import confirm, form_url
from taxonomies.admin.filters import DomainFilter, StatusFilter
from taxonomies.admin.histories import history_page
from taxonomies.history import taxonomy_events
from taxonomies.models import Taxonomy, TaxonomyVersion, VersionStatus
from taxonomies.owning import visible_to
from taxonomies.publishing import draft_of, start_draft

WHY_NOT_DELETED = (
    "A taxonomy with versions cannot be deleted; a version that is still a draft can, on its own page."
)


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
    list_display = ["title", "key", "domain", "newest_published", "has_draft"]
    list_filter = [DomainFilter, StatusFilter]
    search_fields = ["key", "title", "domain", "description"]
    search_help_text = "Searches titles, keys, domains and descriptions."
    list_per_page = 50
    empty_words = (
        "A taxonomy says what a grade may say. Add one, or load a preset with manage.py load_taxonomy."
    )
    ordering = ["title"]
    actions_detail = ["new_draft"]

    def get_fieldsets(self, request: HttpRequest, obj: Taxonomy | None = None) -> Any:
        about: dict[str, Any] = {"fields": [("title", "key"), "domain", "description"]}
        if obj is not None and obj.versions.exists():
            about["description"] = WHY_NOT_DELETED
        return [(None, about), ("Owners", {"fields": ["owners"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Taxonomy]:
        taxonomies: QuerySet[Taxonomy] = super().get_queryset(request)
        return taxonomies.filter(pk__in=visible_to(request.user).values("pk")).annotate(  # type: ignore[arg-type]
            newest=Max("versions__number", filter=Q(versions__status=VersionStatus.PUBLISHED)),
            draft=Max("versions__number", filter=Q(versions__status=VersionStatus.DRAFT)),
        )

    @admin.display(description="newest published", ordering="newest", empty_value="none yet")
    def newest_published(self, taxonomy: Taxonomy) -> str | None:
        newest = getattr(taxonomy, "newest", None)
        return f"version {newest}" if newest else None

    @admin.display(description="draft", ordering="draft", empty_value="none")
    def has_draft(self, taxonomy: Taxonomy) -> str | None:
        draft = getattr(taxonomy, "draft", None)
        return f"version {draft}" if draft else None

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Researchers only, and whoever owns it already."""
        if db_field.name == "owners":
            people = Q(is_staff=True, is_active=True)
            own = str(request.resolver_match.kwargs.get("object_id", "")) if request.resolver_match else ""
            if own.isdigit():
                owning = Taxonomy.owners.through.objects.filter(taxonomy_id=int(own))
                people |= Q(pk__in=owning.values("user_id"))
            kwargs["queryset"] = get_user_model().objects.filter(people).order_by("username")
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "owners":
            # Without the button that would make a new person here.
            field.widget = field.widget.widget
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owners": [request.user.pk], **super().get_changeform_initial_data(request)}

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Taxonomy],
        formsets: Any,
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        """Who makes a taxonomy owns it; they may step back later."""
        super().save_related(request, form, formsets, change)
        if not change:
            form.instance.owners.add(request.user)  # type: ignore[arg-type]  # the admin has no anonymous users

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        taxonomy = self.get_object(request, object_id)
        if not isinstance(taxonomy, Taxonomy):
            raise Http404
        return history_page(request, taxonomy, title=taxonomy.title, events=taxonomy_events(taxonomy))

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
