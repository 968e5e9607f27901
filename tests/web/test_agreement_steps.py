import re

import pytest

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from tests.graded import graded_campaign
from tests.makers import browser_of, line, make_user

pytestmark = pytest.mark.django_db

LIST = "/campaigns/pilot/agreement/steps/"


@pytest.fixture
def campaign() -> Campaign:
    made = graded_campaign(
        [
            line("p/a", "alpha", "beta", "gamma", generator="model-1"),
            line("q/b", "delta", "epsilon", generator="model-2"),
        ],
        {
            "ada": {"p/a": ["good", "bad", "good"], "q/b": ["good", "unsure"]},
            "ben": {"p/a": ["good", "good", "okay"], "q/b": ["bad", "good"]},
            "cleo": {"p/a": ["good", "bad", "good"]},
        },
    )
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    for name in ("ada", "ben", "cleo"):
        Membership.objects.filter(user__username=name).update(pseudonym=f"{name}-fox")
    return made


def shown(query: str = "") -> list[str]:
    """The texts of the steps that are listed."""
    answer = browser_of("rosa").get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return re.findall(r"<td>\s*(\w+)\s*</td>", answer.content.decode())


def test_without_a_word_all_steps_with_different_verdicts_are_listed(campaign: Campaign) -> None:
    assert shown() == ["beta", "gamma", "delta"]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("first=good&second=bad", ["beta", "delta"]),
        ("first=bad&second=good", ["beta", "delta"]),
        ("first=good&second=good", ["alpha", "gamma"]),
        ("first=bad&second=bad", ["beta"]),
        ("first=okay", ["gamma"]),
        ("annotator=cleo-fox", ["beta", "gamma"]),
        ("annotator=ada-fox&other=cleo-fox", []),
        ("annotator=ada-fox&first=bad", ["beta"]),
        ("annotator=ben-fox&first=bad", ["delta"]),
        ("other=ben-fox&second=bad", ["delta"]),
        ("index=0", ["delta"]),
        ("index=1-2", ["beta", "gamma"]),
        ("index=2-", ["gamma"]),
        ("generator=model-2", ["delta"]),
        ("until=2001-01-01", []),
        ("since=2001-01-01", ["beta", "gamma", "delta"]),
    ],
)
def test_the_list_is_what_the_address_asks_for(campaign: Campaign, query: str, texts: list[str]) -> None:
    assert shown(query) == texts


@pytest.mark.parametrize(
    "query",
    [
        "first=nothing",
        "second=sign",
        "annotator=ada",
        "other=nobody",
        "index=x",
        "index=-3",
        "index=1-2-3",
        "index=99999999999",
        "since=yesterday",
        "until=%00",
        "version=7",
    ],
)
def test_what_cannot_be_is_not_found(campaign: Campaign, query: str) -> None:
    assert browser_of("rosa").get(f"{LIST}?{query}").status_code == 404


def test_each_step_says_what_everybody_said_and_leads_to_its_page(campaign: Campaign) -> None:
    page = browser_of("rosa").get(f"{LIST}?first=okay").content.decode()
    assert "Steps of which one annotator said “Okay” and another something else." in page
    assert "a, step 3" in page
    said = [
        " ".join(re.sub("<[^>]+>", " ", item).split()) for item in re.findall(r"<li>(.*?)</li>", page, re.S)
    ]
    assert said[-3:] == ["ada-fox Good", "ben-fox Okay", "cleo-fox Good"]
    (link,) = re.findall(r'"(/campaigns/pilot/steps/\d+/\?version=1)"', page)
    assert browser_of("rosa").get(link).status_code == 200


def test_votes_on_plainly_rendered_steps_are_left_out_as_in_the_figures() -> None:
    made = graded_campaign(
        [line("p/a", "alpha")], {"ada": {"p/a": ["good"]}, "ben": {"p/a": ["bad"]}}, plain_share=1.0
    )
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    assert shown() == []


def test_a_long_list_comes_in_pages_that_keep_what_was_asked() -> None:
    steps = [f"step{number}" for number in range(60)]
    made = graded_campaign(
        [line("p/a", *steps)], {"ada": {"p/a": ["good"] * 60}, "ben": {"p/a": ["okay"] * 60}}
    )
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    page = browser_of("rosa").get(f"{LIST}?first=good&second=okay").content.decode()
    assert "Page 1 of 2" in page
    assert 'href="?first=good&amp;second=okay&amp;page=2"' in page
    assert shown("first=good&second=okay&page=2") == steps[50:]
