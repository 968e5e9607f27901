"""Versions: a draft is edited, published, retired, cloned."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from taxonomies.admin.confirming import confirm, form_url, named
from taxonomies.admin.filters import TaxonomyFilter, VersionDomainFilter
from taxonomies.admin.forms import VersionForm
from taxonomies.admin.histories import history_page
from taxonomies.admin.parts import CriterionInline, is_draft
from taxonomies.admin.problems import problems_of, show_problems
from taxonomies.history import version_events
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.owning import visible_to
from taxonomies.publishing import NotPublishable, VersionRefused, clone_version, publish, retire

WHY_NOT_DELETED = (
    "It cannot be changed or deleted, because grades, reports and exports refer to its labels. "
    "To change something, clone it into the next draft. Retire it when no new campaign should use it."
)


@admin.register(TaxonomyVersion)
class TaxonomyVersionAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    form = VersionForm
    list_display = ["name", "state", "published_at"]
    list_filter = ["status", VersionDomainFilter, TaxonomyFilter]
    search_fields = [
        "taxonomy__key",
        "taxonomy__title",
        "guidelines",
        "criteria__key",
        "criteria__labels__title",
    ]
    search_help_text = "Searches titles, keys, guidelines and the titles of labels."
    list_select_related = ["taxonomy"]
    list_per_page = 50
    empty_words = (
        "A version starts on the page of its taxonomy: make a taxonomy, and its first draft is there."
    )
    ordering = ["taxonomy__title", "-number"]
    readonly_fields = ["owner_title", "state", "published_at", "full_digest"]
    warn_unsaved_form = True
    change_form_template = "admin/taxonomies/version.html"
    actions_detail = ["publish_version", "check_draft", "clone", "retire_version"]
    actions_submit_line = ["save_and_check"]

    class Media:
        js = ["taxonomies/draft.js"]
        css = {"all": ["taxonomies/draft.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxonomyVersion]:
        versions: QuerySet[TaxonomyVersion] = super().get_queryset(request)
        return versions.filter(taxonomy__in=visible_to(request.user)).select_related("taxonomy")  # type: ignore[arg-type]

    @admin.display(description="version", ordering="taxonomy__title")
    def name(self, version: TaxonomyVersion) -> str:
        return named(version)

    @admin.display(description="taxonomy")
    def owner_title(self, version: TaxonomyVersion) -> str:
        return f"{version.taxonomy.title} ({version.taxonomy.key})"

    @admin.display(description="digest")
    def full_digest(self, version: TaxonomyVersion) -> str:
        return format_html('<span class="draft-digest">{}</span>', version.digest)

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="status",
        ordering="status",
        label={"draft": "warning", "published": "success", "retired": "info"},
    )
    def state(self, version: TaxonomyVersion) -> str:
        return version.status

    def get_fieldsets(self, request: HttpRequest, obj: TaxonomyVersion | None = None) -> Any:
        about: list[tuple[str, ...]] = [("owner_title", "state")]
        if not is_draft(obj):
            return [
                (None, {"fields": [*about, ("published_at", "full_digest")], "description": WHY_NOT_DELETED})
            ]
        return [(None, {"fields": about}), ("Guidelines", {"fields": ["guidelines", "content_features"]})]

    def get_inlines(self, request: HttpRequest, obj: TaxonomyVersion | None) -> list[type[CriterionInline]]:
        return [CriterionInline] if is_draft(obj) else []

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        title = named(version) if isinstance(version, TaxonomyVersion) else ""
        context = {"title": title, "subtitle": None, **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        version = context["original"]
        context["draft"] = is_draft(version)
        context["criteria"] = version.criteria.prefetch_related("labels").order_by(
            "-is_verdict", "position", "pk"
        )
        if (
            request.method == "GET"
            and "check" in request.GET
            and is_draft(version)
            and context["inline_admin_formsets"]
        ):
            context["checked"] = True
            context["problems"] = show_problems(
                version=version,
                form=context["adminform"].form,
                criteria=context["inline_admin_formsets"][0].formset,
            )
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def response_change(self, request: HttpRequest, obj: TaxonomyVersion) -> HttpResponse:
        # Unfold puts the name of the app and the model before that of the button.
        if any(name.endswith("save_and_check") for name in request.POST):
            return HttpResponseRedirect(check_url(obj))
        response: HttpResponse = super().response_change(request, obj)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        return history_page(request, version, title=named(version), events=version_events(version))

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
            return self.ask_to_publish(request, version)
        try:
            publish(version=version, now=timezone.now())
        except NotPublishable:
            return self.send_back(request, version)
        return self.done(request, version, "Published. Campaigns can use it now.")

    @action(description="Check", permissions=["publish"], icon="rule")  # type: ignore[untyped-decorator]
    def check_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(check_url(self.version_or_404(request, object_id)))

    @action(description="Save and check")  # type: ignore[untyped-decorator]
    def save_and_check(self, request: HttpRequest, obj: TaxonomyVersion) -> None:
        """Unfold calls it after the save; where to go then is said in `response_change`."""

    @action(description="Retire …", permissions=["retire"], icon="archive")  # type: ignore[untyped-decorator]
    def retire_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        if request.method != "POST":
            return confirm(
                request,
                version,
                question=f"Retire {named(version)}?",
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
                question=f"Start the next draft from {named(version)}?",
                words="The draft gets its guidelines, criteria and labels. This version stays as it is.",
                button="Clone",
            )
        try:
            draft = clone_version(version=version)
        except VersionRefused as error:
            return self.refused(request, version, error)
        return self.done(request, draft, f"A draft with the content of version {version.number}.")

    def get_actions_submit_line(self, request: HttpRequest, object_id: str | int) -> list[Any]:
        # Not by a permission of the action: unfold does not tell that one which version it is.
        if not self.may_act(request, object_id, on={VersionStatus.DRAFT}):
            return []
        actions: list[Any] = super().get_actions_submit_line(request, object_id)
        return actions

    def ask_to_publish(self, request: HttpRequest, version: TaxonomyVersion) -> HttpResponse:
        if problems_of(version):
            return self.send_back(request, version)
        return confirm(
            request,
            version,
            question=f"Publish {named(version)}?",
            words="From then on its guidelines, criteria and labels never change. "
            "The next version starts as a clone of this one.",
            button="Publish",
        )

    def send_back(self, request: HttpRequest, version: TaxonomyVersion) -> HttpResponse:
        messages.error(
            request, f"{named(version)} was not published yet. What is missing stands beside its field."
        )
        return HttpResponseRedirect(check_url(version))

    def done(self, request: HttpRequest, version: TaxonomyVersion, words: str) -> HttpResponse:
        self.log_change(request, version, words)
        messages.success(request, f"{named(version)}: {words}")
        return HttpResponseRedirect(form_url(version))

    def refused(self, request: HttpRequest, version: TaxonomyVersion, error: VersionRefused) -> HttpResponse:
        messages.error(request, str(error))
        return HttpResponseRedirect(form_url(version))

    def version_or_404(self, request: HttpRequest, object_id: str) -> TaxonomyVersion:
        version = self.get_object(request, object_id)
        if not isinstance(version, TaxonomyVersion):
            raise Http404
        return version


def check_url(version: TaxonomyVersion) -> str:
    return f"{form_url(version)}?check=1"
