"""The row of the whole chain, and long questions, through HTTP."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.assignments.models import Assignment
from annotator.grading.models import Answer, Grade, GradeRevision
from annotator.web.grading.marks import marks_of
from taxonomies.vocabulary import read_vocabulary
from tests.makers import (
    EVERY_KIND,
    WHOLE_CHAIN,
    answer,
    browser_of,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_version,
)
from tests.many_labels import many_labels
from tests.web.tokens import without_token

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def begin(text: str = WHOLE_CHAIN, **policy: Any) -> Assignment:
    make_chain("a", steps=["one", "two"])
    make_chain("b", steps=["three"])
    campaign = make_campaign(version=make_version(text), annotators=["ada", "ben"], **policy)
    return make_assignment(campaign=campaign, now=timezone.now())


@pytest.fixture
def ada() -> Client:
    return browser_of("ada")


def address(assignment: Assignment, rest: str = "") -> str:
    return f"/assignments/{assignment.public_id}/{rest}"


def save(client: Client, assignment: Assignment, *, plain: bool = False, **fields: Any) -> Any:
    """As the page's script sends it, or as a plain form does."""
    usual = {"operation_id": str(uuid.uuid4()), "revision": "0", "comment": "", "label__approach": "sound"}
    form = {
        name.replace("__", "."): value for name, value in {**usual, **fields}.items() if value is not None
    }
    return client.post(address(assignment, "whole/"), form, headers={} if plain else HTMX)


def words(reply: Any) -> str:
    return str(reply.content.decode())


def checked(html: str) -> list[str]:
    return re.findall(r'value="([^"]*)"[^>]* checked>', html)


# What the page shows


def test_the_page_asks_about_the_whole_chain_after_its_steps(ada: Client) -> None:
    page = words(ada.get(address(begin())))
    assert page.index('id="step-1"') < page.index("The whole chain</h2>") < page.index('id="finish"')
    assert page.count("Is the approach sound?</legend>") == 2  # In the row, and for the script.
    assert "0 of 2 graded, whole chain open" in page


def test_a_taxonomy_without_such_questions_has_no_such_row(ada: Client) -> None:
    assignment = begin(EVERY_KIND)
    page = words(ada.get(address(assignment)))
    assert 'id="whole-chain"' not in page
    assert ada.get(address(assignment, "whole/"), headers=HTMX).status_code == 404
    assert save(ada, assignment).status_code == 404


def test_a_follow_up_is_asked_once_its_answer_is_given(ada: Client) -> None:
    assignment = begin()
    assert "Why not?" not in words(save(ada, assignment))
    assert "Why not?" in words(save(ada, assignment, label__approach="unsound", revision="1"))


def test_keys_of_the_whole_chain_are_given_apart_from_those_of_steps() -> None:
    marks = marks_of(read_vocabulary(make_version(WHOLE_CHAIN)))
    assert [mark.hotkey for asked in marks.questions for mark in asked.marks] == ["4"]
    assert [mark.hotkey for asked in marks.chain_questions for mark in asked.marks] == [*"456789"]
    assert marks.question("advice").hotkey == "0"


# Saving


def test_what_is_said_is_saved_and_the_row_says_so(ada: Client) -> None:
    assignment = begin()
    reply = save(ada, assignment, label__style=["short", "clear"], text__advice="so", comment="hm")
    assert reply.status_code == 200
    assert '<p class="row-state is-saved">saved</p>' in words(reply)
    assert sorted(checked(words(reply))) == ["clear", "short", "sound"]
    assert words(reply).strip() in without_token(words(ada.get(address(assignment))))
    assert Grade.objects.get().state == "answered"


def test_an_empty_form_takes_back_what_was_said(ada: Client) -> None:
    assignment = begin()
    save(ada, assignment)
    reply = save(ada, assignment, label__approach=None, revision="1")
    assert reply.status_code == 200
    assert "saved" not in words(reply).replace("row-state is-unsaved", "")
    assert Grade.objects.get().state == "cleared"


def test_the_same_operation_again_gets_the_same_answer(ada: Client) -> None:
    assignment = begin()
    operation = str(uuid.uuid4())
    answers = {save(ada, assignment, operation_id=operation).content for _ in range(3)}
    assert len(answers) == 1
    assert GradeRevision.objects.count() == 1


def test_a_stale_write_shows_both_sides(ada: Client) -> None:
    assignment = begin()
    save(ada, assignment, comment="first")
    reply = save(ada, assignment, label__approach="unsound", comment="second")
    assert reply.status_code == 409
    assert "Sound approach, “first”" in words(reply)
    assert "Unsound approach, “second”" in words(reply)
    assert "keep-stored" in words(reply)
    kept = ada.get(address(assignment, "whole/"), headers=HTMX)
    assert checked(words(kept)) == ["sound"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"verdict": "good"}, "This form has no field &#x27;verdict&#x27;"),
        ({"label__error": "sign"}, "is not asked of the whole chain"),
        ({"label__reason": "misread"}, "is not asked of the whole chain"),
        ({"label__approach": ["sound", "unsound"]}, "takes one label"),
        ({"revision": "9" * 30}, "revision is not a whole number"),
        ({"operation_id": "17"}, "operation_id is not a UUID"),
        ({"comment": "a\x00b"}, "NUL"),
        ({"take_back": ["1", "1"]}, "was sent 2 times"),
    ],
)
def test_nonsense_is_refused_in_words(ada: Client, fields: dict[str, Any], said: str) -> None:
    reply = save(ada, begin(), **fields)
    assert reply.status_code == 422
    assert said in words(reply)
    assert not Grade.objects.exists()


@pytest.mark.parametrize("name", ["ben", "zoe"])
def test_others_chains_take_no_answers(name: str) -> None:
    assignment = begin()
    assert save(browser_of(name), assignment).status_code == 404
    assert browser_of(name).get(address(assignment, "whole/"), headers=HTMX).status_code == 404
    assert not Grade.objects.exists()


def test_a_submitted_chain_shows_what_was_said_and_takes_no_more(ada: Client) -> None:
    assignment = begin()
    for index in range(2):
        grade(assignment, index, now=timezone.now())
    missed = ada.post(address(assignment, "submit/"), headers=HTMX)
    assert "The whole chain needs: Is the approach sound?" in words(missed)
    assert 'data-missing="whole-chain"' in words(missed)
    answer(assignment, now=timezone.now())
    ada.post(address(assignment, "submit/"), headers=HTMX)
    page = words(ada.get(address(assignment)))
    assert "sound" in checked(page)
    assert save(ada, assignment, revision="1").status_code == 422


# Without JavaScript


def test_a_plain_form_saves_and_comes_back_to_its_row(ada: Client) -> None:
    assignment = begin()
    reply = save(ada, assignment, plain=True, operation_id=None)
    assert reply["Location"] == address(assignment) + "#whole-chain"
    # A pressed radio button cannot be let go: what is no longer asked is left out.
    save(ada, assignment, plain=True, label__approach="unsound", label__reason="misread", revision="1")
    reply = save(ada, assignment, plain=True, label__approach="sound", label__reason="misread", revision="2")
    assert reply.status_code == 302
    assert Answer.objects.filter(revision=3).count() == 1


def test_a_plain_form_takes_back_what_was_said(ada: Client) -> None:
    assignment = begin()
    save(ada, assignment, plain=True)
    assert 'name="take_back"' in words(ada.get(address(assignment)))
    save(ada, assignment, plain=True, revision="1", take_back="1", comment="hm")
    assert Grade.objects.get().state == "cleared"


# Many labels


@pytest.mark.parametrize("kind", ["one", "many"])
def test_a_long_question_shows_what_was_chosen_and_lists_its_labels_once(ada: Client, kind: str) -> None:
    assignment = begin(many_labels(300, kind=kind))
    page = words(ada.get(address(assignment)))
    assert page.count("Label 117</span>") == 1
    assert "What label 117 means." not in page
    index = 0
    form = {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "bad", "label.kind": "label_117"}
    row = words(ada.post(address(assignment, f"steps/{index}/"), form, headers=HTMX))
    assert checked(row) == ["bad", "label_117"]
    assert row.count('class="choice ') == 1
    assert len(row) < 6_000


def test_what_a_label_of_a_long_question_means_is_told_when_asked(ada: Client) -> None:
    assignment = begin(many_labels(300))
    told = ada.get(address(assignment, "labels/kind/label_117/"))
    assert "What label 117 means." in words(told)
    assert 'id="about-kind-label_117"' in words(told)
    for missing in ("labels/kind/label_999/", "labels/nothing/label_117/", "labels/verdict/label_117/"):
        assert ada.get(address(assignment, missing)).status_code == 404
    assert browser_of("ben").get(address(assignment, "labels/kind/label_117/")).status_code == 404


def test_without_javascript_one_row_at_a_time_shows_every_label(ada: Client) -> None:
    assignment = begin(many_labels(300))
    form = {"revision": "0", "verdict": "bad", "comment": ""}
    place = ada.post(address(assignment, "steps/0/"), form)["Location"]
    assert place == address(assignment) + "?labels=step-0#step-0"
    assert words(ada.get(place)).count('name="label.kind"') == 300
    assert words(ada.get(address(assignment))).count('name="label.kind"') == 0
    assert "Choose among all 300 labels" in words(ada.get(address(assignment)))


def test_a_save_with_many_labels_costs_as_many_queries_as_with_few(ada: Client) -> None:
    counts = []
    for number, labels in enumerate([5, 300]):
        make_chain(f"c{number}", steps=["one"])
        version = make_version(many_labels(labels, key=f"t{number}"))
        campaign = make_campaign(key=f"k{number}", version=version)
        assignment = make_assignment(campaign=campaign, now=timezone.now())
        fields = {"verdict": "bad", "label.kind": "label_2"}
        for revision in range(2):
            form = {"operation_id": str(uuid.uuid4()), "revision": str(revision), **fields}
            with CaptureQueriesContext(connection) as queries:
                assert ada.post(address(assignment, "steps/0/"), form, headers=HTMX).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
