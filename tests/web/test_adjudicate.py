"""Deciding contested steps on a page, also without JavaScript, and what the page never says."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from annotator.accounts.models import User
from annotator.analysis.contested import (
    contested_page,
    count_contested,
    first_undecided,
    next_undecided,
    steps_after,
    steps_before,
)
from annotator.assignments.models import Assignment, Membership
from annotator.grading.models import Adjudication, AdjudicationRevision
from annotator.grading.reopening import reopen
from tests.contested import GRADES, address, compute, contested_campaign, step_of
from tests.graded import grade_step, graded_campaign
from tests.makers import browser_of, line, make_campaign, make_chain, make_user
from tests.moved import moved_by_hand

# A report reads in a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)
START = "/campaigns/pilot/adjudicate/"
LIST = f"{START}?page=1"
SCRIPT = {"HX-Request": "true"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def said(page: str) -> str:
    """The page's words, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def form(**more: Any) -> dict[str, Any]:
    usual = {
        "operation_id": str(uuid.uuid4()),
        "revision": 0,
        "version": 1,
        "verdict": "bad",
        "reason": "A sign.",
    }
    return {**usual, **more}


def decide(text: str, *, reviewer: str = "rita", **more: Any) -> Any:
    return browser_of(reviewer).post(address(text), form(**more))


def taken_up_again(name: str) -> Assignment:
    """The first chain of this person, who has handed it in before."""
    held = Assignment.objects.get(annotator__username=name, chain__external_id="q/a")
    if held.status == "submitted":
        reopen(public_id=held.public_id, annotator=held.annotator, now=timezone.now())
    return Assignment.objects.get(pk=held.pk)


# --- Who, and where to


@pytest.mark.parametrize("name", ["ada", "zoe"])
def test_annotators_and_strangers_find_nothing_here(name: str) -> None:
    contested_campaign()
    browser = browser_of(name)
    for place in (START, LIST, address("two")):
        assert browser.get(place).status_code == 404
    assert browser.post(address("two"), form()).status_code == 404
    assert not Adjudication.objects.exists()


@pytest.mark.parametrize("name", ["rita", "rosa"])
def test_reviewers_and_researchers_are_led_to_the_first_undecided_step(name: str) -> None:
    contested_campaign()
    answer = browser_of(name).get(START)
    assert (answer.status_code, answer["Location"]) == (302, address("two"))
    decide("two")
    assert browser_of(name).get(START)["Location"] == address("three")


def test_a_step_of_another_dataset_is_not_found() -> None:
    contested_campaign()
    graded_campaign([line("x/a", "elsewhere")], {"ada": {"x/a": ["good"]}}, key="other")
    rita = browser_of("rita")
    elsewhere = f"{START}{step_of('elsewhere').pk}/"
    assert rita.get(elsewhere).status_code == 404
    assert rita.post(elsewhere, form()).status_code == 404
    assert rita.get(f"{START}{2**70}/").status_code == 404


# --- What it shows


def test_the_page_shows_the_step_in_its_chain_with_what_was_said() -> None:
    contested_campaign()
    page = text_of(browser_of("rita").get(address("two")))
    words = said(page)
    assert "q, step 2 of 3" in words
    assert "0 of 3 decided" in words
    assert re.search(r"one.*Agreed:\s+Good.*two.*What was said of it.*A .* B .*Your decision.*three", words)
    assert "What is wrong? Sign" in words
    # Behind folded parts.
    for folded in ("Reference answer", "How it goes on: 1 step"):
        assert re.search(rf"<details[^>]*>\s*<summary>\s*{folded}", page)
    assert "42" in words


def test_steps_around_it_that_are_contested_too_lead_to_their_own_page() -> None:
    contested_campaign()
    page = text_of(browser_of("rita").get(address("three")))
    assert f'<a href="{address("two")}">contested</a>' in page
    assert f'<a href="{address("one")}">' not in page


def test_comments_flags_repairs_and_written_steps_are_shown() -> None:
    contested_campaign()
    grade_step(
        taken_up_again("ben"), 2, "okay", comment="It <b>undoes</b> it.", repairs=1, flag_reason="Cut off?"
    )
    words = said(text_of(browser_of("rita").get(address("three"))))
    assert "It &lt;b&gt;undoes&lt;/b&gt; it." in words
    assert "repairs step 2" in words
    assert "Flagged Cut off?" in words


def test_steps_come_by_dispute_and_then_by_chain() -> None:
    grades = {
        **GRADES,
        "cleo": {"q/a": ["good", "good", "good"], "r/b": ["good", "good"]},
    }
    campaign = contested_campaign(grades, contested_below=1.0)
    # Three ways for three, two to one for two and five.
    wanted = [step_of(text).pk for text in ("three", "two", "five")]
    assert [step.step_id for step in contested_page(campaign=campaign, first=0, most=9)] == wanted


def test_a_threshold_of_the_campaign_says_what_is_contested() -> None:
    grades = {**GRADES, "cleo": {"q/a": ["good", "good", "good"], "r/b": ["good", "good"]}}
    campaign = contested_campaign(grades)
    assert [step.step_id for step in contested_page(campaign=campaign, first=0, most=9)] == [
        step_of("three").pk
    ]


def test_the_way_leads_over_the_steps_in_both_directions_and_round() -> None:
    campaign = contested_campaign()
    two, three, five = contested_page(campaign=campaign, first=0, most=9)
    assert [step.step_id for step in (two, three, five)] == [
        step_of(text).pk for text in ("two", "three", "five")
    ]
    assert steps_before(campaign=campaign, place=five, most=5) == [two, three]
    assert steps_before(campaign=campaign, place=five, most=1) == [three]
    assert steps_after(campaign=campaign, place=two, most=1) == [three]
    assert steps_after(campaign=campaign, place=five, most=5) == []
    assert next_undecided(campaign=campaign, after=five) == two
    decide("two")
    assert next_undecided(campaign=campaign, after=five) == three
    decide("three")
    assert next_undecided(campaign=campaign, after=five) is None
    assert next_undecided(campaign=campaign, after=two) == five
    decide("five")
    assert first_undecided(campaign=campaign) is None


# --- Deciding


def test_a_decision_leads_to_the_next_undecided_step_and_says_that_it_is_saved() -> None:
    contested_campaign()
    browser = browser_of("rita")
    answer = browser.post(address("two"), form(), follow=True)
    assert answer.redirect_chain == [(address("three"), 302)]
    assert "q, step 2: Bad, saved." in said(text_of(answer))
    assert "1 of 3 decided" in said(text_of(answer))
    kept = Adjudication.objects.get()
    assert (kept.step, kept.reviewer.username, kept.reason) == (step_of("two"), "rita", "A sign.")


def test_a_step_that_was_decided_counts_at_once_and_before_any_new_figures() -> None:
    campaign = contested_campaign()
    assert (count_contested(campaign=campaign).decided, count_contested(campaign=campaign).steps) == (0, 3)
    decide("two")
    assert (count_contested(campaign=campaign).decided, count_contested(campaign=campaign).steps) == (1, 3)
    compute(campaign)
    assert (count_contested(campaign=campaign).decided, count_contested(campaign=campaign).steps) == (1, 3)


def test_a_decision_is_looked_at_again_changed_and_taken_back() -> None:
    contested_campaign()
    browser = browser_of("rita")
    browser.post(address("two"), form())
    page = text_of(browser.get(address("two")))
    assert "Decided: Bad, saved on" in said(page)
    assert "A sign.</textarea>" in page
    assert 'value="bad" data-key="3" aria-keyshortcuts="3" checked' in page
    browser.post(address("two"), form(revision=1, verdict="okay", reason="Not so bad."))
    answer = browser.post(address("two"), {"revision": 2, "version": 1, "take_back": "1", "reason": "gone"})
    assert answer["Location"] == address("two")
    assert Adjudication.objects.get().verdict is None
    assert "Decided:" not in said(text_of(browser.get(address("two"))))
    assert list(AdjudicationRevision.objects.order_by("revision").values_list("verdict__key", flat=True)) == [
        "bad",
        "okay",
        None,
    ]


def test_a_step_that_was_taken_back_after_new_figures_is_undecided_again() -> None:
    campaign = contested_campaign()
    decide("two")
    compute(campaign)
    browser_of("rita").post(address("two"), {"revision": 1, "version": 1, "take_back": "1"})
    counts = count_contested(campaign=campaign)
    assert (counts.steps, counts.decided) == (3, 0)
    assert browser_of("rita").get(START)["Location"] == address("two")


def test_the_script_gets_the_form_with_the_way_on_and_the_same_answer_again() -> None:
    contested_campaign()
    browser = browser_of("rita")
    sent = form()
    answers = [browser.post(address("two"), sent, headers=SCRIPT) for _ in range(2)]
    for answer in answers:
        page = text_of(answer)
        assert (answer.status_code, page.count("<form")) == (200, 1)
        assert f'data-target="{address("three")}"' in page
        assert 'data-saved="1"' in page
    assert AdjudicationRevision.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": "  "}, "A decision needs a reason"),
        ({"verdict": "none"}, "Unknown verdict"),
        ({"verdict": ""}, "Choose a verdict first."),
        ({"reason": "x" * 10_001}, "at most 10000 characters"),
        ({"reason": "\x00"}, "cannot hold NUL"),
        ({"revision": "one"}, "not a whole number"),
        ({"operation_id": "7"}, "not a UUID"),
        ({"version": 2}, "went on to version 1"),
        ({"annotator": "ada"}, "no field"),
    ],
)
@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["by hand", "by script"])
def test_what_is_refused_says_why_and_keeps_what_was_written(
    more: dict[str, Any], words: str, headers: dict[str, str]
) -> None:
    contested_campaign()
    answer = browser_of("rita").post(
        address("two"), form(**{"reason": "Kept <so>.", **more}), headers=headers
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert words in said(page)
    assert "not saved" in said(page)
    if "reason" not in more:
        assert "Kept &lt;so&gt;.</textarea>" in page
    assert not Adjudication.objects.exists()


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["by hand", "by script"])
def test_a_conflict_shows_both_sides_and_saving_again_is_on_what_was_seen(headers: dict[str, str]) -> None:
    contested_campaign()
    decide("two", reviewer="rob", verdict="okay", reason="Rob’s reason.")
    answer = browser_of("rita").post(address("two"), form(reason="Rita’s reason."), headers=headers)
    page = text_of(answer)
    assert answer.status_code == 409
    assert re.search(
        r"Saved meanwhile\s+Okay\s+Rob’s reason\..*Yours, not saved\s+Bad\s+Rita’s reason\.", said(page)
    )
    assert "Rita’s reason.</textarea>" in page
    assert 'name="revision" value="1"' in page
    # Of the people that decide nobody is named either.
    assert re.search(r"\brob\b", page) is None
    decide("two", revision=1, reason="Rita’s reason.")
    assert [kept.reason for kept in AdjudicationRevision.objects.order_by("revision")] == [
        "Rob’s reason.",
        "Rita’s reason.",
    ]


def test_who_graded_the_step_is_told_that_somebody_else_decides() -> None:
    contested_campaign()
    Membership.objects.filter(user__username="ada").update(role="reviewer")
    answer = decide("two", reviewer="ada")
    assert answer.status_code == 422
    assert "You graded this step yourself" in said(text_of(answer))


def test_a_signed_out_script_is_told_so_and_nothing_is_stored() -> None:
    contested_campaign()
    answer = Client().post(address("two"), form(), headers=SCRIPT)
    assert answer.status_code == 401
    somebody_else = {**SCRIPT, "Stepmark-Person": str(make_user("rob").pk)}
    assert browser_of("rita").post(address("two"), form(), headers=somebody_else).status_code == 401
    assert not Adjudication.objects.exists()


# --- Votes that change


def test_a_step_that_lost_its_contest_meanwhile_says_so_and_shows_the_votes_of_now() -> None:
    campaign = contested_campaign()
    grade_step(taken_up_again("ben"), 1, "good")
    words = said(text_of(browser_of("rita").get(address("two"))))
    assert "has lost its contest meanwhile" in words
    assert "What is wrong?" not in words
    compute(campaign)
    words = said(text_of(browser_of("rita").get(address("two"))))
    assert "This step is not contested." in words
    assert 'id="decision"' not in text_of(browser_of("rita").get(address("two")))


def test_an_agreed_step_asks_for_no_decision() -> None:
    contested_campaign()
    page = text_of(browser_of("rita").get(address("one")))
    assert "This step is not contested." in said(page)
    assert 'id="decision"' not in page


def test_a_decided_step_stays_in_the_list_when_its_votes_agree() -> None:
    campaign = contested_campaign()
    decide("two")
    grade_step(taken_up_again("ben"), 1, "good")
    compute(campaign)
    counts = count_contested(campaign=campaign)
    assert (counts.steps, counts.decided) == (3, 1)
    assert "The decision stands until" in said(text_of(browser_of("rita").get(address("two"))))
    assert "q, step 2" in said(text_of(browser_of("rita").get(LIST)))


def test_after_a_move_contested_steps_come_again_and_decisions_stay_with_their_version() -> None:
    campaign = contested_campaign()
    decide("two")
    moved_by_hand(campaign)
    campaign.refresh_from_db()
    counts = count_contested(campaign=campaign)
    assert (counts.steps, counts.decided) == (0, 0)
    answer = decide("two", revision=1, verdict="good")
    assert "went on to version 2" in said(text_of(answer))
    assert Adjudication.objects.count() == 1


# --- Nothing to decide


def test_without_figures_the_page_says_when_they_come() -> None:
    make_chain("a")
    make_campaign(reviewers=["rita"])
    assert "No figures yet" in said(text_of(browser_of("rita").get(START)))


def test_where_nothing_is_contested_the_page_says_by_which_figures_and_whether_there_are_newer_grades() -> (
    None
):
    alike = {"q/a": ["good", "good", "good"]}
    contested_campaign({"ada": alike, "ben": alike})
    words = said(text_of(browser_of("rita").get(START)))
    assert "Nothing is contested" in words
    assert "By the figures of" in words
    assert "There are newer grades" not in words
    grade_step(taken_up_again("ben"), 1, "okay")
    assert "There are newer grades" in said(text_of(browser_of("rita").get(START)))


def test_when_all_is_decided_the_page_says_so_and_lists_them() -> None:
    contested_campaign()
    answer = None
    for text in ("two", "three", "five"):
        answer = browser_of("rita").post(address(text), form(), follow=True)
    assert answer is not None
    assert answer.redirect_chain == [(START, 302)]
    words = said(text_of(answer))
    assert "All contested steps are decided." in words
    assert "3 of 3 decided" in words
    assert words.count("Bad") >= 3


def test_the_list_is_cut_into_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    contested_campaign()
    monkeypatch.setattr("annotator.web.campaigns.adjudication.page.STEPS_PER_PAGE", 2)
    rita = browser_of("rita")
    first, second = (said(text_of(rita.get(f"{START}?page={number}"))) for number in (1, 2))
    assert "Page 1 of 2" in first
    assert ("r, step 2" in first, "r, step 2" in second) == (False, True)
    assert "Page 2 of 2" in said(text_of(rita.get(f"{START}?page=99")))


def test_the_campaign_page_counts_what_waits() -> None:
    contested_campaign()
    rita = browser_of("rita")
    page = text_of(rita.get("/campaigns/pilot/"))
    assert "3 steps are contested and wait for a decision." in said(page)
    assert f'href="{START}"' in page
    for text in ("two", "three", "five"):
        decide(text)
    assert "3 steps were contested; all are decided." in said(text_of(rita.get("/campaigns/pilot/")))


def test_the_page_of_a_step_tells_of_the_decision() -> None:
    contested_campaign()
    decide("two", reason="The sign is lost.")
    rosa = browser_of("rosa")
    words = said(text_of(rosa.get(f"/campaigns/pilot/steps/{step_of('two').pk}/")))
    assert re.search(r"Decided by a reviewer\s+Bad\s+The sign is lost\.", words)
    browser_of("rita").post(address("two"), {"revision": 1, "version": 1, "take_back": "1"})
    assert "Decided by" not in text_of(rosa.get(f"/campaigns/pilot/steps/{step_of('two').pk}/"))


# --- Blindness


def test_nothing_that_the_pages_send_leads_to_the_people() -> None:
    """Names, numbers and pseudonyms that stand nowhere else by chance, in every page and every answer to a write."""
    for number, name in enumerate(("annegret", "bartholomew")):
        User.objects.create(pk=700_000_001 + number, username=name, email=f"{name}@example.org")
    campaign = contested_campaign({"annegret": GRADES["ada"], "bartholomew": GRADES["ben"]})
    secret = {
        *Membership.objects.filter(campaign=campaign, role="annotator").values_list("pseudonym", flat=True),
        *(str(public_id) for public_id in Assignment.objects.values_list("public_id", flat=True)),
        *("annegret", "bartholomew", "example.org", "700000001", "700000002"),
    }
    rita = browser_of("rita")
    answers = [
        *(rita.get(address(text)) for text in ("one", "two", "three", "four", "five")),
        rita.get(LIST),
        rita.post(address("two"), form(reason=""), headers=SCRIPT),
        rita.post(address("two"), form(), headers=SCRIPT),
        rita.post(address("two"), form(), headers=SCRIPT),
        rita.post(address("two"), form()),
        rita.post(address("three"), form(), follow=True),
        rita.get(address("two")),
    ]
    for answer in answers:
        sent = f"{dict(answer.headers)}{answer.cookies.output()}{text_of(answer)}"
        assert [word for word in secret if word in sent] == []


def test_no_time_of_a_grade_and_no_count_of_anything_is_sent() -> None:
    contested_campaign()
    for name, index, word in (("ada", 1, "good"), ("ben", 1, "bad:sign"), ("ben", 2, "okay")):
        grade_step(taken_up_again(name), index, word, seconds=4321.5)
    saved_on = date_format(timezone.localtime(), "j F Y")
    for text in ("two", "three", "five"):
        page = text_of(browser_of("rita").get(address(text)))
        assert [told for told in ("4321", "4,321", "<time", saved_on) if told in page] == []


def test_the_letters_do_not_follow_the_people() -> None:
    """Two who always differ in the same way: if A were always the same person, all steps would read alike."""
    steps = [f"step {number}" for number in range(24)]
    campaign = contested_campaign(
        {"ada": {"q/a": ["good"] * 24}, "ben": {"q/a": ["okay"] * 24}}, lines=[line("q/a", *steps)]
    )
    rita = browser_of("rita")
    first = []
    for contested in contested_page(campaign=campaign, first=0, most=24):
        words = said(text_of(rita.get(f"{START}{contested.step_id}/")))
        first.append(re.search(r"What was said of it\s+A\s+(\w+)", words)[1])  # type: ignore[index]
    assert 4 <= first.count("Good") <= 20
