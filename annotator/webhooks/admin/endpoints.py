"""Endpoints of the campaigns in which one is a researcher, and their secrets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from annotator.accounts.signed_in import person
from annotator.assignments.members import researched_by
from annotator.webhooks.allowing import NotAllowed
from annotator.webhooks.announcing import announce_ping
from annotator.webhooks.endpoints import (
    change_endpoint,
    checked_url,
    make_endpoint,
    rotate_secret,
    switch_off,
    switch_on,
)
from annotator.webhooks.models import Endpoint, Event
from annotator.webhooks.posting import system_resolver
from annotator.webhooks.tasks import send_due


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    events = forms.MultipleChoiceField(
        choices=Event.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    class Meta:
        widgets = {"url": UnfoldAdminTextInputWidget()}
        help_texts = {"url": "On a host that a superuser has allowed. No user name, password or fragment."}

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url == self.instance.url:
            return url
        try:
            return checked_url(url=url, resolve=system_resolver)
        except NotAllowed as error:
            raise forms.ValidationError(str(error)) from error


@admin.register(Endpoint)
class EndpointAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    form = EndpointForm
    list_display = ["url", "campaign", "events", "shown_state", "failing_since"]
    list_filter = [("campaign", admin.RelatedOnlyFieldListFilter), "is_active"]
    list_select_related = ["campaign"]
    ordering = ["campaign", "url"]
    actions = ["send_ping", "give_new_secret"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        endpoints: QuerySet[Endpoint] = super().get_queryset(request)
        return endpoints.filter(campaign__in=researched_by(person(request)))

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> list[str]:
        asked = ["campaign", "url", "events"]
        seen = [
            "is_active",
            "paused_because",
            "paused_at",
            "failing_since",
            "rotated_at",
            "made_by",
            "made_at",
        ]
        return asked if obj is None else [*asked, *seen]

    def get_readonly_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> list[str]:
        seen = ["paused_because", "paused_at", "failing_since", "rotated_at", "made_by", "made_at"]
        return seen if obj is None else ["campaign", *seen]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = researched_by(person(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        """What was sent to it stays; one that is not wanted any more is switched off."""
        return False

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="state", label={"active": "success", "paused": "danger", "off": "info"}
    )
    def shown_state(self, endpoint: Endpoint) -> str:
        if endpoint.paused_at is not None:
            return "paused"
        return "active" if endpoint.is_active else "off"

    def save_model(
        self,
        request: HttpRequest,
        obj: Endpoint,
        form: forms.ModelForm[Endpoint],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        now, asked = timezone.now(), form.cleaned_data
        if not change:
            made = make_endpoint(
                campaign=asked["campaign"],
                url=asked["url"],
                events=asked["events"],
                made_by=person(request),
                resolve=system_resolver,
                now=now,
            )
            obj.pk = made.endpoint.pk
            obj.refresh_from_db()
            request.drawn_secret = made.secret  # type: ignore[attr-defined]  # on to response_add
            return
        if {"url", "events"} & set(form.changed_data):
            change_endpoint(endpoint=obj, url=asked["url"], events=asked["events"], resolve=system_resolver)
        if "is_active" in form.changed_data:
            if asked["is_active"]:
                switch_on(endpoint=obj)
            else:
                switch_off(endpoint=obj, now=now)

    def response_add(
        self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.secret_page(request, obj, secret=request.drawn_secret)  # type: ignore[attr-defined]  # set by save_model

    def secret_page(self, request: HttpRequest, endpoint: Endpoint, *, secret: str) -> HttpResponse:
        """Not a redirect with a message: that would put the secret into a cookie or the session."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The secret to verify with",
            "endpoint": endpoint,
            "secret": secret,
        }
        response = TemplateResponse(request, "admin/webhooks/secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Send a test event (ping)", permissions=["change"])
    def send_ping(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        active = list(queryset.filter(is_active=True).select_related("campaign"))
        for endpoint in active:
            announce_ping(endpoint=endpoint, now=timezone.now())
        send_due.delay_on_commit()  # type: ignore[attr-defined]  # of Celery's DjangoTask
        messages.info(request, f"{len(active)} on its way: what became of it stands under deliveries.")
        if len(active) < len(queryset):
            messages.warning(request, "Nothing was sent to those that are off or paused.")

    @admin.action(description="Give a new secret, shown once", permissions=["change"])
    def give_new_secret(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> HttpResponse | None:
        endpoint = queryset.first()
        if endpoint is None or queryset.count() != 1:
            messages.error(request, "Choose one endpoint: its new secret is shown once.")
            return None
        secret = rotate_secret(endpoint=endpoint, now=timezone.now())
        self.log_change(request, endpoint, "Gave a new secret.")
        return self.secret_page(request, endpoint, secret=secret)
