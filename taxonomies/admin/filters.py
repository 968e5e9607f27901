"""Filters that name only what the person may see: Django's own would list other people's taxonomies too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class TaxonomyFilter(admin.SimpleListFilter):
    title = "taxonomy"
    parameter_name = "taxonomy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).order_by("taxonomy__title")
        return list(rows.values_list("taxonomy__key", "taxonomy__title").distinct())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(taxonomy__key=self.value()) if self.value() else queryset


class DomainFilter(admin.SimpleListFilter):
    title = "domain"
    parameter_name = "domain"
    path = "domain"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).exclude(**{self.path: ""}).order_by(self.path)
        return [(domain, domain) for domain in rows.values_list(self.path, flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class VersionDomainFilter(DomainFilter):
    path = "taxonomy__domain"


class StatusFilter(admin.SimpleListFilter):
    """Of a taxonomy: how far it has come."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("draft", "has a draft"),
            ("published", "has a published version"),
            ("retired", "only retired"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "draft":
            return queryset.filter(draft__isnull=False)
        if self.value() == "published":
            return queryset.filter(newest__isnull=False)
        if self.value() == "retired":
            return queryset.filter(newest__isnull=True, draft__isnull=True)
        return queryset
