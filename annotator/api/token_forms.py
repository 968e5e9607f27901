"""The form in which a researcher asks for a token."""

from __future__ import annotations

from django import forms
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from annotator.api.models import Scope, Token
from annotator.api.tokens import MOST_DAYS, SCOPE_HELP

USUAL_DAYS = 365


class NewTokenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    scopes = forms.MultipleChoiceField(
        choices=[
            (scope.value, format_html("<code>{}</code> {}", scope.value, SCOPE_HELP[scope]))
            for scope in Scope
        ],
        initial=[Scope.EXPORT_READ.value],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="What it may do. Give no more than its pipeline needs.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        initial=USUAL_DAYS,
        label="Valid for days",
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Empty: until it is revoked.",
    )

    class Meta:
        model = Token
        fields = ["name", "campaigns"]
        help_texts = {
            "name": "What uses it, such as: nightly training.",
            "campaigns": "It reaches these and nothing else.",
        }
