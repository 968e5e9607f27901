"""Steps that are not shown yet are nowhere: not in the page, not in an answer, not in a refusal."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade
from tests.makers import browser_of, grade, grade_bad, make_assignment, make_campaign, make_chain

pytestmark = pytest.mark.django_db
STEPS = ["alpha **step**", "beta $x$", "gamma", "delta"]
ANSWER = "omega"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada() -> Client:
    return browser_of("ada")


def stepwise(**policy: Any) -> Assignment:
    make_chain("q/a", steps=STEPS, final_answer=ANSWER)
    campaign = make_campaign(
        annotators=["ada"], **{"reveal": "stepwise", "after_first_error": "continue", **policy}
    )
    return make_assignment(campaign=campaign, now=timezone.now())


def address(assignment: Assignment, rest: str = "") -> str:
    return f"/assignments/{assignment.public_id}/{rest}"


def save(client: Client, assignment: Assignment, index: int, **more: Any) -> Any:
    form = {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "good", "comment": "", **more}
    return client.post(address(assignment, f"steps/{index}/"), form, headers=HTMX)


def seen_in(html: str) -> list[str]:
    return [word for word in ("alpha", "beta", "gamma", "delta", ANSWER) if word in html]


def test_the_page_holds_the_steps_up_to_the_one_that_is_asked_for(ada: Client) -> None:
    assignment = stepwise()
    html = ada.get(address(assignment)).content.decode()
    assert seen_in(html) == ["alpha"]
    assert html.count('class="dot') == 4
    assert "Steps still hidden: 3." in html
    grade(assignment, 0)
    assert seen_in(ada.get(address(assignment)).content.decode()) == ["alpha", "beta"]


def test_the_answer_to_a_grade_brings_the_next_step_and_no_more(ada: Client) -> None:
    assignment = stepwise()
    html = save(ada, assignment, 0).content.decode()
    assert seen_in(html) == ["beta"]
    assert '<template data-next="2">' in html


def test_the_last_step_comes_with_the_final_answer(ada: Client) -> None:
    assignment = stepwise()
    grade(assignment, 0)
    grade(assignment, 1)
    html = save(ada, assignment, 2).content.decode()
    assert seen_in(html) == ["delta", ANSWER]
    assert '<template data-next="0">' in html
    assert "data-next" not in save(ada, assignment, 3).content.decode()


def test_a_grade_of_an_earlier_step_brings_nothing_that_is_there_already(ada: Client) -> None:
    assignment = stepwise()
    grade(assignment, 0)
    grade(assignment, 1)
    assert seen_in(save(ada, assignment, 0, revision="1", verdict="okay").content.decode()) == []


def test_the_same_operation_again_gets_the_same_answer(ada: Client) -> None:
    assignment = stepwise()
    operation = str(uuid.uuid4())
    first, again = (save(ada, assignment, 0, operation_id=operation).content for _ in range(2))
    assert first == again


def test_a_campaign_that_stops_brings_nothing_after_the_first_error(ada: Client) -> None:
    assignment = stepwise(after_first_error="stop")
    html = save(ada, assignment, 0, verdict="bad", **{"label.error": "sign"}).content.decode()
    assert seen_in(html) == []
    page = ada.get(address(assignment)).content.decode()
    assert seen_in(page) == ["alpha"]
    assert "Steps still hidden: 3. This campaign stops at the first flawed step." in page


def test_a_step_that_is_not_shown_is_refused_in_words_and_stored_nowhere(ada: Client) -> None:
    assignment = stepwise()
    refused = save(ada, assignment, 2)
    assert refused.status_code == 422
    assert "Step 3 is not shown yet" in refused.content.decode()
    assert seen_in(refused.content.decode()) == []
    assert ada.get(address(assignment, "steps/2/"), headers=HTMX).status_code == 404
    assert not Grade.objects.exists()


def test_without_javascript_a_refusal_of_it_stands_on_the_page(ada: Client) -> None:
    assignment = stepwise()
    refused = ada.post(address(assignment, "steps/2/"), {"revision": "0", "verdict": "good"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert seen_in(html) == ["alpha"]
    assert "Step 3 is not shown yet" in html


def test_without_javascript_the_page_comes_back_with_the_next_step(ada: Client) -> None:
    assignment = stepwise()
    back = ada.post(
        address(assignment, "steps/0/"), {"revision": "0", "verdict": "good"}, follow=True
    ).content.decode()
    assert seen_in(back) == ["alpha", "beta"]


def test_a_submitted_page_shows_what_was_shown(ada: Client) -> None:
    assignment = stepwise(after_first_error="stop")
    grade(assignment, 0)
    grade_bad(assignment, 1)
    ada.post(address(assignment, "submit/"))
    html = ada.get(address(assignment)).content.decode()
    assert seen_in(html) == ["alpha", "beta"]
    assert "Steps that were not shown: 2." in html


def test_where_all_steps_are_shown_an_answer_is_the_row_alone(ada: Client) -> None:
    assignment = stepwise(reveal="all")
    assert seen_in(ada.get(address(assignment)).content.decode()) == [
        "alpha",
        "beta",
        "gamma",
        "delta",
        ANSWER,
    ]
    assert seen_in(save(ada, assignment, 0).content.decode()) == []


def test_a_reference_that_was_shown_stays_on_record_and_on_the_page(ada: Client) -> None:
    make_chain("q/a", steps=STEPS, reference_answer="the reference")
    campaign = make_campaign(annotators=["ada"], reference="shown")
    assignment = make_assignment(campaign=campaign, now=timezone.now())
    Campaign.objects.update(reference="hidden")
    assert "the reference" in ada.get(address(assignment)).content.decode()
    assignment.refresh_from_db()
    assert assignment.exposure["reference"] == "shown"


def test_a_reference_that_was_hidden_at_the_claim_stays_hidden(ada: Client) -> None:
    make_chain("q/a", steps=STEPS, reference_answer="the reference")
    campaign = make_campaign(annotators=["ada"], reference="hidden")
    assignment = make_assignment(campaign=campaign, now=timezone.now())
    Campaign.objects.update(reference="shown")
    assert "the reference" not in ada.get(address(assignment)).content.decode()


def test_on_a_plain_page_every_text_is_plain_and_the_grade_says_so(ada: Client) -> None:
    make_chain(
        "q/a",
        steps=["**bold**", "# head"],
        final_answer="**bold end**",
        reference_answer="**bold reference**",
    )
    campaign = make_campaign(annotators=["ada"], plain_share=1.0, reference="shown")
    assignment = make_assignment(campaign=campaign, now=timezone.now())
    Campaign.objects.update(plain_share=0.0)
    html = ada.get(address(assignment)).content.decode()
    for text in ("bold", "head", "bold end", "bold reference"):
        assert f"<p>{text}</p>" in html
    assert "**bold" not in html
    assert 'class="raw"' not in html
    save(ada, assignment, 0)
    assert Grade.objects.get().rendering == "plain"
