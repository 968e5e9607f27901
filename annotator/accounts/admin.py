"""People. A new person's password is drawn, shown on the page that answers the form, and kept only as a hash."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from annotator.accounts.models import User
from annotator.accounts.people import create_person, draw_password

# One sign-in page for everybody: it is the one that is throttled.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Nobody works with these: addresses are not verified, and groups belong to the code (accounts.people).
admin.site.unregister([Group, EmailAddress])


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    researcher = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="May use the admin: taxonomies, datasets, and their own campaigns.",
    )

    class Meta:
        model = User
        fields = ["username"]
        widgets = {"username": UnfoldAdminTextInputWidget()}


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold is untyped
    form = UserChangeForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    # Not Django's own page for making a person, which asks for a password.
    add_form_template = None
    list_display = ["username", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", "groups"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": [("first_name", "last_name"), "email"]}),
        ("Access", {"fields": [("is_active", "is_staff", "is_superuser"), "groups"]}),
        ("Dates", {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["username"],
                "description": "A password will be drawn and shown to you once.",
            },
        )
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is not None and not request.user.is_superuser:
            # What one needs to choose members; not their access, and not the hash of their password.
            return [(None, {"fields": ["username", ("first_name", "last_name")]})]
        if obj is None and request.user.is_superuser:
            description = self.add_fieldsets[0][1]["description"]
            return [(None, {"fields": ["username", "researcher"], "description": description})]
        return super().get_fieldsets(request, obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Past Django's demand for the permission to change people: this form can give no rights to anybody."""
        response: HttpResponse = self.changeform_view(request, None, form_url, extra_context)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Grades and history name their people; somebody who leaves is made inactive."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: forms.ModelForm[User],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        password = draw_password()
        researcher = bool(request.user.is_superuser and form.cleaned_data.get("researcher"))
        obj.pk = create_person(username=obj.username, password=password, researcher=researcher).pk
        obj.refresh_from_db()
        request.drawn_password = password  # type: ignore[attr-defined]  # on to response_add

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Not a redirect with a message: that would put the password into a cookie or the session."""
        response = TemplateResponse(
            request,
            "admin/accounts/made.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"{obj.username} can sign in",
                "person": obj,
                "password": request.drawn_password,  # type: ignore[attr-defined]  # set by save_model
            },
        )
        response["Cache-Control"] = "no-store"
        return response
