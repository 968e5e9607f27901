"""The page that says who changed what. Django's own knows only what went through its forms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from taxonomies.admin.confirming import form_url
from taxonomies.history import changes_in
from taxonomies.models import Taxonomy, TaxonomyVersion

CHANGES_ON_A_PAGE = 50


def history_page(
    request: HttpRequest, subject: TaxonomyVersion | Taxonomy, *, title: str, events: QuerySet[Any]
) -> HttpResponse:
    page = Paginator(events, CHANGES_ON_A_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(
        request,
        "admin/taxonomies/history.html",
        {
            **admin.site.each_context(request),
            "opts": subject._meta,
            "original": subject,
            "title": f"History of {title}",
            "changes": changes_in(page.object_list),
            "page": page,
            "back": form_url(subject),
            "back_to": title,
        },
    )
