"""After a move: who is asked again about what, how far they are, and no longer waiting for somebody."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from annotator.assignments.models import Campaign, Role
from annotator.grading.models import Move
from annotator.grading.regrading import WorkItem, release, worklist
from annotator.jobs.models import JobState
from annotator.web.campaigns.overview import campaign_for
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members, page_number

ITEMS_ON_A_PAGE = 50
TITLES = {
    "all": gettext_lazy("All"),
    "waiting": gettext_lazy("Waiting"),
    "done": gettext_lazy("Done"),
    "released": gettext_lazy("Released"),
}
# What the list can be narrowed to, by the word in the address.
SHOWN: dict[str, Callable[[WorkItem], bool]] = {
    "all": lambda item: True,
    "waiting": lambda item: item.is_waiting,
    "done": lambda item: item.is_done,
    "released": lambda item: item.is_released,
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def campaign_worklist(request: SignedIn, key: str) -> HttpResponse:
    """POST gives the returned chains of a person, named by pseudonym, to others."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    if request.method != "POST":
        return page(request, campaign)
    pseudonym = request.POST.get("pseudonym", "")
    if pseudonym not in {person.pseudonym for person in worklist(campaign=campaign).people}:
        return page(request, campaign, refused=_("Nobody of that pseudonym is asked again here."))
    if request.POST.get("confirmed") != "yes":
        words = _("Please tick that nobody should wait for {pseudonym} any longer.")
        return page(request, campaign, refused=words.format(pseudonym=pseudonym))
    count = release(campaign=campaign, pseudonym=pseudonym)
    words = ngettext(
        "{count} chain of {pseudonym} can be given to others now.",
        "{count} chains of {pseudonym} can be given to others now.",
        count,
    )
    messages.success(request, words.format(count=count, pseudonym=pseudonym))
    return redirect("campaign_worklist", key=campaign.key)


def page(request: SignedIn, campaign: Campaign, *, refused: str = "") -> HttpResponse:
    found = worklist(campaign=campaign)
    shown = request.GET.get("show", "all")
    if shown not in SHOWN:
        shown = "all"
    items = [item for item in found.items if SHOWN[shown](item)]
    last_move = (
        Move.objects.filter(campaign=campaign, state=JobState.DONE)
        .select_related("from_version", "to_version")
        .order_by("-finished_at")
        .first()
    )
    context = {
        "campaign": campaign,
        "worklist": found,
        "move": last_move,
        "shown": shown,
        "filters": [(word, TITLES[word], count_of(found.items, word)) for word in SHOWN],
        "page": Paginator(items, ITEMS_ON_A_PAGE).get_page(page_number(request.GET)),
        "query": f"show={shown}&",
        "refused": refused,
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Asked again"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/campaigns/worklist.html", context, status=status)


def count_of(items: tuple[WorkItem, ...], word: str) -> int:
    return sum(SHOWN[word](item) for item in items)
