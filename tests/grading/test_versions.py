"""Which taxonomy versions a campaign was graded with."""

import pytest

from annotator.assignments.models import Campaign
from annotator.grading.models import Move
from annotator.grading.versions import NotItsVersion, version_numbered, versions_of
from taxonomies.publishing import clone_version, publish
from tests.makers import NOW, grade, make_assignment, make_campaign, make_chain
from tests.moved import moved_by_hand, next_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a")
    campaign = make_campaign(annotators=["ada"])
    grade(make_assignment(campaign=campaign))
    return campaign


def numbers(campaign: Campaign) -> list[int]:
    return [version.number for version in versions_of(campaign)]


def test_a_campaign_that_never_moved_has_its_one_version(campaign: Campaign) -> None:
    next_version(campaign.taxonomy_version)
    publish(version=clone_version(version=campaign.taxonomy_version), now=NOW)
    assert numbers(campaign) == [1]


def test_a_campaign_that_moved_has_both_the_newest_first(campaign: Campaign) -> None:
    moved_by_hand(campaign)
    assert numbers(campaign) == [2, 1]


def test_a_version_moved_from_before_anything_was_graded_is_one_of_them() -> None:
    campaign = make_campaign(annotators=["ada"])
    former = campaign.taxonomy_version
    moved_by_hand(campaign)
    assert numbers(campaign) == [2]
    Move.objects.create(
        campaign=campaign,
        from_version=former,
        to_version=campaign.taxonomy_version,
        mapping={},
        requested_at=NOW,
        finished_at=NOW,
        state="done",
    )
    assert numbers(campaign) == [2, 1]


def test_a_version_is_named_by_its_number(campaign: Campaign) -> None:
    former = campaign.taxonomy_version
    moved_by_hand(campaign)
    assert version_numbered(campaign=campaign, text=None) == campaign.taxonomy_version
    assert version_numbered(campaign=campaign, text="1") == former
    assert version_numbered(campaign=campaign, text="2") == campaign.taxonomy_version


@pytest.mark.parametrize("text", ["", "0", "3", "-1", "01", " 1", "1.0", "one", "9" * 5000, "\u0661", "\x00"])
def test_any_other_name_is_refused_with_those_that_there_are(campaign: Campaign, text: str) -> None:
    moved_by_hand(campaign)
    with pytest.raises(
        NotItsVersion, match=r"pilot never used that version of every_kind\. It has versions 1 and 2\."
    ):
        version_numbered(campaign=campaign, text=text)
