"""The page that asks before an action does what it says, and the form that one comes back to."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from taxonomies.models import Taxonomy, TaxonomyVersion


def form_url(subject: TaxonomyVersion | Taxonomy) -> str:
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])


def named(version: TaxonomyVersion) -> str:
    """As people speak of it; commands and addresses use the taxonomy's key."""
    return f"{version.taxonomy.title}, version {version.number}"


def confirm(
    request: HttpRequest,
    subject: TaxonomyVersion | Taxonomy,
    *,
    question: str,
    words: str,
    button: str,
) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/taxonomies/confirm.html",
        {
            **admin.site.each_context(request),
            "opts": subject._meta,
            "original": subject,
            "title": question,
            "words": words,
            "button": button,
            "back": form_url(subject),
            "back_to": named(subject) if isinstance(subject, TaxonomyVersion) else str(subject),
        },
    )
