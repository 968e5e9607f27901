from collections.abc import Collection, Mapping

from rest_framework.request import Request

from annotator.api.problems import Unprocessable
from annotator.assignments.models import Campaign
from annotator.exports.options import SWITCH
from annotator.grading.versions import NotItsVersion, version_numbered
from taxonomies.models import TaxonomyVersion


def query_of(request: Request, *, known: Collection[str]) -> dict[str, str]:
    """The query parameters by name. Raises Unprocessable for one that is not known or stands there twice.

    A misspelt name that is ignored would give a file in another format than the one that was asked for.
    """
    unknown = set(request.query_params) - set(known)
    if unknown:
        raise Unprocessable(
            f"Unknown parameter: {', '.join(sorted(unknown))}. Known: {', '.join(known) or 'none'}."
        )
    for name, values in request.query_params.lists():
        if len(values) > 1:
            raise Unprocessable(f"The parameter {name} is given twice.")
    return {name: str(value) for name, value in request.query_params.items()}


def switch_in(query: Mapping[str, str], name: str) -> bool:
    text = query.get(name) or "0"
    if text not in SWITCH:
        raise Unprocessable(f"{name} is 0 or 1.")
    return text == "1"


def version_in(query: Mapping[str, str], *, campaign: Campaign) -> TaxonomyVersion:
    """The version of the campaign's taxonomy that `version` names by its number; the current one without it."""
    try:
        return version_numbered(campaign=campaign, text=query.get("version"))
    except NotItsVersion as refused:
        raise Unprocessable(str(refused)) from refused
