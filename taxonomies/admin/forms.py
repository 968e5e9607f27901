"""The one form in which a draft is written, and what it may bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from taxonomies.admin.fields import label_fields
from taxonomies.models import Criterion, Scope, StyleFeature, TaxonomyVersion

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
    content_features = forms.MultipleChoiceField(
        choices=StyleFeature,
        required=False,
        label="Content, not surface style",
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="What carries meaning in this domain. A code block is content where code is reviewed, LaTeX where a "
        "proof is. Style reports ask whether graders favour a surface property whatever the step says; for what is "
        "ticked here that question makes no sense, so they leave it out. Leave all unticked when in doubt.",
    )

    class Meta:
        model = TaxonomyVersion
        fields = ["guidelines", "content_features"]
        widgets = {"guidelines": UnfoldAdminTextareaWidget({"rows": 16})}


class Row:
    """What a page needs that does not render widgets."""

    def errors_of_the_row(self) -> list[str]:
        """Those that no visible field shows."""
        return [*self.non_field_errors(), *self["position"].errors]  # type: ignore[attr-defined, index]  # a form

    def options(self, name: str) -> list[tuple[Any, str, bool]]:
        """The options of a choice as (value, words, chosen)."""
        chosen = str(self[name].value() if self[name].value() is not None else "")  # type: ignore[index]  # a form
        return [(value, words, str(value) == chosen) for value, words in self.fields[name].choices]  # type: ignore[attr-defined]


class CriterionForm(Row, LineEndings):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_verdict"):
            if cleaned.get("kind") != "one":
                self.add_error("kind", "The verdict asks for one label.")
            if not cleaned.get("required"):
                self.add_error("required", "The verdict is required.")
            if cleaned.get("scope") != Scope.STEP:
                self.add_error("scope", "The verdict is asked of every step.")
            if cleaned.get("shown_for"):
                self.add_error("shown_for", "The verdict is asked of every step; leave this empty.")
        return cleaned

    def kind_options(self) -> list[tuple[Any, str, bool]]:
        return self.options("kind")

    def scope_options(self) -> list[tuple[Any, str, bool]]:
        return self.options("scope")

    def _get_validation_exclusions(self) -> set[str]:
        # The formset counts the verdicts: one by one, moving the verdict to another criterion would be refused.
        return {*super()._get_validation_exclusions(), "is_verdict"}  # type: ignore[misc]  # unknown to the stubs


class LabelForm(Row, LineEndings):
    value = forms.TypedChoiceField(choices=VALUES, coerce=int, empty_value=None, required=False)

    def fields_as_html(self) -> SafeString:
        return label_fields(self)


class OrderedFormSet(PaginationInlineFormSet):  # type: ignore[misc]  # unfold is untyped
    """New rows go to the end, unless they were moved. The page counts positions from 1, so 0 means not moved."""

    def save_new(self, form: forms.ModelForm[Any], commit: bool = True) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        if not form.instance.position:
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
    def has_problems(self) -> bool:
        return bool(self.non_form_errors()) or any(form.errors for form in self.forms)

    def save_new(self, form: forms.ModelForm[Any], commit: bool = True) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        form.instance.version_id = self.instance.version_id
        return super().save_new(form, commit=commit)
