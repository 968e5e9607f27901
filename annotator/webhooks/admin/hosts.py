"""Which hosts may be called."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from annotator.accounts.signed_in import person
from annotator.webhooks.addresses import BadUrl, exact_host
from annotator.webhooks.models import AllowedHost


class AllowedHostForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    def clean_name(self) -> str:
        try:
            return exact_host(self.cleaned_data["name"])
        except BadUrl as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(AllowedHost)
class AllowedHostAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """For superusers alone, whatever permissions a group has: it decides where this server may connect to."""

    form = AllowedHostForm
    list_display = ["name", "port", "allows_http", "allows_private", "made_by", "made_at"]
    ordering = ["name", "port"]
    fields = ["name", "port", "allows_http", "allows_private"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: AllowedHost | None = None) -> list[str]:
        return ["name", "port"] if obj else []

    def save_model(
        self,
        request: HttpRequest,
        obj: AllowedHost,
        form: forms.ModelForm[AllowedHost],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        if not change:
            obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)
