"""The live export over REST: asked for by the options of an export, streamed, recorded."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope, Token
from annotator.api.parameters import query_of, switch_in
from annotator.api.problems import Unprocessable
from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.options import BY_NAME, NAMES, SWITCH
from annotator.exports.queries import BadQuery, ExportQuery, read_query
from annotator.exports.recording import Asker
from annotator.streams.sending import live_export_answer

TRAILER = "trailer"


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def export(request: Request, key: str) -> HttpResponseBase:
    token = token_of(request)
    campaign = get_object_or_404(Campaign, key=key, tokens=token)
    texts = query_of(request, known=(*NAMES, TRAILER))
    query = export_query_in(texts, campaign=campaign, token=token)
    return live_export_answer(
        request._request,
        campaign=campaign,
        query=query,
        with_trailer=switch_in(texts, TRAILER),
        clock=timezone.now,
        asker=Asker(token_prefix=token.prefix),
    )


def export_query_in(texts: dict[str, str], *, campaign: Campaign, token: Token) -> ExportQuery:
    """What the options among the parameters ask for. Raises Unprocessable, and PermissionDenied for a scope that lacks."""
    options = {name: text for name, text in texts.items() if name in NAMES}
    refuse_empty(options)
    try:
        query = read_query(options)
        check_scopes(query, token=token)
        check_query(campaign=campaign, query=query)
    except BadQuery as refused:
        raise Unprocessable(str(refused)) from refused
    return query


def refuse_empty(options: dict[str, str]) -> None:
    """What was left empty by mistake, such as a variable of a script, would ask for everything."""
    for name, text in options.items():
        choices = BY_NAME[name].choices
        if not text and choices != SWITCH:
            raise Unprocessable(
                f"Unknown {name}. Choose one of: {', '.join(choices)}." if choices else f"{name} is empty."
            )


def check_scopes(query: ExportQuery, *, token: Token) -> None:
    """Raises PermissionDenied where the query tells more than the token may read."""
    if query.tells_single_votes and Scope.VOTES_READ not in token.scopes:
        raise PermissionDenied(
            f"This token lacks the scope {Scope.VOTES_READ}: the export tells single votes."
        )
    if query.gold and Scope.GOLD_READ not in token.scopes:
        raise PermissionDenied(
            f"This token lacks the scope {Scope.GOLD_READ}: the export tells which steps are gold."
        )
