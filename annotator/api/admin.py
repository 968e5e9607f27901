from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from annotator.api.models import Token
from annotator.api.tokens import revoke_token


@admin.register(Token)
class TokenAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("campaigns",)
    search_fields = ("name", "prefix")
    fields = readonly_fields = (*list_display, "campaigns", "owner")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tokens are made with `manage.py create_token`, which prints the secret once."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    @admin.action(description="Revoke the chosen tokens at once")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        for token in queryset:
            revoke_token(token=token, now=timezone.now())
        self.message_user(request, "Revoked: the next request with one of them is refused.")
