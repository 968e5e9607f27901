from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from annotator.jobs import running
from tests.makers import NOW, browser_of, grade, make_assignment, make_campaign, make_chain, make_user
from tests.moved import moved_by_hand

pytestmark = pytest.mark.django_db
# A report reads in a transaction of its own.
of_one_view = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two", "three"])
    made = make_campaign(annotators=["ada", "ben"], overlap=2)
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    add_member(campaign=made, user=make_user("rita"), role=Role.REVIEWER)
    return made


def computed(campaign: Campaign) -> None:
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refreshing.refresh_agreement(report=report, now=timezone.now())


@pytest.mark.parametrize("name", ["ada", "zoe"])
def test_annotators_and_strangers_find_nothing_here(campaign: Campaign, name: str) -> None:
    browser = browser_of(name)
    assert browser.get("/campaigns/pilot/").status_code == 404
    assert browser.get("/campaigns/pilot/agreement/").status_code == 404
    assert browser.post("/campaigns/pilot/agreement/").status_code == 404
    assert not AgreementReport.objects.exists()


def test_progress_is_shown_by_pseudonym(campaign: Campaign) -> None:
    make_assignment(campaign=campaign, annotator="ada")
    page = browser_of("rosa").get("/campaigns/pilot/").content.decode()
    ada = Membership.objects.get(user__username="ada")
    assert ada.pseudonym in page
    assert ">ada<" not in page
    assert "of 2</small>" in page


def test_a_campaign_without_figures_says_so(campaign: Campaign) -> None:
    page = browser_of("rita").get("/campaigns/pilot/").content.decode()
    assert "No figures yet" in page
    assert "Compute now" not in page


@of_one_view
def test_figures_that_cannot_be_known_come_with_their_reason(campaign: Campaign) -> None:
    grade(make_assignment(campaign=campaign, annotator="ada"))
    computed(campaign)
    page = browser_of("rosa").get("/campaigns/pilot/").content.decode()
    assert "Nothing has been graded by two annotators yet." in page
    assert "Nothing has been graded since." in page


@of_one_view
def test_newer_grades_are_said_to_be_there(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign, annotator="ada")
    grade(assignment, 0)
    computed(campaign)
    grade(assignment, 1)
    assert "There are newer grades." in browser_of("rosa").get("/campaigns/pilot/").content.decode()


def test_a_researcher_asks_once_and_the_page_watches(campaign: Campaign) -> None:
    rosa = browser_of("rosa")
    for _ in range(2):
        answer = rosa.post("/campaigns/pilot/agreement/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    assert AgreementReport.objects.get().requested_by == make_user("rosa")


@of_one_view
def test_watching_stops_when_the_figures_are_there(campaign: Campaign) -> None:
    computed(campaign)
    answer = browser_of("rosa").get("/campaigns/pilot/agreement/", headers={"HX-Request": "true"})
    assert "every 2s" not in answer.content.decode()


def test_without_javascript_asking_leads_to_the_report(campaign: Campaign) -> None:
    answer = browser_of("rosa").post("/campaigns/pilot/agreement/")
    assert answer.status_code == 302
    assert answer["Location"] == "/campaigns/pilot/agreement/?version=1"


def test_a_job_that_no_worker_takes_shows_a_banner(campaign: Campaign) -> None:
    refreshing.ask_for_agreement(
        campaign=campaign, requested_by=None, now=timezone.now() - timedelta(seconds=61)
    )
    assert "no worker has taken it" in browser_of("rosa").get("/campaigns/pilot/").content.decode()


def test_a_failed_computation_is_shown_with_its_error(campaign: Campaign) -> None:
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=NOW)
    running.fail(asked, error="ValueError: <b>odd</b>", now=NOW)
    page = browser_of("rosa").get("/campaigns/pilot/").content.decode()
    assert "ValueError: &lt;b&gt;odd&lt;/b&gt;" in page


def test_a_superuser_sees_every_campaign(campaign: Campaign) -> None:
    root = make_user("root")
    root.is_superuser = True
    root.save()
    assert "Compute now" in browser_of("root").get("/campaigns/pilot/").content.decode()


def test_a_campaign_that_never_moved_offers_no_versions(campaign: Campaign) -> None:
    assert "Taxonomy version" not in browser_of("rosa").get("/campaigns/pilot/").content.decode()


@of_one_view
def test_the_agreement_of_a_former_version_stays_and_can_be_chosen(campaign: Campaign) -> None:
    grade(make_assignment(campaign=campaign, annotator="ada"))
    computed(campaign)
    moved_by_hand(campaign)
    rita = browser_of("rita")
    now = rita.get("/campaigns/pilot/").content.decode()
    assert "No figures yet" in now
    assert "?version=1#agreement" in now
    former = rita.get("/campaigns/pilot/?version=1").content.decode()
    assert "Nothing has been graded since." in former
    assert "before the campaign moved on" in former
    part = rita.get("/campaigns/pilot/agreement/?version=1", headers={"HX-Request": "true"})
    assert "Nothing has been graded since." in part.content.decode()


def test_the_page_watches_the_version_that_it_shows(campaign: Campaign) -> None:
    former = campaign.taxonomy_version
    grade(make_assignment(campaign=campaign, annotator="ada"))
    moved_by_hand(campaign)
    rosa = browser_of("rosa")
    answer = rosa.post("/campaigns/pilot/agreement/?version=1", headers={"HX-Request": "true"})
    assert 'hx-get="/campaigns/pilot/agreement/?version=1" hx-trigger="every 2s"' in answer.content.decode()
    assert AgreementReport.objects.get().taxonomy_version == former
    assert "every 2s" not in rosa.get("/campaigns/pilot/").content.decode()
    plain = rosa.post("/campaigns/pilot/agreement/?version=1")
    assert plain["Location"] == "/campaigns/pilot/agreement/?version=1"


@pytest.mark.parametrize("number", ["0", "2", "x", "", "9" * 5000, "%00"])
def test_a_version_the_campaign_never_used_is_not_found(campaign: Campaign, number: str) -> None:
    rosa = browser_of("rosa")
    assert rosa.get(f"/campaigns/pilot/?version={number}").status_code == 404
    assert rosa.get(f"/campaigns/pilot/agreement/?version={number}").status_code == 404
    assert rosa.post(f"/campaigns/pilot/agreement/?version={number}").status_code == 404
    assert not AgreementReport.objects.exists()
