"""The pages on annotators: for researchers only, by pseudonym unless names are asked for, and no figure where there is none."""

import re
from html import escape, unescape
from typing import Any

import pytest
from django.test import Client

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from tests.graded import graded_campaign, token_for
from tests.makers import browser_of, line, make_campaign, make_user
from tests.reported import make_report

pytestmark = pytest.mark.django_db
PAGE = "/campaigns/pilot/annotators/"
UNKNOWN = {"value": None, "low": None, "high": None, "reason": None, "interval_reason": None}


@pytest.fixture
def campaign() -> Campaign:
    """On the second step of p ada stands alone against ben and cleo; on q they are all of one mind."""
    made = graded_campaign(
        [line("p/a", "one", "<b>two</b>"), line("q/a", "three")],
        {
            "canary-ada": {"p/a": ["good", "bad:sign"], "q/a": ["good"]},
            "canary-ben": {"p/a": ["good", "good"], "q/a": ["good"]},
            "canary-cleo": {"p/a": ["okay", "good"], "q/a": ["good"]},
        },
    )
    add_member(campaign=made, user=make_user("canary-rosa"), role=Role.RESEARCHER)
    add_member(campaign=made, user=make_user("canary-rita"), role=Role.REVIEWER)
    return made


def called(name: str) -> str:
    """The pseudonym of this person."""
    return Membership.objects.get(user__username=name).pseudonym


def known(value: float, *, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {**UNKNOWN, "value": value, "low": low, "high": high}


def measured(name: str, **more: Any) -> dict[str, Any]:
    """What a report says of this person, who can be compared unless more is said."""
    return {
        "pseudonym": called(name),
        "grades": 40,
        "units": 40,
        "chains": 9,
        "agreement_with_rest": known(0.8, low=0.7, high=0.9),
        "alpha_change": known(0.02),
        "severity": known(-0.124, low=-0.2, high=-0.05),
        "is_ranked": True,
        "seconds_per_step": 12.5,
        "gold": {"units": 0, "accuracy": {**UNKNOWN, "reason": "No gold."}},
        "trend": [],
        **more,
    }


def words_at(browser: Client, address: str = PAGE) -> str:
    text = browser.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize("name", ["canary-ada", "canary-rita", "zoe"])
def test_only_researchers_find_the_pages(campaign: Campaign, name: str) -> None:
    browser = browser_of(name)
    assert browser.get(PAGE).status_code == 404
    assert browser.get(f"{PAGE}{called('canary-ada')}/").status_code == 404
    assert "/annotators/" not in browser.get("/campaigns/pilot/").content.decode()


def test_a_researcher_is_led_there_from_the_other_pages(campaign: Campaign) -> None:
    assert f'href="{PAGE}"' in browser_of("canary-rosa").get("/campaigns/pilot/").content.decode()


@pytest.mark.parametrize("query", ["", "?names=0", "?names=yes"])
def test_people_are_pseudonyms(campaign: Campaign, query: str) -> None:
    make_report(campaign, annotators=[measured("canary-ada"), measured("canary-ben")])
    browser = browser_of("canary-rosa")
    for address in (PAGE, f"{PAGE}{called('canary-ada')}/"):
        text = browser.get(address + query).content.decode().replace("canary-rosa", "")
        assert called("canary-ada") in text
        assert "canary" not in text


def test_names_are_shown_when_asked_for_and_are_gone_on_the_next_page(campaign: Campaign) -> None:
    browser = browser_of("canary-rosa")
    for address in (PAGE, f"{PAGE}{called('canary-ada')}/"):
        words = words_at(browser, f"{address}?names=1")
        assert "canary-ada" in words
        assert "Names are shown" in words
        assert "canary-ada" not in words_at(browser, address)
        assert "names=1" not in browser.get(f"{address}?names=1").content.decode()


def test_the_api_never_names_anybody(campaign: Campaign) -> None:
    make_report(campaign, annotators=[measured("canary-ada")])
    headers = {"Authorization": f"Bearer {token_for(campaign)}"}
    answer = Client().get("/api/v1/campaigns/pilot/agreement/", headers=headers)
    assert called("canary-ada") in answer.content.decode()
    assert "canary" not in answer.content.decode()


def test_those_who_can_be_compared_stand_in_order_and_the_others_below_with_the_reason(
    campaign: Campaign,
) -> None:
    make_report(
        campaign,
        annotators=[
            measured("canary-ada", agreement_with_rest=known(0.7)),
            measured("canary-ben", agreement_with_rest=known(0.9)),
            measured("canary-cleo", agreement_with_rest=known(0.99), is_ranked=False, units=3),
        ],
    )
    words = words_at(browser_of("canary-rosa"))
    places = [words.index(called(name)) for name in ("canary-ben", "canary-ada", "canary-cleo")]
    assert places == sorted(places)
    assert words.index("Not compared") < places[2]
    assert "3 steps shared with others; 30 are needed to compare." in words
    assert "99.0 %" not in words


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (known(-0.124, low=-0.2, high=-0.05), "stricter than the others by 0.12"),
        (known(0.2, low=0.1, high=0.3), "milder than the others by 0.20"),
        (known(0.2, low=-0.1, high=0.3), "milder than the others by 0.20, which may be chance"),
        (known(-0.2), "stricter than the others by 0.20, which may be chance"),
        (known(0.001, low=-0.1, high=0.1), "as strict as the others"),
        ({**UNKNOWN, "reason": "The labels have no values."}, "The labels have no values."),
    ],
)
def test_severity_is_told_in_words(campaign: Campaign, severity: dict[str, Any], expected: str) -> None:
    make_report(campaign, annotators=[measured("canary-ada", severity=severity)])
    words = words_at(browser_of("canary-rosa"))
    assert expected in words
    assert ("which may be chance" in words) == ("which may be chance" in expected)


def test_counts_are_of_now_also_before_the_first_report(campaign: Campaign) -> None:
    words = words_at(browser_of("canary-rosa"))
    assert f"{called('canary-ada')} 3 2 No report yet." in words
    assert "%" not in words


def test_who_has_done_nothing_has_no_figures() -> None:
    make_campaign(annotators=["ada"], researchers=["rosa"])
    words = words_at(browser_of("rosa"))
    assert "nothing saved yet" in words
    words = words_at(browser_of("rosa"), f"{PAGE}{called('ada')}/")
    assert "No report yet." in words
    assert "Nobody else has graded any of the same steps." in words
    assert "On no step do two others agree against this annotator." in words


def test_without_annotators_the_page_says_what_to_do() -> None:
    make_campaign(annotators=[], researchers=["rosa"])
    assert "No annotators yet" in words_at(browser_of("rosa"))


def test_gold_is_a_column_only_where_somebody_met_any(campaign: Campaign) -> None:
    report = make_report(campaign, annotators=[measured("canary-ada")])
    assert "Right on gold" not in words_at(browser_of("canary-rosa"))
    gold = {"units": 4, "accuracy": known(0.75)}
    report.figures = {"annotators": [measured("canary-ada", gold=gold)]}
    report.save()
    words = words_at(browser_of("canary-rosa"))
    assert "Right on gold" in words
    assert "75.0 % on 4 steps" in words


def test_the_page_of_one_shows_where_they_stand_alone(campaign: Campaign) -> None:
    browser = browser_of("canary-rosa")
    words = words_at(browser, f"{PAGE}{called('canary-ada')}/")
    assert "p, step 2 &lt;b&gt;two&lt;/b&gt; Bad Good × 2" in words
    # Against one of two others that differ nobody stands alone.
    assert "p, step 1" not in words
    assert "On no step do two others agree" in words_at(browser, f"{PAGE}{called('canary-ben')}/")


def test_the_page_of_one_compares_their_labels_with_those_of_the_others(campaign: Campaign) -> None:
    """Three steps and two others make six pairs: ada says bad in two, the others okay in one and bad in none."""
    words = words_at(browser_of("canary-rosa"), f"{PAGE}{called('canary-ada')}/")
    assert "Good 66.7 % 83.3 % −16.7 points" in words
    assert "Okay 0.0 % 16.7 % −16.7 points" in words
    assert "Bad 33.3 % 0.0 % +33.3 points" in words
    # And when they say bad, the others say good.
    assert "Bad 100.0 % 0.0 % 0.0 %" in words


def test_the_trend_is_a_table_and_a_plot_from_two_stretches_on(campaign: Campaign) -> None:
    def stretch(day: int, share: float | None) -> dict[str, Any]:
        found = known(share) if share is not None else {**UNKNOWN, "reason": "Nothing shared."}
        return {"from": f"2026-11-0{day}", "to": f"2026-11-0{day}", "units": 9, "agreement_with_rest": found}

    address = f"{PAGE}{called('canary-ada')}/"
    report = make_report(
        campaign, annotators=[measured("canary-ada", trend=[stretch(1, 0.5), stretch(2, None)])]
    )
    text = browser_of("canary-rosa").get(address).content.decode()
    assert "Nothing shared." in text
    assert "data-plot" not in text
    report.figures = {"annotators": [measured("canary-ada", trend=[stretch(1, 0.5), stretch(2, 0.75)])]}
    report.save()
    text = browser_of("canary-rosa").get(address).content.decode()
    assert "75.0 %" in text
    assert 'data-plot="plot-trend"' in text


@pytest.mark.parametrize("pseudonym", ["nobody", "canary-ada", "annotator-0000"])
def test_another_pseudonym_is_not_found(campaign: Campaign, pseudonym: str) -> None:
    assert browser_of("canary-rosa").get(f"{PAGE}{pseudonym}/").status_code == 404


def test_an_overseer_who_has_not_graded_is_no_annotator(campaign: Campaign) -> None:
    assert called("canary-rita") not in words_at(browser_of("canary-rosa"))


@pytest.mark.parametrize("pseudonym", ["North/East 7", "Ä?b#c&d", "100 %"])
def test_a_pseudonym_may_be_any_words(campaign: Campaign, pseudonym: str) -> None:
    Membership.objects.filter(user__username="canary-ada").update(pseudonym=pseudonym)
    browser = browser_of("canary-rosa")
    [address] = re.findall(
        rf'href="({PAGE}[^"]+)">{re.escape(escape(pseudonym))}<', browser.get(PAGE).content.decode()
    )
    assert "Alone against the others" in words_at(browser, unescape(address))
