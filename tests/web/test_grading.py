"""The grading page through HTTP: what it shows, what it saves, and what it refuses."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html.parser import HTMLParser
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.assignments.claiming import expire_leases
from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Answer, Grade, GradeRevision
from annotator.grading.submitting import submit
from tests.makers import (
    NOW,
    browser_of,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
)
from tests.web.tokens import without_token

pytestmark = pytest.mark.django_db
STEPS = ["one", "two", "three"]
HTMX = {"HX-Request": "true"}


def make_open(*, annotators: tuple[str, ...] = ("ada", "ben"), **policy: Any) -> Assignment:
    """A chain of three steps, open for ada."""
    if not Campaign.objects.exists():
        make_chain(
            "a", steps=STEPS, reference_answer="42", generator="secret-model", final_answer_correct=True
        )
        make_chain("b", steps=["four", "five", "six"])
    campaign = make_campaign(annotators=list(annotators), **policy)
    return make_assignment(campaign=campaign, annotator="ada", now=timezone.now())


@pytest.fixture
def assignment() -> Assignment:
    return make_open()


@pytest.fixture
def ada() -> Client:
    return browser_of("ada")


def address(assignment: Assignment, rest: str = "") -> str:
    return f"/assignments/{assignment.public_id}/{rest}"


def save(client: Client, assignment: Assignment, index: int = 0, **fields: Any) -> Any:
    """As the page's script sends it: good on revision 0, unless more is said."""
    usual = {
        "operation_id": str(uuid.uuid4()),
        "revision": "0",
        "verdict": "good",
        "comment": "",
        "seconds": "1.5",
    }
    form = {
        name.replace("__", "."): value for name, value in {**usual, **fields}.items() if value is not None
    }
    return client.post(address(assignment, f"steps/{index}/"), form, headers=HTMX)


def words(answer: Any) -> str:
    return str(answer.content.decode())


def checked(html: str) -> list[str]:
    return re.findall(r'value="([^"]*)"[^>]* checked>', html)


# What the page shows


def test_the_page_shows_problem_steps_and_keys(ada: Client, assignment: Assignment) -> None:
    page = words(ada.get(address(assignment)))
    assert "What is p?" in page
    assert all(step in page for step in STEPS)
    assert 'data-key="1"' in page


def test_the_page_is_not_cached(ada: Client, assignment: Assignment) -> None:
    assert "no-store" in ada.get(address(assignment))["Cache-Control"]


def test_the_page_says_nothing_of_generator_outcome_others_or_gold(
    ada: Client, assignment: Assignment
) -> None:
    bens = make_assignment(campaign=assignment.campaign, annotator="ben")
    grade_bad(bens, 0, comment="look at the sign")
    page = words(ada.get(address(assignment)))
    for secret in [
        "secret-model",
        "final_answer_correct",
        "look at the sign",
        "ben",
        "gold",
        "overlap",
        "seat",
    ]:
        assert secret not in page.replace("button", "")
    assert checked(page) == []


def test_looking_writes_nothing(ada: Client, assignment: Assignment) -> None:
    ada.get("/")  # The session notes once an hour that it is in use.
    with CaptureQueriesContext(connection) as queries:
        ada.get(address(assignment))
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


@pytest.mark.parametrize("name", ["ben", "zoe"])
@pytest.mark.parametrize("rest", ["", "steps/0/"])
def test_others_assignments_look_like_missing_ones(assignment: Assignment, name: str, rest: str) -> None:
    stranger = browser_of(name)
    answer = stranger.get(address(assignment, rest))
    missing = stranger.get(f"/assignments/{uuid.uuid4()}/{rest}")
    assert answer.status_code == missing.status_code == 404
    assert without_tokens(answer) == without_tokens(missing)


@pytest.mark.parametrize("rest", ["steps/0/", "submit/", "reference/"])
def test_others_assignments_take_no_writes(assignment: Assignment, rest: str) -> None:
    form = {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "good"}
    answer = browser_of("ben").post(address(assignment, rest), form, headers=HTMX)
    assert answer.status_code == 404
    assert not Grade.objects.exists()


def without_tokens(answer: Any) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", words(answer))


@pytest.mark.parametrize("text", ["a\r\nb", "\n\nfirst lines", "tail \r", "<b>&amp;</b>", "  two  blanks "])
def test_the_raw_view_holds_the_stored_text_exactly(text: str) -> None:
    make_chain("raw", steps=[text])
    campaign = make_campaign(annotators=["ada"])
    page = words(browser_of("ada").get(address(make_assignment(campaign=campaign))))
    raw = re.findall(r'<div class="raw">(.*?)</div>', page, re.DOTALL)[1]
    assert text_content(raw) == text


def text_content(html: str) -> str:
    """As a browser has it: line breaks are made alike before references are resolved."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[assignment, method-assign]
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    return "".join(parts)


def test_plain_rendering_offers_no_raw_view() -> None:
    page = words(browser_of("ada").get(address(make_open(plain_share=0.5))))
    assert 'class="raw"' not in page
    assert "<kbd>t</kbd>" not in page


# Saving


def test_a_grade_is_saved_and_the_row_says_so(ada: Client, assignment: Assignment) -> None:
    answer = save(ada, assignment, 1, verdict="okay")
    assert answer.status_code == 200
    assert "Okay, saved" in words(answer)
    assert 'name="revision" value="1"' in words(answer)
    assert Grade.objects.get().seconds == 1.5


def test_the_answer_is_the_row_of_the_page(ada: Client, assignment: Assignment) -> None:
    row = words(save(ada, assignment, 0, verdict="bad", label__error="logic", text__why="no reason"))
    assert row.strip() in without_token(words(ada.get(address(assignment))))


def test_a_save_costs_few_queries(ada: Client, assignment: Assignment) -> None:
    save(ada, assignment, 0)
    with CaptureQueriesContext(connection) as queries:
        save(ada, assignment, 1)
    assert len(queries) <= 11, "\n".join(query["sql"] for query in queries)


def test_a_flawed_verdict_opens_its_questions(ada: Client, assignment: Assignment) -> None:
    answer = words(save(ada, assignment, verdict="bad"))
    assert "What is wrong?" in answer
    assert "Why?" not in answer


def test_answers_of_every_kind_are_kept(ada: Client, assignment: Assignment) -> None:
    more: dict[str, Any] = {
        "label__traits": ["terse", "clear"],
        "text__why": "it does not follow",
        "text__remark": "",
    }
    answer = save(ada, assignment, verdict="bad", label__error="logic", comment="hm", **more)
    assert answer.status_code == 200
    assert sorted(checked(words(answer))) == ["bad", "clear", "logic", "terse"]
    assert "it does not follow" in words(answer)
    assert Answer.objects.count() == 4


def test_unsure_and_taking_back(ada: Client, assignment: Assignment) -> None:
    assert "Unsure, saved" in words(save(ada, assignment, verdict="?"))
    back = save(ada, assignment, verdict="", revision="1")
    assert back.status_code == 200
    assert "saved" not in words(back)
    assert [revision.state for revision in GradeRevision.objects.order_by("revision")] == [
        "unsure",
        "cleared",
    ]


def test_the_same_operation_again_gets_the_same_answer(ada: Client, assignment: Assignment) -> None:
    operation = str(uuid.uuid4())
    answers = {save(ada, assignment, operation_id=operation).content for _ in range(3)}
    assert len(answers) == 1
    assert GradeRevision.objects.count() == 1


def test_the_same_operation_with_another_payload_is_refused(ada: Client, assignment: Assignment) -> None:
    operation = str(uuid.uuid4())
    save(ada, assignment, operation_id=operation)
    answer = save(ada, assignment, operation_id=operation, verdict="okay")
    assert answer.status_code == 422
    assert "used for another write" in words(answer)


@pytest.mark.django_db(transaction=True)
def test_sixteen_posts_of_one_operation_leave_one_grade_and_sixteen_equal_answers() -> None:
    assignment = make_open()
    operation = str(uuid.uuid4())
    browsers = [browser_of("ada") for _ in range(16)]
    barrier = Barrier(len(browsers))

    def post(client: Client) -> tuple[int, bytes]:
        barrier.wait(timeout=20)
        try:
            answer = save(client, assignment, operation_id=operation, verdict="bad", label__error="sign")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(post, browsers))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert Grade.objects.count() == GradeRevision.objects.count() == 1


def test_a_stale_write_shows_both_sides_and_saves_nothing(ada: Client, assignment: Assignment) -> None:
    save(ada, assignment, verdict="okay", comment="first")
    answer = save(ada, assignment, verdict="good", comment="second", revision="0")
    assert answer.status_code == 409
    assert "Okay, “first”" in words(answer)
    assert "Good, “second”" in words(answer)
    assert 'name="revision" value="1"' in words(answer)
    assert Grade.objects.get().comment == "first"


def test_one_side_of_a_conflict_is_kept_by_reading_what_is_stored(
    ada: Client, assignment: Assignment
) -> None:
    saved = save(ada, assignment, verdict="okay")
    answer = ada.get(address(assignment, "steps/0/"), headers=HTMX)
    assert answer.content == saved.content


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"operation_id": "17"}, "operation_id is not a UUID"),
        ({"revision": "one"}, "revision is not a whole number"),
        ({"revision": "-1"}, "revision is not a whole number"),
        ({"revision": "9" * 30}, "revision is not a whole number"),
        ({"revision": None}, "revision is not a whole number"),
        ({"seconds": "nan"}, "seconds is not a number"),
        ({"seconds": "1e9"}, "seconds is not a number"),
        ({"verdict": None}, "Choose a verdict first"),
        ({"verdict": "perfect"}, "Unknown verdict"),
        ({"verdict": ["good", "bad"]}, "verdict&#x27; was sent 2 times"),
        ({"verdict": "", "comment": "hm"}, "A cleared grade says nothing"),
        ({"label__error": "sign"}, "is not asked for this step"),
        ({"verdict": "bad", "label__error": "typo"}, "has no such label"),
        ({"verdict": "bad", "label__error": ["sign", "logic"]}, "takes one label"),
        ({"text__nothing": "x"}, "takes no text here"),
        ({"comment": "x" * 10_001}, "at most 10000 characters"),
        ({"comment": "a\x00b"}, "NUL"),
        ({"colour": "red"}, "This form has no field"),
    ],
)
def test_nonsense_is_refused_in_words(
    ada: Client, assignment: Assignment, fields: dict[str, Any], said: str
) -> None:
    answer = save(ada, assignment, **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "not saved" in words(answer)
    assert not Grade.objects.exists()


def test_a_refused_row_keeps_what_was_written(ada: Client, assignment: Assignment) -> None:
    answer = save(ada, assignment, verdict="bad", label__error="sign", comment="y" * 10_001)
    assert checked(words(answer)) == ["bad", "sign"]
    assert "y" * 10_001 in words(answer)


@pytest.mark.parametrize("index", ["3", "2147483648", "99999999999999999999", "-1", "x"])
def test_a_step_that_does_not_exist(ada: Client, assignment: Assignment, index: str) -> None:
    assert ada.get(address(assignment, f"steps/{index}/")).status_code == 404
    form = {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "good"}
    assert ada.post(address(assignment, f"steps/{index}/"), form, headers=HTMX).status_code == 404


def test_after_the_first_error_later_steps_are_refused(ada: Client, assignment: Assignment) -> None:
    save(ada, assignment, 0, verdict="bad", label__error="sign")
    answer = save(ada, assignment, 1)
    assert answer.status_code == 422
    assert "stay not graded" in words(answer)
    page = words(ada.get(address(assignment)))
    assert page.count("is-after-error") == 2


def test_a_campaign_that_continues_takes_them(ada: Client) -> None:
    assignment = make_open(after_first_error="continue")
    save(ada, assignment, 0, verdict="bad", label__error="sign")
    assert save(ada, assignment, 1).status_code == 200


def test_without_a_session_a_write_gets_401_and_never_the_sign_in_page(assignment: Assignment) -> None:
    answer = save(Client(), assignment)
    assert answer.status_code == 401
    assert words(answer) == "Please sign in."


def test_a_write_needs_the_token_of_its_session(assignment: Assignment) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("ada"))
    assert save(strict, assignment).status_code == 403
    assert not Grade.objects.exists()


# Without JavaScript


def plain_save(client: Client, assignment: Assignment, index: int = 0, **fields: Any) -> Any:
    form = {
        name.replace("__", "."): value for name, value in {"revision": "0", "comment": "", **fields}.items()
    }
    return client.post(address(assignment, f"steps/{index}/"), form)


def test_a_plain_form_saves_and_comes_back_to_its_step(ada: Client, assignment: Assignment) -> None:
    answer = plain_save(ada, assignment, 1, verdict="okay", comment="two\r\nlines")
    assert answer.status_code == 302
    assert answer["Location"] == address(assignment) + "#step-1"
    assert Grade.objects.get().comment == "two\nlines"


def test_a_plain_form_may_still_hold_answers_that_are_no_longer_asked(
    ada: Client, assignment: Assignment
) -> None:
    plain_save(ada, assignment, verdict="bad", label__error="logic", text__why="so")
    answer = plain_save(ada, assignment, verdict="good", label__error="logic", text__why="so", revision="1")
    assert answer.status_code == 302
    assert Grade.objects.get().verdict.key == "good"  # type: ignore[union-attr]


def test_a_plain_form_takes_a_grade_back_whatever_else_it_still_holds(
    ada: Client, assignment: Assignment
) -> None:
    plain_save(ada, assignment, verdict="bad", label__error="sign", comment="hm")
    answer = plain_save(ada, assignment, verdict="", label__error="sign", comment="hm", revision="1")
    assert answer.status_code == 302
    assert Grade.objects.get().state == "cleared"


def test_a_refused_plain_form_shows_the_page_with_its_words(ada: Client, assignment: Assignment) -> None:
    answer = ada.post(address(assignment, "steps/0/"), {"revision": "0", "comment": "hm"})
    assert answer.status_code == 422
    assert "Choose a verdict first." in words(answer)
    assert "What is p?" in words(answer)


def test_a_plain_conflict_shows_the_page_with_both_sides(ada: Client, assignment: Assignment) -> None:
    plain_save(ada, assignment, verdict="okay")
    answer = plain_save(ada, assignment, verdict="good")
    assert answer.status_code == 409
    assert "Saved meanwhile" in words(answer)


# The reference answer


def test_a_collapsed_reference_is_not_in_the_page_until_it_is_opened(ada: Client) -> None:
    assignment = make_open(reference="collapsed")
    assert "42" not in without_tokens(ada.get(address(assignment))).replace(str(assignment.public_id), "")
    answer = ada.post(address(assignment, "reference/"), headers=HTMX)
    assert "42" in words(answer)
    assignment.refresh_from_db()
    assert "reference_opened_at" in assignment.exposure


def test_the_first_opening_counts(ada: Client) -> None:
    assignment = make_open(reference="collapsed")
    ada.post(address(assignment, "reference/"))
    assignment.refresh_from_db()
    first = assignment.exposure
    assert ada.post(address(assignment, "reference/"))["Location"] == address(assignment)
    assignment.refresh_from_db()
    assert assignment.exposure == first


def test_a_hidden_reference_stays_hidden(ada: Client) -> None:
    assignment = make_open(reference="hidden")
    assert "Reference answer" not in words(ada.get(address(assignment)))
    assert "42" not in words(ada.post(address(assignment, "reference/"), headers=HTMX))
    assignment.refresh_from_db()
    assert assignment.exposure == {"reference": "hidden", "reveal": "all"}


def test_a_shown_reference_is_there_at_once(ada: Client) -> None:
    page = words(ada.get(address(make_open(reference="shown"))))
    assert "Show it" not in page
    assert "42" in page


# Submitting


def test_what_is_missing_is_said_and_named(ada: Client, assignment: Assignment) -> None:
    grade(assignment, 0)
    answer = ada.post(address(assignment, "submit/"), headers=HTMX)
    assert answer.status_code == 422
    assert "Step 2 is not graded." in words(answer)
    assert 'data-missing="step-1"' in words(answer)


def test_without_javascript_the_page_says_what_is_missing(ada: Client, assignment: Assignment) -> None:
    answer = ada.post(address(assignment, "submit/"))
    assert answer.status_code == 422
    assert "Step 1 is not graded." in words(answer)
    assert "What is p?" in words(answer)


def test_submitting_leads_straight_to_the_next_chain(ada: Client, assignment: Assignment) -> None:
    grade_bad(assignment, 0)
    answer = ada.post(address(assignment, "submit/"), headers=HTMX)
    following = Assignment.objects.get(annotator__username="ada", status="open")
    assert answer["HX-Redirect"] == address(following)
    again = ada.post(address(assignment, "submit/"))
    assert again["Location"] == address(following)


def test_after_the_last_chain_comes_home_with_thanks(ada: Client) -> None:
    make_chain("only", steps=["one"])
    assignment = make_assignment(campaign=make_campaign(annotators=["ada"]), now=timezone.now())
    grade(assignment, 0)
    answer = ada.post(address(assignment, "submit/"), follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert "thank you" in words(answer)


def test_a_bad_problem_is_handed_in_with_a_reason(ada: Client, assignment: Assignment) -> None:
    refused = ada.post(
        address(assignment, "submit/"), {"unfinished": "bad_problem", "note": " "}, headers=HTMX
    )
    assert refused.status_code == 422
    assert "Say why" in words(refused)
    ada.post(address(assignment, "submit/"), {"unfinished": "bad_problem", "note": "no question"})
    assignment.refresh_from_db()
    assert (assignment.status, assignment.finish_reason) == ("submitted", "bad_problem")


def test_a_made_up_reason_is_refused(ada: Client, assignment: Assignment) -> None:
    answer = ada.post(address(assignment, "submit/"), {"unfinished": "solution", "note": "x"}, headers=HTMX)
    assert answer.status_code == 422


def test_a_submitted_chain_is_shown_and_no_longer_changed(ada: Client, assignment: Assignment) -> None:
    grade_bad(assignment, 0)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    page = words(ada.get(address(assignment)))
    assert "Submitted on 20 November 2026" in page
    assert 'id="finish"' not in page
    late = save(ada, assignment, revision="1")
    assert late.status_code == 422
    assert "This chain is submitted" in words(late)


def test_an_expired_chain_is_answered_honestly_and_its_text_comes_back(
    ada: Client, assignment: Assignment
) -> None:
    grade(assignment, 0)
    expire_leases(campaign=None, now=timezone.now() + timedelta(days=2))
    Campaign.objects.update(status="paused")
    late = save(ada, assignment, 1, comment="a long thought")
    assert late.status_code == 422
    assert "This chain is expired; the grade was not saved." in words(late)
    assert "a long thought" in words(late)
    assert "went back to the others" in words(ada.get(address(assignment)))
    submitted = ada.post(address(assignment, "submit/"), headers=HTMX)
    assert submitted.status_code == 422
    assert "its grades are kept" in words(submitted)


def test_grades_of_a_shared_prefix_come_filled_and_marked(ada: Client) -> None:
    make_chain("first", steps=["one", "two"])
    make_chain("second", steps=["one", "deux"])
    campaign = make_campaign(annotators=["ada"], after_first_error="continue")
    first = make_assignment(campaign=campaign, now=timezone.now())
    grade(first, 0)
    grade(first, 1)
    submit(public_id=first.public_id, annotator=first.annotator, now=timezone.now())
    page = words(ada.get(address(make_assignment(campaign=campaign, now=timezone.now()))))
    assert page.count("Your grade from a chain that begins alike.") == 1
    assert checked(page) == ["good"]


# Repairs, flags and bulk


def test_a_plain_form_offers_the_earlier_flawed_steps_and_saves_the_chosen_one(ada: Client) -> None:
    assignment = make_open(after_first_error="repair")
    grade_bad(assignment, 0)
    page = words(ada.get(address(assignment)))
    assert "data-asks-repair" in page
    assert page.count('<select name="repairs"') == 2
    assert page.count('<option value="0"') == 2
    form = {"revision": "0", "verdict": "good", "repairs": "0", "flag_reason": "cut off", "in_bulk": "1"}
    ada.post(address(assignment, "steps/1/"), form)
    kept = Grade.objects.get(step__index=1)
    assert kept.repairs is not None
    assert (kept.repairs.index, kept.flag_reason, kept.in_bulk) == (0, "cut off", False)
    page = words(ada.get(address(assignment)))
    assert "Step 2: Good, repairs step 1, flagged" in page
    assert ">No later step repairs" not in page


def test_a_link_to_a_step_that_is_not_flawed_is_refused_in_words(ada: Client) -> None:
    assignment = make_open(after_first_error="repair")
    answer = save(ada, assignment, 1, repairs="0")
    assert answer.status_code == 422
    assert "Step 1 is not flawed" in words(answer)
    assert not Grade.objects.exists()


def test_what_no_step_repairs_is_said_without_a_script_too(ada: Client) -> None:
    assignment = make_open(after_first_error="repair")
    grade_bad(assignment, 0)
    assert ">No later step repairs step 1." in words(ada.get(address(assignment)))


def test_a_grade_in_bulk_says_so_until_it_is_graded_anew(ada: Client, assignment: Assignment) -> None:
    assert "Good, in bulk, saved" in words(save(ada, assignment, in_bulk="1"))
    assert 'name="in_bulk" value="1"' in words(ada.get(address(assignment)))
    answer = words(save(ada, assignment, revision="1"))
    assert "Good, saved" in answer
    assert "in_bulk" not in answer


def test_a_row_knows_the_seconds_that_were_spent_on_it(ada: Client, assignment: Assignment) -> None:
    assert 'data-seconds="12.5"' in words(save(ada, assignment, seconds="12.5"))
    assert 'data-seconds="12.5"' in words(ada.get(address(assignment)))


def test_only_texts_beyond_the_limit_are_cut_short(ada: Client) -> None:
    make_chain("long", steps=["x" * 4_000, "y " * 2_001])
    assignment = make_assignment(campaign=make_campaign(annotators=["ada"]), now=timezone.now())
    page = words(ada.get(address(assignment)))
    assert page.count("is-long-text") == page.count('aria-expanded="false"') == 1
    assert 'aria-controls="text-1"' in page


def test_words_of_a_flag_are_text(ada: Client, assignment: Assignment) -> None:
    answer = words(save(ada, assignment, flag_reason="</textarea><script>alert(1)</script>"))
    assert "<script>" not in answer
