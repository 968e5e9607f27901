"""The vocabularies that a token's campaigns grade with, as data and as the files that `load_taxonomy` reads."""

import hashlib

import orjson
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.pages import MOST_ROWS, PARAMETERS, Order, page_of, row_key
from annotator.api.parameters import query_of
from annotator.api.problems import Unprocessable
from taxonomies.content import content_of
from taxonomies.loading import dump_taxonomy
from taxonomies.models import Taxonomy, TaxonomyVersion, VersionStatus

MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}
BY_KEY = Order("key", row_key)
READERS = [Scope.EXPORT_READ, Scope.REPORT_READ]


@api_view(["GET", "HEAD"])
@permission_classes([token_with(*READERS)])
def list_taxonomies(request: Request) -> Response:
    query = query_of(request, known=PARAMETERS)
    page = page_of(taxonomies_of(request), request=request, query=query, order=BY_KEY, usual_limit=MOST_ROWS)
    return Response({"taxonomies": [taxonomy_json(taxonomy) for taxonomy in page.rows], "next": page.next})


@api_view(["GET", "HEAD"])
@permission_classes([token_with(*READERS)])
def show_version(request: Request, key: str, number: int) -> HttpResponseBase:
    """One frozen version. Its ETag begins with its digest; the rest also tells a new title or status."""
    taxonomy = get_object_or_404(taxonomies_of(request), key=key)
    version = get_object_or_404(frozen_versions(), taxonomy=taxonomy, number=number)
    format_name = query_of(request, known=("format",)).get("format", "json")
    if format_name not in MEDIA_TYPES:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(MEDIA_TYPES)}.")
    body = dump_taxonomy(version).encode() if format_name == "yaml" else orjson.dumps(version_json(version))
    etag = f'"{version.digest}.{hashlib.sha256(body).hexdigest()[:12]}"'
    answer = HttpResponse(
        body,
        content_type=MEDIA_TYPES[format_name],
        headers={"ETag": etag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request._request, etag=etag, response=answer) or answer


def taxonomies_of(request: Request) -> QuerySet[Taxonomy]:
    """Those that a campaign of the token is graded with, each with its frozen versions."""
    taxonomies = Taxonomy.objects.filter(versions__campaigns__tokens=token_of(request)).distinct()
    versions = frozen_versions().order_by("number")
    return taxonomies.prefetch_related(Prefetch("versions", queryset=versions)).order_by("key")


def frozen_versions() -> QuerySet[TaxonomyVersion]:
    """A draft is not yet anybody's business but its researchers'."""
    return TaxonomyVersion.objects.exclude(status=VersionStatus.DRAFT).select_related("taxonomy")


def taxonomy_json(taxonomy: Taxonomy) -> dict[str, object]:
    return {
        **header_json(taxonomy),
        "versions": [about_json(version) for version in taxonomy.versions.all()],
    }


def version_json(version: TaxonomyVersion) -> dict[str, object]:
    """The file's keys, with what is known of the version beside them."""
    return {**header_json(version.taxonomy), **about_json(version), **content_of(version)}


def header_json(taxonomy: Taxonomy) -> dict[str, object]:
    return {
        "key": taxonomy.key,
        "title": taxonomy.title,
        "domain": taxonomy.domain,
        "description": taxonomy.description,
    }


def about_json(version: TaxonomyVersion) -> dict[str, object]:
    return {
        "number": version.number,
        "status": version.status,
        "digest": version.digest,
        "published_at": version.published_at,
    }
