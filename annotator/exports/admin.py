"""Who took what out of which campaign, to look at. A researcher sees the campaigns in which they are one."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from annotator.accounts.signed_in import person
from annotator.assignments.members import researched_by
from annotator.exports.models import ExportOutcome, ExportRecord

# Begun and not ended: it is going on, or its server was killed.
NOT_ENDED = "not ended"


class OutcomeFilter(admin.SimpleListFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(outcome, outcome) for outcome in (*ExportOutcome.values, NOT_ENDED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExportRecord]) -> QuerySet[ExportRecord]:
        if self.value() is None:
            return queryset
        return queryset.filter(outcome="" if self.value() == NOT_ENDED else self.value())


@admin.register(ExportRecord)
class ExportRecordAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    list_display = (
        "begun_at",
        "campaign",
        "kind",
        "file_name",
        "shown_outcome",
        "row_count",
        "byte_count",
        "asked_with",
        "asked_by",
    )
    list_filter = (("campaign", admin.RelatedOnlyFieldListFilter), "kind", OutcomeFilter)
    list_select_related = ("campaign", "asked_by", "snapshot")
    search_fields = ("asked_with", "sha256", "file_name")
    date_hierarchy = "begun_at"
    ordering = ("-begun_at", "-pk")
    fieldsets = [
        (None, {"fields": [("campaign", "kind", "shown_outcome"), ("snapshot", "file_name"), "query"]}),
        ("What went out", {"fields": [("row_count", "byte_count"), "sha256"]}),
        ("Who and when", {"fields": [("asked_with", "asked_by"), ("begun_at", "ended_at")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExportRecord]:
        records: QuerySet[ExportRecord] = super().get_queryset(request)
        return records.filter(campaign__in=researched_by(person(request)))

    @display(  # type: ignore[untyped-decorator]  # unfold is untyped
        description="outcome",
        ordering="outcome",
        label={"complete": "success", "cut": "warning", "failed": "danger", NOT_ENDED: "info"},
    )
    def shown_outcome(self, record: ExportRecord) -> str:
        return record.outcome or NOT_ENDED

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
