"""Moving a campaign to a later version of its taxonomy: what would happen, the confirmation, and watching it happen."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from annotator.assignments.models import Campaign, Role
from annotator.grading import moving
from annotator.grading.models import AskedAgain, Move
from annotator.grading.tasks import run_move
from annotator.jobs.models import JobState
from annotator.web.campaigns.computing import NOT_TAKEN_AFTER
from annotator.web.campaigns.overview import campaign_for
from annotator.web.campaigns.versions import later_versions, may_see
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import TaxonomyVersion


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def campaign_move(request: SignedIn, key: str) -> HttpResponse:
    """POST asks for the move; GET is the page, or for htmx the part of it that watches."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    if request.method == "POST":
        return ask(request, campaign)
    if request.htmx:
        return render(request, "web/campaigns/_move.html", {"campaign": campaign, **job_context(campaign)})
    return page(request, campaign, to_version=chosen_version(campaign, request.GET.get("to")))


def ask(request: SignedIn, campaign: Campaign) -> HttpResponse:
    to_version = chosen_version(campaign, request.POST.get("to"))
    if to_version is None:
        return page(request, campaign, to_version=None, refused=_("There is no later version to move to."))
    if request.POST.get("confirmed") != "yes":
        words = _("Please tick that you have read what happens; there is no way back.")
        return page(request, campaign, to_version=to_version, refused=words)
    try:
        move = moving.ask_to_move(
            campaign=campaign, to_version=to_version, requested_by=request.user, now=timezone.now()
        )
    except moving.MoveRefused as refused:
        return page(request, campaign, to_version=to_version, refused=str(refused))
    wake_worker(move)
    return redirect("campaign_move", key=campaign.key)


def wake_worker(move: Move) -> None:
    try:
        run_move.delay_on_commit(move_id=move.pk)  # type: ignore[attr-defined]  # of Celery's DjangoTask
    except OperationalError:
        # The queue is away; the row stays, and beat wakes a worker for it when the queue is back.
        return


def chosen_version(campaign: Campaign, number: str | None) -> TaxonomyVersion | None:
    """The later version of this number; without one the newest, and None when there is no later version."""
    later = later_versions(campaign)
    if number is None:
        return next(iter(later), None)
    found = next((version for version in later if str(version.number) == number), None)
    if found is None:
        raise Http404("no such later version of this campaign's taxonomy")
    return found


def page(
    request: SignedIn, campaign: Campaign, *, to_version: TaxonomyVersion | None, refused: str = ""
) -> HttpResponse:
    job = job_context(campaign)
    forecast = None
    if to_version is not None and job["job"] is None:
        forecast = moving.foresee(campaign=campaign, to_version=to_version)
    context = {
        "campaign": campaign,
        "later": later_versions(campaign),
        "to_version": to_version,
        "forecast": forecast,
        "reasons": [
            (reason.label, forecast.steps_asked.get(reason.value, 0))
            for reason in AskedAgain
            if forecast is not None and forecast.steps_asked.get(reason.value)
        ],
        "may_see": may_see(campaign.taxonomy_version, user=request.user),
        "refused": refused,
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Move to a later version"),
        **job,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/campaigns/move.html", context, status=status)


def job_context(campaign: Campaign) -> dict[str, object]:
    """The newest move: one that waits or runs is watched, one that ended is told about."""
    latest = (
        Move.objects.filter(campaign=campaign)
        .select_related("from_version__taxonomy", "to_version__taxonomy")
        .order_by("-requested_at", "-pk")
        .first()
    )
    job = latest if latest is not None and not latest.ended else None
    return {
        "job": job,
        "is_not_taken": job is not None
        and job.state == JobState.QUEUED
        and job.requested_at < timezone.now() - NOT_TAKEN_AFTER,
        "failed": latest if latest is not None and latest.state == JobState.FAILED else None,
        "done": latest if latest is not None and latest.state == JobState.DONE else None,
    }
