"""A draft's criteria with their labels, in one form. What is published is only shown (`templates/admin/taxonomies`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import StackedInline

from taxonomies.admin.forms import CriterionForm, CriterionFormSet, LabelForm, LabelFormSet
from taxonomies.models import Criterion, Label, TaxonomyVersion, VersionStatus

# A form may claim to hold more; each would be built, with its labels, before anything is checked.
MOST_CRITERIA = 100


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
    fields = [
        "title", "key", "value", "hotkey", "tone", "definition", "good_example", "bad_example", "position",
    ]  # fmt: skip


class CriterionInline(PartOfDraft, StackedInline):  # type: ignore[misc]  # unfold is untyped
    model = Criterion
    form = CriterionForm
    formset = CriterionFormSet
    extra = 0
    max_num = MOST_CRITERIA
    inlines = [LabelInline]
    # Our own, because unfold's renders every widget by itself: 300 labels took it nine seconds.
    template = "admin/taxonomies/criteria.html"
    fields = ["question", "key", "kind", "scope", "is_verdict", "required", "shown_for", "position"]

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=MOST_CRITERIA, **kwargs)
