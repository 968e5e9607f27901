"""Where researchers write taxonomies: a draft in one form, then publish; what is published can only be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from taxonomies.models import Criterion, Label, Taxonomy, TaxonomyVersion, VersionStatus
from taxonomies.publishing import (
    NotPublishable,
    Problem,
    VersionRefused,
    clone_version,
    content_of,
    draft_of,
    problems_in,
    publish,
    retire,
    start_draft,
)

# Every admin here deletes one thing at a time, after looking at it.
admin.site.disable_action("delete_selected")

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
VALUES = [("", "none"), (1, "1 sound"), (0, "0 neutral"), (-1, "-1 flawed")]


class LineEndings(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A text, and so a digest, should not depend on whether it went through a browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea) and isinstance(field, forms.CharField):
                field.strip = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in cleaned.items()
        }


class VersionForm(LineEndings):
    class Meta:
        widgets = {"guidelines": UnfoldAdminTextareaWidget({"rows": 16})}


class CriterionForm(LineEndings):
    class Meta:
        widgets = {"shown_for": UnfoldAdminTextInputWidget()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_verdict"):
            if cleaned.get("kind") != "one":
                self.add_error("kind", "The verdict asks for one label.")
            if not cleaned.get("required"):
                self.add_error("required", "The verdict is required.")
            if cleaned.get("shown_for"):
                self.add_error("shown_for", "The verdict is asked of every step; leave this empty.")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The formset counts the verdicts: one by one, moving the verdict to another criterion would be refused.
        return {*super()._get_validation_exclusions(), "is_verdict"}  # type: ignore[misc]  # unknown to the stubs


class LabelForm(LineEndings):
    value = forms.TypedChoiceField(
        choices=VALUES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="Verdict labels only.",
    )

    class Meta:
        widgets = {
            name: UnfoldAdminTextareaWidget({"rows": 3})
            for name in ("definition", "good_example", "bad_example")
        }


class OrderedFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold is untyped
    """New rows go to the end."""

    def save_new(self, form: forms.ModelForm[Any], commit: bool = True) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        last = max((old.instance.position for old in self.initial_forms), default=-1)
        form.instance.position = last + 1 + self.extra_forms.index(form)
        return super().save_new(form, commit=commit)


class CriterionFormSet(OrderedFormSet):
    def clean(self) -> None:
        super().clean()
        verdicts = [
            form.cleaned_data.get("key") or "a new criterion"
            for form in self.forms
            if getattr(form, "cleaned_data", {}).get("is_verdict") and form not in self.deleted_forms
        ]
        if len(verdicts) > 1:
            raise forms.ValidationError(f"Only one criterion is the verdict; ticked: {', '.join(verdicts)}.")

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        # The old verdict steps back before the new one is saved: the database never sees two.
        unticked = [form.instance.pk for form in self.initial_forms if "is_verdict" in form.changed_data]
        Criterion.objects.filter(pk__in=unticked).update(is_verdict=False)
        return super().save(commit=commit)


class LabelFormSet(OrderedFormSet):
    def save_new(self, form: forms.ModelForm[Any], commit: bool = True) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        form.instance.version_id = self.instance.version_id
        return super().save_new(form, commit=commit)


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


def form_url(subject: TaxonomyVersion | Taxonomy) -> str:
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])


def confirm(
    request: HttpRequest,
    subject: TaxonomyVersion | Taxonomy,
    *,
    question: str,
    words: str,
    button: str,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/taxonomies/confirm.html",
        {
            **admin.site.each_context(request),
            "opts": subject._meta,
            "original": subject,
            "title": question,
            "words": words,
            "button": button,
            "problems": problems or [],
            "back": form_url(subject),
        },
        status=422 if problems and request.method == "POST" else 200,
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
