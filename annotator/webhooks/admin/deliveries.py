"""What was sent."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display

from annotator.accounts.signed_in import person
from annotator.assignments.members import researched_by
from annotator.webhooks.models import Delivery
from annotator.webhooks.sending import NotSendable, send_again
from annotator.webhooks.tasks import send_due


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
        return deliveries.filter(endpoint__campaign__in=researched_by(person(request)))

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
