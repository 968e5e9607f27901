"""Which taxonomy versions a researcher may look at."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from annotator.accounts.models import User
from annotator.web.pages import SignedIn
from taxonomies.models import TaxonomyVersion
from taxonomies.owning import visible_to


def version_for(request: SignedIn, key: str, number: int) -> TaxonomyVersion:
    """A version, also a draft, of a taxonomy that is this researcher's; else 404."""
    return get_object_or_404(versions_for(request.user), taxonomy__key=key, number=number)


def versions_for(user: User) -> QuerySet[TaxonomyVersion]:
    """All versions that this person may see. Raises Http404 for people who may see none."""
    if not user.has_perm("taxonomies.view_taxonomyversion"):
        raise Http404("no such taxonomy version")
    return TaxonomyVersion.objects.filter(taxonomy__in=visible_to(user)).select_related("taxonomy")
