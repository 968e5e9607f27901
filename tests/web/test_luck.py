"""Lucky and suspect chains: who may see them, what narrows the list, and what is said where there is nothing."""

import re
import uuid
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from annotator.analysis.models import AgreementReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import ChainStep
from annotator.grading.adjudicating import DecisionWrite, decide
from tests.graded import grade_step, graded_campaign
from tests.makers import NOW, browser_of, grade, line, make_assignment, make_user
from tests.moving import move, next_version
from tests.reported import find_lucky, find_suspect, make_report

pytestmark = pytest.mark.django_db
LUCK = "/campaigns/pilot/luck/"


def with_overseers(campaign: Campaign) -> Campaign:
    add_member(campaign=campaign, user=make_user("canary-rosa"), role=Role.RESEARCHER)
    add_member(campaign=campaign, user=make_user("canary-rita"), role=Role.REVIEWER)
    return campaign


@pytest.fixture
def campaign() -> Campaign:
    """Three lucky chains, each on another basis, of two generators; the last is suspect. Only the first is repaired."""
    campaign = graded_campaign(
        [
            line("p/a", "$x = 1$", "<b>wrong</b>", "three", final_answer_correct=True, generator="tutor-v2"),
            line("q/a", "one", "two", final_answer_correct=True, generator="tutor-v2"),
            line("r/a", "one", "two", final_answer_correct=True, generator="other"),
            line(
                "s/a",
                "one",
                "two",
                final_answer_correct=False,
                generator="other",
                final_answer="5",
                reference_answer="7",
            ),
        ],
        {
            "canary-ada": {
                "p/a": ["good", "bad:sign", "good>1"],
                "q/a": ["good", "bad:logic"],
                "r/a": ["good", "good"],
                "s/a": ["good", "good"],
            },
            "canary-ben": {
                "p/a": ["good", "bad:logic", "unsure"],
                "q/a": ["good", "good"],
                "r/a": ["good", "bad:sign"],
                "s/a": ["good", "okay"],
            },
        },
        after_first_error="repair",
    )
    return with_overseers(campaign)


@pytest.fixture
def report(campaign: Campaign) -> AgreementReport:
    made = make_report(campaign)
    find_lucky(made, "p/a", basis="adjudicated")
    find_lucky(made, "q/a", basis="consensus")
    find_lucky(made, "r/a", basis="annotator")
    find_suspect(made, "s/a")
    return made


def chain_ids(browser: Client, query: str = "") -> list[str]:
    words = browser.get(f"{LUCK}{query}").content.decode()
    return re.findall(r"<span class=\"found-name\">(.*?)</span>", words)


def words_at(browser: Client, query: str = "") -> str:
    """The page as one line, without what only shapes it."""
    text = browser.get(f"{LUCK}{query}").content.decode()
    return " ".join(re.sub(r"<(?!/?(?:a|option)\b)[^>]*>", " ", text).split())


@pytest.mark.parametrize("name", ["canary-ada", "zoe"])
def test_annotators_and_strangers_find_nothing_here(report: AgreementReport, name: str) -> None:
    assert browser_of(name).get(LUCK).status_code == 404


@pytest.mark.parametrize("name", ["canary-rosa", "canary-rita"])
def test_overseers_see_the_lucky_chains_the_surest_first(report: AgreementReport, name: str) -> None:
    assert chain_ids(browser_of(name)) == ["p/a", "q/a", "r/a"]


def test_a_chain_shows_its_flawed_step_what_was_said_and_where_it_is_undone(report: AgreementReport) -> None:
    browser = browser_of("canary-rita")
    text = browser.get(f"{LUCK}?basis=adjudicated").content.decode()
    steps = dict(ChainStep.objects.filter(chain__external_id="p/a").values_list("index", "step"))
    assert f'href="/campaigns/pilot/steps/{steps[1]}/?version=1"' in text
    assert f'href="/campaigns/pilot/steps/{steps[2]}/?version=1"' in text
    assert "&lt;b&gt;wrong" in text
    words = words_at(browser, "?basis=adjudicated")
    assert "Bad × 2" in words
    assert "Sign, Logic" in words
    assert "Undone in step 3" in words


def test_nobody_is_named_on_it_not_even_by_pseudonym(campaign: Campaign, report: AgreementReport) -> None:
    text = browser_of("canary-rita").get(LUCK).content.decode().replace("canary-rita", "")
    assert "canary" not in text
    for pseudonym in campaign.memberships.values_list("pseudonym", flat=True):
        assert pseudonym not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?basis=consensus", ["q/a"]),
        ("?generator=tutor-v2", ["p/a", "q/a"]),
        ("?generator=nobody", []),
        ("?repair=yes", ["p/a"]),
        ("?repair=no", ["q/a", "r/a"]),
        ("?repair=no&generator=other&basis=annotator", ["r/a"]),
        ("?finding=suspect", ["s/a"]),
        ("?finding=suspect&repair=yes", ["s/a"]),
        ("?finding=suspect&basis=adjudicated", []),
        # What means nothing narrows nothing.
        ("?finding=x&basis=x&repair=x&page=x", ["p/a", "q/a", "r/a"]),
    ],
)
def test_the_list_is_narrowed(report: AgreementReport, query: str, expected: list[str]) -> None:
    assert chain_ids(browser_of("canary-rosa"), query) == expected


def test_every_choice_says_how_many_chains_it_would_show(report: AgreementReport) -> None:
    words = words_at(browser_of("canary-rosa"), "?generator=tutor-v2")
    for option in ("any (2)", "Adjudicated (1)", "Consensus (1)", "Any annotator (0)", "repaired (1)"):
        assert option in words
    # Those of the filter itself as if it were open.
    for option in ("all (3)", "tutor-v2 (2)", "other (1)"):
        assert option in words


def test_a_suspect_chain_shows_its_answer_beside_the_reference(report: AgreementReport) -> None:
    words = words_at(browser_of("canary-rosa"), "?finding=suspect")
    assert "Final answer 5 Reference answer 7" in words
    assert "Read its 2 steps" in words


def test_answers_that_read_alike_put_the_import_under_suspicion() -> None:
    campaign = graded_campaign(
        [line("p/a", "one", final_answer_correct=False, final_answer="7", reference_answer="7")],
        {"canary-ada": {"p/a": ["good"]}},
    )
    find_suspect(make_report(with_overseers(campaign)), "p/a")
    assert "The two are alike" in words_at(browser_of("canary-rosa"), "?finding=suspect")


def test_an_answer_that_nobody_gave_is_said_to_be_missing() -> None:
    campaign = graded_campaign(
        [line("p/a", "one", final_answer_correct=False)], {"canary-ada": {"p/a": ["good"]}}
    )
    find_suspect(make_report(with_overseers(campaign)), "p/a")
    words = words_at(browser_of("canary-rosa"), "?finding=suspect")
    assert "The chain names none." in words
    assert "The problem has none." in words


def test_a_decision_stands_with_its_reason_until_it_is_taken_back(
    campaign: Campaign, report: AgreementReport
) -> None:
    step = ChainStep.objects.get(chain__external_id="p/a", index=1).step
    decided = partial(decide, campaign=campaign, step=step, reviewer=make_user("canary-rita"), now=NOW)
    written = partial(DecisionWrite, version=1)
    decided(write=written(operation_id=uuid.uuid4(), revision=0, verdict="bad", reason="<i>Lost.</i>"))
    browser = browser_of("canary-rosa")
    assert "&lt;i&gt;Lost.&lt;/i&gt;" in browser.get(LUCK).content.decode()
    assert "Decided: Bad" in words_at(browser)
    decided(write=written(operation_id=uuid.uuid4(), revision=1, verdict=None))
    assert "Decided:" not in words_at(browser)


def test_several_chains_of_one_kind_are_counted_as_many() -> None:
    lines = [line(f"{name}/a", "one", "two", final_answer_correct=True) for name in "pqr"]
    campaign = graded_campaign(lines, {"canary-ada": {"p/a": ["good", "bad"]}})
    report = make_report(with_overseers(campaign))
    for name in "pqr":
        find_lucky(report, f"{name}/a")
    words = words_at(browser_of("canary-rosa"))
    assert "Consensus (3)" in words
    assert "3 chains" in words


def test_what_undoes_a_step_may_be_unsure_but_not_taken_back() -> None:
    campaign = graded_campaign(
        [line("p/a", "one", "two", "three", "four", final_answer_correct=True)],
        {"canary-ada": {"p/a": ["good"] * 4}},
        after_first_error="repair",
    )
    add_member(campaign=campaign, user=make_user("canary-ben"), role=Role.ANNOTATOR)
    find_lucky(make_report(with_overseers(campaign)), "p/a")
    held = make_assignment(campaign=campaign, annotator="canary-ben", now=timezone.now())
    grade_step(held, 1, "bad")
    grade(held, 2, state="unsure", repairs=1, now=timezone.now())
    grade_step(held, 3, "good>1")
    browser = browser_of("canary-rosa")
    words = words_at(browser)
    assert "Undone in step 3" in words
    assert "Undone in step 4" in words
    grade_step(held, 3, "cleared")
    words = words_at(browser)
    assert "Undone in step 3" in words
    assert "Undone in step 4" not in words


def test_before_the_first_report_the_page_says_when_it_comes(campaign: Campaign) -> None:
    assert "No report yet" in words_at(browser_of("canary-rita"))


def test_without_a_known_outcome_the_page_says_what_to_import() -> None:
    campaign = graded_campaign([line("p/a", "one")], {"canary-ada": {"p/a": ["good"]}})
    make_report(with_overseers(campaign))
    words = words_at(browser_of("canary-rosa"))
    assert "No final answers are known" in words
    assert "final_answer_correct" in words


@pytest.mark.parametrize("finding", ["lucky", "suspect"])
def test_finding_none_is_good_news(campaign: Campaign, finding: str) -> None:
    make_report(campaign)
    assert "None, which is good news." in words_at(browser_of("canary-rosa"), f"?finding={finding}")


def test_filters_that_fit_nothing_are_no_news(report: AgreementReport) -> None:
    words = words_at(browser_of("canary-rosa"), "?generator=nobody")
    assert "No chain fits these filters." in words
    assert "good news" not in words


def test_a_stale_list_says_so(campaign: Campaign, report: AgreementReport) -> None:
    assert "Nothing has been graded since." in words_at(browser_of("canary-rosa"))
    report.revision_count -= 1
    report.save()
    assert "There are newer grades." in words_at(browser_of("canary-rosa"))


def test_undoing_another_step_than_the_flawed_one_is_no_repair(campaign: Campaign) -> None:
    report = make_report(campaign)
    find_lucky(report, "p/a", index=0)
    assert chain_ids(browser_of("canary-rosa"), "?repair=no") == ["p/a"]


def test_each_version_has_chains_of_its_own(campaign: Campaign, report: AgreementReport) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    browser = browser_of("canary-rosa")
    assert chain_ids(browser) == []
    assert chain_ids(browser, "?version=1") == ["p/a", "q/a", "r/a"]
    assert chain_ids(browser, "?version=1&basis=consensus") == ["q/a"]
    assert browser.get(f"{LUCK}?version=7").status_code == 404
    assert "finding=suspect" in words_at(browser, "?version=1")


def test_fifty_chains_stand_on_a_page_and_the_filter_is_kept() -> None:
    lines = [line(f"p/{n:02}", "one", f"two {n}", final_answer_correct=True) for n in range(51)]
    campaign = graded_campaign(lines, {"canary-ada": {"p/00": ["good", "bad"]}})
    report = make_report(with_overseers(campaign))
    for number in range(51):
        find_lucky(report, f"p/{number:02}")
    browser = browser_of("canary-rosa")
    assert len(chain_ids(browser)) == 50
    assert chain_ids(browser, "?page=2") == ["p/50"]
    assert "finding=lucky&amp;basis=consensus&amp;page=2" in words_at(browser, "?basis=consensus")
