"""A version as the file that `load_taxonomy` reads, to keep in git or send to a colleague."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotator.web.pages import SignedIn, for_members
from annotator.web.taxonomies.finding import version_for
from taxonomies.loading import dump_taxonomy


@require_safe
@for_members
def taxonomy_yaml(request: SignedIn, key: str, number: int) -> HttpResponse:
    version = version_for(request, key, number)
    return HttpResponse(
        dump_taxonomy(version).encode(),
        content_type="application/yaml",
        # Keys of taxonomies are plain words, so the name needs no quoting.
        headers={"Content-Disposition": f'attachment; filename="{key}-v{number}.yaml"'},
    )
