"""Alternatives over HTTP: rows of their own, in the page and as answers, for the one who holds the chain alone."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.alternatives import begin_forked, node, prm800k_line
from tests.makers import browser_of, grade, grade_bad, make_assignment

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(assignment: Assignment, index: int = 0, number: int = 1) -> str:
    return f"/assignments/{assignment.public_id}/steps/{index}/alternatives/{number}/"


def form(**more: Any) -> dict[str, Any]:
    return {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "good", **more}


def words(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_the_page_has_a_form_for_each_under_its_step() -> None:
    assignment = begin_forked()
    page = words(browser_of("ada").get(f"/assignments/{assignment.public_id}/"))
    forms = re.findall(r'id="(step-[\d-]+)"\s+method="post"\s+action="([^"]+)"', page)
    own = f"/assignments/{assignment.public_id}/steps"
    assert forms == [
        ("step-0", f"{own}/0/"),
        ("step-0-1", f"{own}/0/alternatives/1/"),
        ("step-0-2", f"{own}/0/alternatives/2/"),
        ("step-1", f"{own}/1/"),
        ("step-2", f"{own}/2/"),
        ("step-2-1", f"{own}/2/alternatives/1/"),
    ]
    assert page.index("Other ways to take this step (2)") < page.index("uno")


def test_a_campaign_of_own_steps_shows_none() -> None:
    assignment = begin_forked(alternatives="none")
    ada = browser_of("ada")
    page = words(ada.get(f"/assignments/{assignment.public_id}/"))
    assert "uno" not in page
    assert "alternatives" not in page
    assert ada.post(address(assignment), form(), headers=HTMX).status_code == 404
    assert ada.get(address(assignment), headers=HTMX).status_code == 404


def test_the_answer_is_its_row_and_the_same_for_the_same_operation() -> None:
    assignment = begin_forked()
    ada = browser_of("ada")
    sent = form()
    first = ada.post(address(assignment), sent, headers=HTMX)
    assert first.status_code == 200
    assert 'id="step-0-1"' in words(first)
    assert "Good, saved" in words(first)
    assert ada.post(address(assignment), sent, headers=HTMX).content == first.content
    assert ada.get(address(assignment), headers=HTMX).content == first.content


def test_a_form_without_a_script_leads_back_to_its_row() -> None:
    assignment = begin_forked()
    answer = browser_of("ada").post(address(assignment, 2), form())
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/assignments/{assignment.public_id}/#step-2-1"


def test_a_refused_form_without_a_script_shows_the_page_with_the_words_at_its_row() -> None:
    assignment = begin_forked()
    answer = browser_of("ada").post(address(assignment), form(verdict="wonderful"))
    assert answer.status_code == 422
    page = words(answer)
    assert page.count("Unknown verdict") == 1
    assert page.index('id="step-0-1"') < page.index("Unknown verdict") < page.index('id="step-0-2"')


def test_a_conflict_sets_the_two_sides_of_it_beside_each_other() -> None:
    assignment = begin_forked()
    grade(assignment, 0, alternative=1, verdict="okay")
    answer = browser_of("ada").post(address(assignment), form(), headers=HTMX)
    assert answer.status_code == 409
    assert 'id="step-0-1"' in words(answer)
    assert re.search(r"<p>Okay</p>[\s\S]+<p>Good</p>", words(answer))


@pytest.mark.parametrize("place", [(0, 3), (0, 0), (1, 1), (7, 1), (2**31, 1), (0, 2**31), (0, 10**30)])
def test_one_that_is_not_there_is_not_found(place: tuple[int, int]) -> None:
    assignment = begin_forked()
    ada = browser_of("ada")
    assert ada.get(address(assignment, *place), headers=HTMX).status_code == 404
    assert ada.post(address(assignment, *place), form(), headers=HTMX).status_code == 404


def test_nobody_else_reads_or_grades_them() -> None:
    assignment = begin_forked(annotators=["ada", "ben"])
    ben = browser_of("ben")
    for answer in (
        ben.get(address(assignment), headers=HTMX),
        ben.post(address(assignment), form(), headers=HTMX),
    ):
        assert answer.status_code == 404
        assert "uno" not in words(answer)
    assert not Grade.objects.exists()


def test_what_others_said_of_them_is_not_in_the_page() -> None:
    ada = begin_forked(annotators=["ada", "ben"], overlap=2)
    grade_bad(ada, 0, alternative=1, comment="canary")
    ben = make_assignment(campaign=ada.campaign, annotator="ben")
    page = words(browser_of("ben").get(f"/assignments/{ben.public_id}/"))
    assert "uno" in page
    assert "canary" not in page
    assert "saved</p>" not in page


def test_where_steps_are_shown_one_after_the_other_hidden_ones_have_none_to_see() -> None:
    assignment = begin_forked(reveal="stepwise")
    ada = browser_of("ada")
    page = words(ada.get(f"/assignments/{assignment.public_id}/"))
    assert "uno" in page
    assert "drei" not in page
    assert ada.get(address(assignment, 2), headers=HTMX).status_code == 404
    refused = ada.post(address(assignment, 2), form(), headers=HTMX)
    assert "drei" not in words(refused)
    assert refused.status_code in {404, 422}
    assert not Grade.objects.exists()


def test_they_cost_the_page_one_query() -> None:
    nodes = [node(f"own {index}", *(f"other {index} {n}" for n in range(4))) for index in range(6)]
    assignment = begin_forked(prm800k_line(*nodes))
    ada = browser_of("ada")
    page = f"/assignments/{assignment.public_id}/"
    ada.get(page)
    with CaptureQueriesContext(connection) as beside:
        assert words(ada.get(page)).count('class="step alternative"') == 24
    assignment.campaign.alternatives = "none"
    assignment.campaign.save()
    with CaptureQueriesContext(connection) as alone:
        ada.get(page)
    assert len(beside) == len(alone) + 1


def test_a_usual_save_asks_the_database_no_more_than_before() -> None:
    assignment = begin_forked(alternatives="written")
    ada = browser_of("ada")
    path = f"/assignments/{assignment.public_id}/steps/0/"
    ada.post(path, form(), headers=HTMX)
    with CaptureQueriesContext(connection) as queries:
        assert ada.post(path, form(revision="1"), headers=HTMX).status_code == 200
    assert sum("chains_step s" in query["sql"] for query in queries) == 0
    assert (
        sum("grading_grade" in query["sql"] or "assignments_assignment" in query["sql"] for query in queries)
        == 3
    )


# --- A step as it should be


def test_a_written_step_is_part_of_the_row_where_it_was_asked_for() -> None:
    assignment = begin_forked(alternatives="written")
    ada = browser_of("ada")
    page = words(ada.get(f"/assignments/{assignment.public_id}/"))
    path = f"/assignments/{assignment.public_id}/steps/0/?writes=1"
    assert f'action="{path}"' in page
    assert page.count('name="human_step"') == 3
    said = {"verdict": "bad", "label.error": "sign", "human_step": "**better** <script>alert(1)</script> $x$"}
    answer = ada.post(path, form(**said), headers=HTMX)
    assert answer.status_code == 200
    assert "<strong>better</strong>" in words(answer)
    assert "<script>" not in words(answer)
    assert 'data-tex="x"' in words(answer)


def test_a_campaign_that_asks_for_none_has_no_field_for_it_and_refuses_it() -> None:
    assignment = begin_forked()
    ada = browser_of("ada")
    assert "human_step" not in words(ada.get(f"/assignments/{assignment.public_id}/"))
    path = f"/assignments/{assignment.public_id}/steps/0/"
    said = {"verdict": "bad", "label.error": "sign", "human_step": "better"}
    answer = ada.post(path, form(**said), headers=HTMX)
    assert answer.status_code == 422
    assert "This campaign asks nobody to write a step." in words(answer)
    assert "better" in words(answer)


def test_an_alternative_has_no_field_for_a_written_step() -> None:
    assignment = begin_forked(alternatives="written")
    grade_bad(assignment, 0, alternative=1)
    row = browser_of("ada").get(address(assignment), headers=HTMX)
    assert "human_step" not in words(row)
