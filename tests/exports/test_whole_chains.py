"""What was said of whole chains, in the export's rows."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.assignments.models import Assignment, Campaign
from annotator.exports.formats.native import native
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.reading import taxonomy_row
from tests.exported import read_rows
from tests.makers import (
    NOW,
    WHOLE_CHAIN,
    answer,
    give_up,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_version,
)

pytestmark = pytest.mark.django_db(transaction=True)


def make_asking(*annotators: str) -> Campaign:
    make_chain("p/a")
    make_chain("q/b")
    return make_campaign(version=make_version(WHOLE_CHAIN), annotators=annotators, overlap=9)


def held_by(campaign: Campaign, name: str) -> Assignment:
    """Their assignment of the chain p/a."""
    assignment = make_assignment(campaign=campaign, annotator=name)
    return assignment if assignment.chain.external_id == "p/a" else held_by_next(campaign, name, assignment)


def held_by_next(campaign: Campaign, name: str, first: Assignment) -> Assignment:
    give_up(first)
    return make_assignment(campaign=campaign, annotator=name)


def test_votes_are_counted_by_criterion_and_label_in_the_order_of_the_taxonomy() -> None:
    campaign = make_asking("ada", "ben", "cleo")
    for name, labels in {
        "ada": {"style": ["clear", "short"], "approach": ["unsound"], "reason": ["misread"]},
        "ben": {"approach": ["sound"], "style": ["clear"]},
        "cleo": {"approach": ["sound"]},
    }.items():
        assignment = held_by(campaign, name)
        grade(assignment, 0)
        answer(assignment, labels=labels)
    [row] = read_rows(campaign=campaign)
    assert row.chain_labels == {
        "approach": {"sound": 2, "unsound": 1},
        "reason": {"misread": 1},
        "style": {"short": 1, "clear": 2},
    }
    assert list(row.chain_labels["approach"]) == ["sound", "unsound"]
    assert row.steps[0].labels == {}
    written = native(row, taxonomy_row(campaign=campaign), ExportQuery())
    assert isinstance(written, bytes)
    assert json.loads(written)["chain_labels"] == row.chain_labels


def test_only_the_last_answer_counts_and_none_that_was_taken_back() -> None:
    campaign = make_asking("ada", "ben")
    adas, bens = held_by(campaign, "ada"), held_by(campaign, "ben")
    for assignment in (adas, bens):
        grade(assignment, 0)
        answer(assignment, labels={"approach": ["unsound"], "reason": ["circular"]})
    answer(adas, revision=1)
    answer(bens, revision=1, state="cleared", labels={})
    [row] = read_rows(campaign=campaign)
    assert row.chain_labels == {"approach": {"sound": 1}}


def test_a_chain_of_which_only_the_whole_was_judged_has_a_row_and_its_judge() -> None:
    campaign = make_asking("ada")
    answer(held_by(campaign, "ada"))
    [row] = read_rows(campaign=campaign)
    assert (row.chain_id, row.chain_labels) == ("p/a", {"approach": {"sound": 1}})
    assert [step.state for step in row.steps] == ["not_graded"] * 3
    assert row.annotators == tuple(campaign.memberships.values_list("pseudonym", flat=True))


def test_words_about_the_whole_chain_are_not_exported() -> None:
    campaign = make_asking("ada")
    assignment = held_by(campaign, "ada")
    grade(assignment, 0)
    answer(assignment, labels={}, texts={"advice": "canary"}, comment="canary")
    [row] = read_rows(campaign=campaign)
    written = native(row, taxonomy_row(campaign=campaign), ExportQuery())
    assert isinstance(written, bytes)
    assert b"canary" not in written
    assert row.chain_labels == {}


def test_a_taxonomy_that_asks_nothing_of_chains_costs_no_query_for_them() -> None:
    make_chain("p/a")
    campaign = make_campaign()
    grade(make_assignment(campaign=campaign), 0, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        [row] = read_rows(campaign=campaign)
    assert row.chain_labels == {}
    assert not [query for query in queries if "step_id IS NULL" in query["sql"]]
