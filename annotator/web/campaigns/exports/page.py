"""The exports of a campaign, for its researchers: asking, looking at the first lines, downloading, and sealing a snapshot."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Role
from annotator.exports.checking import check_query
from annotator.exports.models import Snapshot
from annotator.exports.queries import ExportQuery
from annotator.exports.recording import Asker
from annotator.exports.snapshots.asking import ask_for_snapshot
from annotator.exports.snapshots.parquet import is_parquet_there
from annotator.exports.tasks import build_snapshot
from annotator.streams.seats import NoSeat
from annotator.streams.sending import live_export_answer
from annotator.web.campaigns.computing import job_context
from annotator.web.campaigns.exports.asked import Asked, read_form
from annotator.web.campaigns.exports.fields import formats_of_form, groups_of_form
from annotator.web.campaigns.exports.gate import AskedGate, fields_of_gate, read_conditions
from annotator.web.campaigns.exports.known_now import known_now
from annotator.web.campaigns.exports.preview import preview_of
from annotator.web.campaigns.exports.recipes import recipes_for
from annotator.web.campaigns.exports.records import (
    newest_records,
    newest_snapshots,
    query_in_words,
    title_of_format,
)
from annotator.web.campaigns.overview import campaign_for
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts

TOKENS = "admin:api_token_changelist"
NOT_ASKED = AskedGate({}, {})


@require_safe
@for_members
def exports(request: SignedIn, key: str) -> HttpResponse:
    """The page, or for htmx what the form's present answer is."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    asked = read_form(request.GET, campaign=campaign)
    if request.htmx:
        context = {"campaign": campaign, "is_answer": True, **answer_context(request, campaign, asked=asked)}
        answer = render(request, "web/campaigns/exports/_answer.html", context)
        if asked.query is not None:
            # Shorter than all that the form has sent.
            answer.headers["HX-Replace-Url"] = f"{request.path}?{asked.url_query}"
        return answer
    return page(request, campaign, asked=asked)


@require_http_methods(["POST"])
@for_members
def export_download(request: SignedIn, key: str) -> HttpResponseBase:
    """What the form asks for, as it is now, as one file."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    asked = read_form(request.POST, campaign=campaign)
    if asked.query is None:
        return page(request, campaign, asked=asked)
    try:
        answer = live_export_answer(
            request,
            campaign=campaign,
            query=asked.query,
            with_trailer=True,
            clock=timezone.now,
            asker=Asker(person=request.user),
        )
    except NoSeat:
        return page(request, campaign, asked=asked, is_busy=True)
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}-{asked.format}.jsonl"'
    return answer


@require_http_methods(["POST"])
@for_members
def export_seal(request: SignedIn, key: str) -> HttpResponse:
    """Asks for a snapshot of what the form asks for, under conditions."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    asked, gate = read_form(request.POST, campaign=campaign), read_conditions(request.POST)
    if asked.query is None or gate.errors:
        return page(request, campaign, asked=asked, gate=gate)
    snapshot = ask_for_snapshot(
        campaign=campaign,
        query=asked.query,
        gate=gate.texts,
        requested_by=request.user,
        asked_with="",
        now=timezone.now(),
        parquet="parquet" in request.POST and is_parquet_there(),
    )
    wake_worker(snapshot)
    return redirect("export_snapshot", key=key, snapshot_id=snapshot.pk)


@require_safe
@for_members
def export_snapshots(request: SignedIn, key: str) -> HttpResponse:
    """For htmx the list of snapshots, as long as one is being built."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    if not request.htmx:
        return redirect(f"{reverse('exports', args=[key])}#snapshots")
    return render(
        request,
        "web/campaigns/exports/_snapshots.html",
        {"campaign": campaign, **snapshots_context(campaign)},
    )


def wake_worker(snapshot: Snapshot) -> None:
    try:
        build_snapshot.delay_on_commit(snapshot_id=snapshot.pk)  # type: ignore[attr-defined]  # of Celery's DjangoTask
    except OperationalError:
        # The queue is away; the row stays, and beat wakes a worker for it when the queue is back.
        return


def page(
    request: SignedIn, campaign: Campaign, *, asked: Asked, gate: AskedGate = NOT_ASKED, is_busy: bool = False
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "formats": formats_of_form(chosen=asked.format),
        "groups": groups_of_form(campaign=campaign, typed=asked.typed, errors=asked.errors),
        "conditions": fields_of_gate(
            gate, now=known_now(campaign=campaign, query=asked.query or ExportQuery())
        ),
        "is_gate_open": bool(gate.texts),
        "gate_errors": gate.errors,
        "is_busy": is_busy,
        "has_parquet": is_parquet_there(),
        "records": newest_records(campaign),
        "tokens_url": tokens_url(request.user, campaign),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Exports"),
        **answer_context(request, campaign, asked=asked),
        **snapshots_context(campaign),
    }
    is_refused = request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    if is_busy:
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "web/campaigns/exports/exports.html", context, status=status)


def answer_context(request: SignedIn, campaign: Campaign, *, asked: Asked) -> dict[str, object]:
    """The first lines and the ways to all of them; without them where the form cannot be answered."""
    asked_words = [title_of_format(asked.texts), *query_in_words(asked.texts)]
    context: dict[str, object] = {"asked": asked, "asked_words": asked_words}
    if asked.query is not None:
        context |= lines_context(request, campaign, query=asked.query)
    return context


def lines_context(request: SignedIn, campaign: Campaign, *, query: ExportQuery) -> dict[str, object]:
    version = check_query(campaign=campaign, query=query)
    address = request.build_absolute_uri("/").rstrip("/")
    recipes = recipes_for(query, key=campaign.key, address=address)
    curl, python = render_texts([f"```bash\n{recipes.curl}\n```", f"```python\n{recipes.python}\n```"])
    return {
        "preview": preview_of(query, campaign=campaign, version_id=version.pk),
        "recipes": recipes,
        "curl": curl,
        "python": python,
    }


def snapshots_context(campaign: Campaign) -> dict[str, object]:
    snapshots = newest_snapshots(campaign)
    waiting = [row.snapshot for row in snapshots if not row.snapshot.ended]
    oldest = waiting[-1] if waiting else None
    return {
        **job_context(oldest),
        "snapshots": snapshots,
        "is_building": bool(waiting),
    }


def tokens_url(user: User, campaign: Campaign) -> str:
    """Of the admin's list of those that reach this campaign; empty for who may not see it."""
    if not user.is_staff or not user.has_perm("api.view_token"):
        return ""
    try:
        return f"{reverse(TOKENS)}?campaigns__id__exact={campaign.pk}"
    except NoReverseMatch:
        return ""
