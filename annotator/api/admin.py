"""Tokens. A new one is drawn, shown on the page that answers the form, and kept only as a digest; revoking asks first."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from annotator.accounts.signed_in import person
from annotator.api.models import Scope, Token
from annotator.api.token_forms import NewTokenForm
from annotator.api.tokens import NewToken, create_token, revoke_token, tokens_visible_to
from annotator.assignments.members import researched_by

ACTIVE, EXPIRED, REVOKED = "active", "expired", "revoked"


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(state, state) for state in (ACTIVE, EXPIRED, REVOKED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        is_over = queryset.filter(revoked_at__isnull=True, expires_at__lte=timezone.now())
        if self.value() == REVOKED:
            return queryset.filter(revoked_at__isnull=False)
        if self.value() == EXPIRED:
            return is_over
        if self.value() == ACTIVE:
            return queryset.filter(revoked_at__isnull=True).exclude(pk__in=is_over.values("pk"))
        return queryset


class ScopeFilter(admin.SimpleListFilter):
    title = "scope"
    parameter_name = "scope"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(scope.value, scope.value) for scope in Scope]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        return queryset.filter(scopes__contains=[self.value()]) if self.value() else queryset


@admin.register(Token)
class TokenAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = (
        "name",
        "prefix",
        "shown_state",
        "shown_scopes",
        "shown_campaigns",
        "owner",
        "created_at",
        "expires_at",
        "last_used_at",
    )
    list_filter = (StateFilter, ScopeFilter, ("campaigns", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("name", "prefix")
    ordering = ("-created_at", "-pk")
    actions = ("revoke",)
    actions_detail = ("revoke_this",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        return tokens_visible_to(person(request)).prefetch_related("campaigns")

    def get_fieldsets(self, request: HttpRequest, obj: Token | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["name", "campaigns", "scopes", "days"]})]
        about = [("name", "prefix", "shown_state"), "shown_scopes", "shown_campaigns"]
        dates = [("owner", "created_at"), ("expires_at", "last_used_at"), "revoked_at"]
        return [(None, {"fields": about}), ("Dates", {"fields": dates})]

    def get_form(
        self,
        request: HttpRequest,
        obj: Token | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 (Django's signature)
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            # Without `fields`, in which Django would count the form's own ones too.
            kwargs |= {"form": NewTokenForm, "fields": ["name", "campaigns"]}
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields["campaigns"].widget.can_add_related = False
            form.base_fields["campaigns"].widget.can_change_related = False
            form.base_fields["campaigns"].widget.can_view_related = False
        return form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With one way to save: each leads to the page that shows the token."""
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        response: HttpResponse = super().add_view(request, form_url, only_save | (extra_context or {}))
        return response

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {
            "queryset": researched_by(person(request)).order_by("title"),
            "widget": UnfoldAdminCheckboxSelectMultipleWidget,
        }
        return db_field.formfield(**kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """What a token may do is settled when it is made: a pipeline that needs more gets another one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """Records of exports name it by its prefix."""
        return False

    def has_revoke_permission(self, request: HttpRequest, object_id: str | int | None = None) -> bool:
        if not request.user.has_perm("api.change_token"):
            return False
        # Unfold hands over the id from the address, and Django's bulk actions none.
        if object_id is None:
            return True
        token = self.get_object(request, str(object_id))
        return token is not None and token.revoked_at is None

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="state", label={ACTIVE: "success", EXPIRED: "warning", REVOKED: "danger"}
    )
    def shown_state(self, token: Token) -> str:
        if token.revoked_at is not None:
            return REVOKED
        is_over = token.expires_at is not None and token.expires_at <= timezone.now()
        return EXPIRED if is_over else ACTIVE

    @admin.display(description="scopes")
    def shown_scopes(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @admin.display(description="campaigns")
    def shown_campaigns(self, token: Token) -> str:
        return ", ".join(sorted(campaign.key for campaign in token.campaigns.all()))

    def save_model(
        self,
        request: HttpRequest,
        obj: Token,
        form: forms.ModelForm[Token],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        made = drawn_token(asked=form.cleaned_data, owner=request.user)
        obj.pk = made.token.pk
        obj.refresh_from_db()
        request.drawn_token = made.secret  # type: ignore[attr-defined]  # on to response_add

    def response_add(
        self, request: HttpRequest, obj: Token, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Not a redirect with a message: that would put the token into a cookie or the session."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{obj.name} can ask the API",
            "token": obj,
            "text": request.drawn_token,  # type: ignore[attr-defined]  # set by save_model
        }
        response = TemplateResponse(request, "admin/api/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the chosen tokens …", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> HttpResponse | None:
        tokens = list(queryset.filter(revoked_at__isnull=True))
        if "confirmed" not in request.POST:
            return self.asked_first(request, tokens)
        self.revoke_all(request, tokens)
        return None

    @action(description="Revoke …", permissions=["revoke"], icon="key_off")  # type: ignore[untyped-decorator]  # unfold is untyped
    def revoke_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        token = self.get_object(request, object_id)
        if token is None:
            raise Http404
        if request.method != "POST":
            return self.asked_first(request, [token])
        self.revoke_all(request, [token])
        return HttpResponseRedirect(reverse("admin:api_token_changelist"))

    def asked_first(self, request: HttpRequest, tokens: list[Token]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Revoke this token?" if len(tokens) == 1 else f"Revoke these {len(tokens)} tokens?",
            "tokens": tokens,
        }
        return TemplateResponse(request, "admin/api/revoke.html", context)

    def revoke_all(self, request: HttpRequest, tokens: list[Token]) -> None:
        for token in tokens:
            revoke_token(token=token, now=timezone.now())
            self.log_change(request, token, "Revoked.")
        messages.success(request, "Revoked: the next request with it is refused.")


def drawn_token(*, asked: dict[str, Any], owner: Any) -> NewToken:
    now = timezone.now()
    return create_token(
        name=asked["name"],
        campaigns=list(asked["campaigns"]),
        scopes=asked["scopes"],
        owner=owner,
        prefix=secrets.token_hex(4),
        secret=secrets.token_urlsafe(32),
        expires_at=now + timedelta(days=asked["days"]) if asked["days"] else None,
        now=now,
    )
