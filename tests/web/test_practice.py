"""Practice: the grading page with a made-up chain, for every member, and nothing stored."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotator.assignments.models import Assignment, Campaign, Membership
from annotator.grading.models import Grade, GradeRevision
from annotator.web.taxonomies.practice_chains import following, practice_chain, practice_chains
from annotator.web.taxonomies.trial_chains import SAMPLES
from taxonomies.loading import read_taxonomy_file
from tests.makers import (
    EVERY_KIND,
    WHOLE_CHAIN,
    browser_of,
    make_campaign,
    make_chain,
    make_version,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOME = "/campaigns/pilot/practice/"
IN_ALGEBRA = EVERY_KIND.replace("criteria:", "domain: algebra\ncriteria:", 1)
BAD = {"verdict": "bad", "label.error": "sign"}


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one of the dataset"])
    return make_campaign(
        version=make_version(IN_ALGEBRA),
        reviewers=["rita"],
        researchers=["rosa"],
        after_first_error="continue",
    )


def words(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def row(**fields: str) -> str:
    return urlencode({"revision": "0", "verdict": "good", **fields})


def end(client: Client, rows: dict[str, str], **more: str) -> Any:
    return client.post(f"{HOME}end/", {**rows, **more}, headers=HTMX)


def all_rows(others: dict[str, str] | None = None, *, count: int = 4) -> dict[str, str]:
    return {**{f"step-{index}": row() for index in range(count)}, **(others or {})}


@contextmanager
def nothing_written() -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    for query in queries:
        assert query["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")), query["sql"]


@pytest.mark.parametrize("name", ["ada", "rita", "rosa"])
def test_every_member_may_practise(campaign: Campaign, name: str) -> None:
    page = words(browser_of(name).get(HOME))
    assert "Practice: nothing is stored." in page
    assert "Solve for" in page
    assert "one of the dataset" not in page
    # Whose it is would make the browser keep what is said, and send it later.
    [steps] = re.findall('<div id="steps"[^>]*>', page)
    assert "data-person" not in steps


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_practice_is_open_when_the_campaign_is_not(campaign: Campaign, status: str) -> None:
    Campaign.objects.update(status=status)
    assert browser_of("ada").get(HOME).status_code == 200


def test_who_is_no_active_member_finds_nothing(campaign: Campaign) -> None:
    Membership.objects.filter(user__username="ada").update(state="suspended")
    for name in ("ada", "zoe"):
        client = browser_of(name)
        assert client.get(HOME).status_code == 404
        assert client.post(f"{HOME}steps/0/", {"revision": "0", "verdict": "good"}).status_code == 404
        assert client.get(f"{HOME}labels/verdict/good/").status_code == 404
        assert end(client, all_rows()).status_code == 404


def test_a_row_is_answered_and_nothing_is_written(campaign: Campaign) -> None:
    ada = browser_of("ada")
    ada.get(HOME)
    with nothing_written():
        assert "Good, tried, not stored" in words(
            ada.post(f"{HOME}steps/0/", {"revision": "0", "verdict": "good"}, headers=HTMX)
        )
        assert ada.post(f"{HOME}steps/0/", {"revision": "1", "verdict": "?"}).status_code == 200
        assert end(ada, all_rows()).status_code == 200
        assert ada.get(HOME).status_code == 200
    assert not Assignment.objects.exists()
    assert not Grade.objects.exists()
    assert not GradeRevision.objects.exists()


def test_what_saving_would_refuse_is_refused(campaign: Campaign) -> None:
    fields = {"revision": "0", "verdict": "good", "label.error": "sign"}
    answer = browser_of("ada").post(f"{HOME}steps/0/", fields, headers=HTMX)
    assert answer.status_code == 422
    assert "'error' is not asked for this step." in words(answer)


@pytest.mark.parametrize("path", ["steps/4/", "steps/99999999999999999999/", "whole/", "steps/0/?sample=tea"])
def test_a_row_that_there_is_not(campaign: Campaign, path: str) -> None:
    fields = {"revision": "0", "verdict": "good"}
    assert browser_of("ada").post(HOME + path, fields, headers=HTMX).status_code == 404


def test_the_end_names_what_is_missing_as_with_a_real_chain(campaign: Campaign) -> None:
    answer = end(browser_of("ada"), {**all_rows(count=3), "step-1": row(verdict="bad")})
    assert answer.status_code == 422
    page = words(answer)
    assert "Step 2 needs: What is wrong?" in page
    assert "Step 4 is not graded." in page
    assert 'data-missing="step-1"' in page


def test_the_end_compares_each_step_with_what_most_would_say(campaign: Campaign) -> None:
    page = words(end(browser_of("ada"), all_rows({"step-0": row(verdict="okay"), "step-2": row(**BAD)})))
    assert "On 2 of 4 steps you said what most would." in page
    assert "Step 1 </strong> You called it <em>Okay</em>, and so would most." in page
    assert "Step 2 </strong> You called it <em>Good</em>; most would call it <em>Bad</em>, because:" in page
    assert "The second term has the wrong sign" in page
    assert "Step 3 </strong> You called it <em>Bad</em>; most would call it <em>Good</em>, because:" in page


def test_being_unsure_is_not_called_agreement(campaign: Campaign) -> None:
    page = words(end(browser_of("ada"), all_rows({"step-1": row(verdict="?")})))
    assert "You called it <em>Unsure</em>; most would call it <em>Bad</em>" in page


def test_where_the_taxonomy_has_no_such_verdict_none_is_made_up() -> None:
    make_campaign(version=make_version(WHOLE_CHAIN), after_first_error="continue")
    rows = all_rows({"whole-chain": urlencode({"revision": "0", "label.approach": "sound"})})
    page = words(end(browser_of("ada"), rows))
    # The first step is neutral, and this taxonomy has good and bad only.
    assert "Step 1 </strong> You called it <em>Good</em>." in page
    assert "On 2 of 3 steps" in page


def test_the_whole_chain_is_asked_for_too() -> None:
    make_campaign(version=make_version(WHOLE_CHAIN), after_first_error="continue")
    answer = end(browser_of("ada"), all_rows())
    assert answer.status_code == 422
    assert "The whole chain needs: Is the approach sound?" in words(answer)


def test_a_chain_may_be_handed_in_as_it_is(campaign: Campaign) -> None:
    page = words(end(browser_of("ada"), {"step-0": row()}, unfinished="give_up", note="too long"))
    assert "you would have handed it in as it is" in page
    assert "Step 2 </strong> You did not grade it; most would call it <em>Bad</em>." in page


@pytest.mark.parametrize(
    "sent",
    [
        {"step-0": "verdict=good"},
        {"step-0": row(verdict="splendid")},
        {"step-9": row()},
        {"colour": "red"},
        {"unfinished": "bored"},
        {"step-0": "%00=1"},
    ],
)
def test_nonsense_is_refused_in_words(campaign: Campaign, sent: dict[str, str]) -> None:
    answer = end(browser_of("ada"), sent)
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)


def test_at_the_end_there_are_three_ways_on(campaign: Campaign) -> None:
    page = words(end(browser_of("ada"), all_rows()))
    assert 'action="/campaigns/pilot/claim/"' in page
    assert 'href="/campaigns/pilot/practice/?sample=algebra-bracket">Again</a>' in page
    assert 'href="/"' in page
    assert 'action="/campaigns/pilot/claim/"' not in words(end(browser_of("rosa"), all_rows()))


def test_without_javascript_the_page_comes_back_with_the_row_and_the_end(campaign: Campaign) -> None:
    ada = browser_of("ada")
    page = words(ada.post(f"{HOME}steps/1/", {"revision": "0", **BAD}))
    assert page.count("Bad, tried, not stored") == 1
    page = words(ada.post(f"{HOME}end/", {}))
    assert "That is how it goes" in page
    assert "You did not grade it; most would call it <em>Bad</em>." in page


def test_the_policy_is_the_campaigns(campaign: Campaign) -> None:
    ada = browser_of("ada")
    assert "data-stops" not in words(ada.get(HOME))
    Campaign.objects.update(after_first_error="stop")
    assert "data-stops" in words(ada.get(HOME))
    stopped = {"step-0": row(), "step-1": row(**BAD)}
    page = words(end(ada, stopped))
    assert "On 1 of 2 steps" in page
    assert "Step 3 </strong> You did not grade it; most would call it <em>Good</em>." in page


@pytest.mark.parametrize(
    ("reference", "shown", "in_details"),
    [("hidden", False, False), ("collapsed", True, True), ("shown", True, False)],
)
def test_the_reference_answer_is_shown_as_in_the_campaign(
    campaign: Campaign, reference: str, shown: bool, in_details: bool
) -> None:
    Campaign.objects.update(reference=reference)
    page = words(browser_of("ada").get(HOME))
    assert ("Reference answer" in page) == shown
    assert ("with a real chain this is noted" in page) == in_details
    assert "/assignments/" not in page


def test_one_step_after_the_other(campaign: Campaign) -> None:
    Campaign.objects.update(reveal="stepwise", after_first_error="stop")
    ada = browser_of("ada")
    page = words(ada.get(HOME))
    assert page.count('<li class="step') == 1
    assert "Divide by" not in page
    say = {"revision": "0", "verdict": "good"}
    answer = words(ada.post(f"{HOME}steps/0/", say, headers=HTMX))
    assert 'data-next="2"' in answer
    assert "Open the bracket" in answer
    assert "data-next" not in words(ada.post(f"{HOME}steps/1/", {**say, **BAD}, headers=HTMX))
    assert "data-next" not in words(ada.post(f"{HOME}steps/0/", {**say, "verdict": ""}, headers=HTMX))
    assert "data-next" not in words(ada.post(f"{HOME}steps/3/", say, headers=HTMX))
    assert words(ada.post(f"{HOME}steps/0/", say)).count('<li class="step') == 2


def test_what_a_label_means(campaign: Campaign) -> None:
    assert "A wrong sign." in words(browser_of("ada").get(f"{HOME}labels/error/sign/"))
    assert browser_of("ada").get(f"{HOME}labels/error/none/").status_code == 404


def test_every_preset_finds_chains_of_its_domain() -> None:
    for path in sorted((settings.BASE_DIR / "taxonomies" / "presets").glob("*.yaml")):
        domain = read_taxonomy_file(text=path.read_text(), publish=True).domain
        chain = practice_chain("", domain=domain)
        assert chain is not None
        assert len(following(chain)) >= 1


def test_every_practice_chain_has_an_error_and_says_why_of_every_step() -> None:
    for chain in practice_chains().values():
        assert chain.about in SAMPLES
        assert len(chain.notes) == len(chain.chain.texts) >= 4
        assert any(note.value == -1 for note in chain.notes)
        assert all(note.value in {-1, 0, 1} and note.words for note in chain.notes)
    assert {chain.about for chain in practice_chains().values()} == set(SAMPLES)


def test_no_practice_chain_is_in_the_demo() -> None:
    demo = settings.BASE_DIR / "annotator" / "web" / "demo"
    imported = "".join(path.read_text() for path in demo.glob("*.jsonl"))
    for chain in practice_chains().values():
        assert chain.chain.problem[:40] not in imported


def test_a_step_may_be_written_where_the_campaign_asks_for_it(campaign: Campaign) -> None:
    ada = browser_of("ada")
    assert 'name="human_step"' not in words(ada.get(HOME))
    Campaign.objects.update(alternatives="written")
    assert 'name="human_step"' in words(ada.get(HOME))
    fields = {"revision": "0", **BAD, "human_step": "It is $+6$."}
    assert "Bad, tried, not stored" in words(ada.post(f"{HOME}steps/1/", fields, headers=HTMX))
