"""Campaigns and their people. A researcher sees the campaigns in which they are one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from annotator.accounts.signed_in import person
from annotator.assignments.members import (
    add_member,
    draw_pseudonym,
    has_worked,
    pseudonyms_in,
    researched_by,
)
from annotator.assignments.models import Campaign, Membership, Role
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.owning import visible_to


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            # A membership that moved to another person would give away whose pseudonym it was.
            self.fields["user"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("pseudonym"):
            campaign_id = self.instance.campaign_id
            taken = pseudonyms_in(campaign_id) if campaign_id else set()
            cleaned["pseudonym"] = draw_pseudonym(role=cleaned.get("role", Role.ANNOTATOR), taken=taken)
        return cleaned


class MembershipFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold is untyped
    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and has_worked(form.instance):
                raise forms.ValidationError(
                    f"{form.instance.user} has been given chains here, and exports name them by their pseudonym: "
                    "set the state to suspended instead of removing them."
                )


class MembershipInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ["user", "role", "state", "pseudonym"]
    autocomplete_fields = ["user"]
    extra = 0
    hide_title = True
    verbose_name = "member"
    verbose_name_plural = "members"


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    # Unfold takes a posted field named `dataset` for an action on its own datasets, and saves nothing.
    prefix = "campaign"

    class Meta:
        help_texts = {
            "after_first_error": "Repair still behaves like continue.",
            "reveal": "The grading page still shows all steps at once.",
            "alternatives": "Other steps after the same prefix, such as PRM800K's phase 1 has. None of them has to be graded.",
        }


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    form = CampaignForm
    list_display = ["title", "key", "dataset", "taxonomy_version", "overlap", "shown_status"]
    list_filter = ["status", "dataset"]
    list_select_related = ["dataset", "taxonomy_version__taxonomy"]
    search_fields = ["key", "title"]
    ordering = ["title"]
    prepopulated_fields = {"key": ["title"]}
    radio_fields = {
        "after_first_error": admin.VERTICAL,
        "reveal": admin.VERTICAL,
        "reference": admin.VERTICAL,
        "alternatives": admin.VERTICAL,
    }
    fieldsets = [
        (None, {"fields": [("title", "key"), ("dataset", "taxonomy_version"), "status"]}),
        ("How chains are given out", {"fields": ["overlap", "lease_minutes", "plain_share"]}),
        ("What annotators see", {"fields": ["after_first_error", "alternatives", ("reveal", "reference")]}),
        ("What becomes of the grades", {"fields": ["contested_below", "dawid_skene"]}),
    ]
    inlines = [MembershipInline]

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="status",
        ordering="status",
        label={"active": "success", "paused": "warning", "closed": "info"},
    )
    def shown_status(self, campaign: Campaign) -> str:
        return campaign.status

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        campaigns: QuerySet[Campaign] = super().get_queryset(request)
        return campaigns.filter(pk__in=researched_by(person(request)).values("pk"))

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> list[str]:
        if obj is None:
            return []
        # Exports and tokens know the campaign by its key; grades belong to its dataset and version.
        return ["key", "dataset", "taxonomy_version"] if obj.assignments.exists() else ["key"]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Campaign | None = None
    ) -> dict[str, list[str]]:
        return {} if obj else self.prepopulated_fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "taxonomy_version":
            kwargs["queryset"] = usable_versions(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return (
            super().has_delete_permission(request, obj) and obj is not None and not obj.assignments.exists()
        )

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Campaign],
        formsets: Any,
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            return
        campaign, maker = form.instance, person(request)
        if not campaign.memberships.filter(user=maker).exists():
            add_member(campaign=campaign, user=maker, role=Role.RESEARCHER)
        elif not campaign.memberships.filter(user=maker, role=Role.RESEARCHER).exists():
            words = "You are in this campaign, but not as a researcher, so it is not in your list here."
            messages.warning(request, words)


def usable_versions(request: HttpRequest) -> QuerySet[TaxonomyVersion]:
    """Published ones of this person's taxonomies, and the one that the campaign at hand already uses."""
    used = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
    choice = Q(status=VersionStatus.PUBLISHED, taxonomy__in=visible_to(person(request)))
    if used is not None:
        choice |= Q(campaigns__pk=used)
    return TaxonomyVersion.objects.filter(choice).select_related("taxonomy").distinct()
