"""Webhooks: superusers allow hosts, researchers put endpoints of their campaigns on them and see what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Membership, MembershipState, Role
from annotator.webhooks.addresses import BadUrl, exact_host
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
from annotator.webhooks.models import AllowedHost, Delivery, Endpoint, Event
from annotator.webhooks.posting import system_resolver
from annotator.webhooks.sending import NotSendable, send_again
from annotator.webhooks.tasks import send_due


def person(request: HttpRequest) -> User:
    """Who is signed in; the admin has nobody else."""
    assert isinstance(request.user, User)
    return request.user


def own_campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    if request.user.is_superuser:
        return Campaign.objects.all()
    own = Membership.objects.filter(user=person(request), role=Role.RESEARCHER, state=MembershipState.ACTIVE)
    return Campaign.objects.filter(pk__in=own.values("campaign"))


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
        return endpoints.filter(campaign__in=own_campaigns(request))

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
            kwargs["queryset"] = own_campaigns(request)
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


@admin.register(Delivery)
class DeliveryAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """What was sent where, and what became of it. To look at, and to send again."""

    list_display = [
        "event",
        "endpoint_url",
        "shown_state",
        "attempt_count",
        "last_status",
        "last_error",
        "made_at",
        "next_attempt_at",
    ]
    list_filter = [
        "state",
        "event",
        ("endpoint__campaign", admin.RelatedOnlyFieldListFilter),
        ("endpoint", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["endpoint"]
    ordering = ["-made_at", "-pk"]
    show_full_result_count = False
    fields = [
        ("event", "endpoint_url"),
        "webhook_id",
        ("shown_state", "attempt_count"),
        ("last_status", "last_error"),
        ("made_at", "last_attempt_at"),
        ("next_attempt_at", "ended_at"),
        "body_text",
    ]
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        deliveries: QuerySet[Delivery] = super().get_queryset(request)
        return deliveries.filter(endpoint__campaign__in=own_campaigns(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Of Django's admin, for the action: whoever may change endpoints."""
        return request.user.has_perm("webhooks.change_endpoint")

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="state",
        ordering="state",
        label={"waiting": "warning", "delivered": "success", "given up": "danger"},
    )
    def shown_state(self, delivery: Delivery) -> str:
        return delivery.state.replace("_", " ")

    @admin.display(description="endpoint", ordering="endpoint__url")
    def endpoint_url(self, delivery: Delivery) -> str:
        return delivery.endpoint.url

    @admin.display(description="webhook-id")
    def webhook_id(self, delivery: Delivery) -> str:
        return str(delivery.public_id)

    @admin.display(description="body")
    def body_text(self, delivery: Delivery) -> str:
        return bytes(delivery.body).decode()

    @admin.action(description="Send again", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        refused = 0
        for delivery in queryset.order_by("pk"):
            try:
                send_again(delivery=delivery, now=timezone.now())
            except NotSendable as error:
                refused += 1
                words = str(error)
        send_due.delay_on_commit()  # type: ignore[attr-defined]  # of Celery's DjangoTask
        if refused:
            messages.error(request, f"{refused} not sent. {words}")
        else:
            messages.info(request, "On its way, with the same webhook-id as before.")
