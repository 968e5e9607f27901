"""One snapshot: how far it is; its files, its card, what became of its conditions; what changed since an earlier one."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotator.assignments.models import Campaign, Role
from annotator.exports.models import Snapshot
from annotator.exports.recording import Asker
from annotator.exports.snapshots.files import MissingFile
from annotator.streams.seats import NoSeat
from annotator.streams.sending import snapshot_file_answer
from annotator.web.campaigns.computing import job_context
from annotator.web.campaigns.exports.changed import changed_since, others_like
from annotator.web.campaigns.exports.contents import contents_of
from annotator.web.campaigns.exports.gate import asked_in_words, rows_of_findings
from annotator.web.campaigns.exports.records import row_of_snapshot
from annotator.web.campaigns.overview import campaign_for
from annotator.web.campaigns.twins.words import pseudonyms_of
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members


@require_safe
@for_members
def export_snapshot(request: SignedIn, key: str, snapshot_id: int) -> HttpResponse:
    """The page, or for htmx the part of it that watches the snapshot being built."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    snapshot = snapshot_for(campaign, snapshot_id)
    if request.htmx:
        # All the rest of the page comes with the end.
        if snapshot.ended:
            return HttpResponseClientRefresh()
        return render(request, "web/campaigns/exports/_building.html", state_context(campaign, snapshot))
    return page(request, campaign, snapshot)


@require_safe
@for_members
def export_snapshot_file(request: SignedIn, key: str, snapshot_id: int, name: str) -> HttpResponseBase:
    """A sealed file, whole or from where an earlier download was cut off."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    snapshot = snapshot_for(campaign, snapshot_id)
    try:
        return snapshot_file_answer(
            request, snapshot=snapshot, name=name, clock=timezone.now, asker=Asker(person=request.user)
        )
    except MissingFile as gone:
        return page(request, campaign, snapshot, missing=str(gone), status=HTTPStatus.GONE)
    except FileNotFoundError as unknown:
        raise Http404(str(unknown)) from unknown
    except NoSeat:
        return page(request, campaign, snapshot, is_busy=True, status=HTTPStatus.SERVICE_UNAVAILABLE)


def snapshot_for(campaign: Campaign, snapshot_id: int) -> Snapshot:
    snapshot = get_object_or_404(Snapshot, campaign=campaign, pk=snapshot_id)
    snapshot.campaign = campaign
    return snapshot


def state_context(campaign: Campaign, snapshot: Snapshot) -> dict[str, object]:
    row = row_of_snapshot(snapshot, key=campaign.key, pseudonyms=pseudonyms_of(campaign))
    return {"campaign": campaign, "snapshot": snapshot, "row": row, **job_context(snapshot)}


def page(
    request: SignedIn,
    campaign: Campaign,
    snapshot: Snapshot,
    *,
    missing: str = "",
    is_busy: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    address = request.build_absolute_uri("/").rstrip("/")
    context = {
        **state_context(campaign, snapshot),
        "missing": missing,
        "is_busy": is_busy,
        "conditions": asked_in_words(snapshot.gate),
        "findings": rows_of_findings(snapshot.findings),
        "contents": contents_of(snapshot, address=address),
        "again": urlencode(snapshot.query),
        "others": others_like(snapshot),
        "changes": changed_since(snapshot, asked=request.GET.get("since", "")),
        "crumbs": crumbs_to_exports(campaign),
        "here": _("Snapshot {number}").format(number=snapshot.pk),
    }
    return render(request, "web/campaigns/exports/snapshot.html", context, status=status)


def crumbs_to_exports(campaign: Campaign) -> list[Crumb]:
    return [*crumbs_to_campaign(campaign), Crumb(_("Exports"), reverse("exports", args=[campaign.key]))]
