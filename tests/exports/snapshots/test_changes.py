"""What changed between two snapshots."""

from itertools import combinations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotator.assignments.models import Campaign
from annotator.exports.snapshots.changes import NotComparable, changes_between, merged
from tests.exports.snapshots.sealed import sealed
from tests.graded import grade_chains, grade_step
from tests.makers import import_lines, line, make_assignment

NAMES = [f"chain{number}" for number in range(8)]
some_chains = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", "y"]))


@given(older=some_chains, newer=some_chains)
def test_whatever_each_side_has_every_chain_is_told_once_and_rightly(
    older: dict[str, str], newer: dict[str, str]
) -> None:
    told = list(merged(iter(sorted(older.items())), iter(sorted(newer.items()))))
    assert len(told) == len(set(older) | set(newer))
    for chain, change in told:
        if chain not in newer:
            assert change == "removed"
        elif chain not in older:
            assert change == "added"
        else:
            assert change == (None if older[chain] == newer[chain] else "relabelled")


@pytest.mark.django_db(transaction=True)
def test_added_removed_and_relabelled_chains_are_counted_and_listed(campaign: Campaign) -> None:
    older = sealed(campaign, format="trl")
    import_lines(campaign.dataset, line("new/a", "one", "two"))
    # A vote that ties the second step of one, and one that outvotes nobody but ties the first of another.
    grade_chains(campaign, annotator="ben", words={"q3/a": ["good", "good"], "q4/a": ["okay", "okay"]})
    grade_chains(campaign, annotator="ada", words={"new/a": ["good", "good"]})
    newer = sealed(campaign, format="trl")
    changes = changes_between(older=older, newer=newer)
    assert (changes.added, changes.removed, changes.relabelled, changes.unchanged) == (1, 2, 0, 21)
    assert list(changes) == [
        {"chain_id": "q3/a", "change": "removed"},
        {"chain_id": "q4/a", "change": "removed"},
        {"chain_id": "new/a", "change": "added"},
    ]
    back = changes_between(older=newer, newer=older)
    assert (back.added, back.removed) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_chain_whose_labels_say_something_else_is_relabelled(campaign: Campaign) -> None:
    older = sealed(campaign, format="native")
    assignment = make_assignment(campaign=campaign, annotator="ben", now=timezone.now())
    grade_step(assignment, 0, "bad")
    changes = changes_between(older=older, newer=sealed(campaign, format="native"))
    assert list(changes) == [{"chain_id": assignment.chain.external_id, "change": "relabelled"}]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_is_like_itself_and_like_its_twin(campaign: Campaign) -> None:
    first, second = sealed(campaign, format="native"), sealed(campaign, format="native")
    for older, newer in [(first, first), *combinations((first, second), 2)]:
        changes = changes_between(older=older, newer=newer)
        assert (changes.added, changes.removed, changes.relabelled, list(changes)) == (0, 0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_snapshots_of_different_formats_are_not_compared(campaign: Campaign) -> None:
    with pytest.raises(NotComparable, match="different formats"):
        changes_between(older=sealed(campaign, format="trl"), newer=sealed(campaign, format="orm"))
