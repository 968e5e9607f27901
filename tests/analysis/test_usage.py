"""Usage of labels: counted by hand on small cases, equal to counting every pair, and read from the real rows."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from annotator.analysis.usage import (
    NOBODY_ANSWERED,
    NOBODY_WAS_ASKED,
    PAIRS_FOR_ADVICE,
    Confusion,
    Finding,
    Given,
    Rule,
    Usage,
    findings_of,
    measure_texts,
    measure_usage,
)
from annotator.analysis.using import CriterionUsage, VersionUsage, usage_of
from annotator.assignments.models import Assignment, Campaign
from annotator.chains.models import ChainStep
from taxonomies.vocabulary import vocabulary_of
from tests.graded import NOT_GRADED, grade_step, graded_campaign
from tests.makers import line, make_assignment, make_campaign
from tests.moved import moved_campaign

# words[unit][person]: the places of the labels given; None for a person who was not asked.
Said = Sequence[Sequence[Sequence[int] | None]]


def given(said: Said) -> Given:
    asked = [
        (unit, person)
        for unit, row in enumerate(said)
        for person, labels in enumerate(row)
        if labels is not None
    ]
    entries = [(unit, person, label) for unit, person in asked for label in said[unit][person] or ()]
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    people = np.array(asked, dtype=np.int64).reshape(-1, 2)
    return Given(
        asked_units=people[:, 0],
        asked_people=people[:, 1],
        units=table[:, 0],
        people=table[:, 1],
        labels=table[:, 2],
        unit_count=len(said),
    )


def one(*units: Sequence[int | None], labels: int = 3) -> Usage:
    said = [[None if label is None else [label] for label in unit] for unit in units]
    return measure_usage(given(said), label_count=labels, many=False)


def many(*units: Sequence[Sequence[int] | None], labels: int = 3) -> Usage:
    return measure_usage(given(units), label_count=labels, many=True)


def confusions(usage: Usage) -> list[tuple[int, int | None, int, int]]:
    return [(entry.first, entry.second, entry.pairs, entry.of_pairs) for entry in usage.confusions]


def test_labels_are_counted_with_their_people_and_share() -> None:
    usage = one([0, 0], [0, 1], [0, None], [None, 1])
    assert (usage.asked, usage.answers, usage.people, usage.compared) == (6, 6, 2, 2)
    assert [(entry.count, entry.people, entry.share) for entry in usage.labels] == [
        (4, 2, 4 / 6),
        (2, 1, 2 / 6),
        (0, 0, 0.0),
    ]
    assert [entry.is_never_used for entry in usage.labels] == [False, False, True]


def test_examples_of_a_label_begin_where_most_people_gave_it() -> None:
    usage = one([0, None, None], [0, 0, None], [0, 0, 0], [1, 0, None], [0, None, None])
    assert usage.labels[0].examples == (2, 1, 0)
    assert usage.labels[1].examples == (3,)
    assert usage.labels[2].examples == ()


def test_a_confusion_counts_pairs_of_people_and_of_how_many() -> None:
    # Two alike on 0; three people: 0, 1, 1; two people: 0, 2.
    usage = one([0, 0], [0, 1, 1], [0, 2])
    assert confusions(usage) == [(0, 1, 2, 4), (0, 2, 1, 2)]
    assert [entry.share for entry in usage.confusions] == [0.5, 0.5]
    assert [entry.examples for entry in usage.confusions] == [(1,), (2,)]
    assert usage.compared == 1 + 3 + 1


def test_examples_of_a_confusion_begin_where_most_pairs_differ() -> None:
    usage = one([0, 1, None, None], [0, 0, 1, 1], [0, 0, 1, None], [0, 1, None, None], [1, 0, None, None])
    assert usage.confusions[0].examples == (1, 2, 0)


def test_who_was_alone_with_a_step_disagrees_with_nobody() -> None:
    assert one([0, None], [None, 1]).confusions == ()
    assert one([0, None], [None, 1]).compared == 0


def test_of_many_labels_a_pair_counts_where_only_one_gave_it() -> None:
    # Everybody was asked; the empty list says: none of them.
    usage = many([[0, 1], [0]], [[], [2]], [[], []], [[0], None])
    assert usage.asked == 7
    assert usage.answers == 4
    assert usage.compared == 3
    assert [(entry.count, entry.share) for entry in usage.labels] == [(3, 3 / 7), (1, 1 / 7), (1, 1 / 7)]
    assert confusions(usage) == [(1, None, 1, 1), (2, None, 1, 1)]
    assert [entry.examples for entry in usage.confusions] == [(0,), (1,)]


def test_of_many_labels_giving_them_all_alike_is_no_disagreement() -> None:
    assert many([[0, 1], [1, 0]], [[], []]).confusions == ()


def test_three_who_were_asked_make_three_pairs() -> None:
    usage = many([[0], [0], []])
    assert confusions(usage) == [(0, None, 2, 3)]


@pytest.mark.parametrize("is_many", [False, True])
def test_it_is_what_counting_every_pair_gives(is_many: bool) -> None:
    random = np.random.default_rng(seed=7)
    label_count, people = 4, 5
    said = [
        [
            None
            if random.random() < 0.4
            else [int(label) for label in np.flatnonzero(random.random(label_count) < 0.3)]
            if is_many
            else [int(random.integers(label_count))]
            for _ in range(people)
        ]
        for _ in range(60)
    ]
    usage = measure_usage(given(said), label_count=label_count, many=is_many)
    pairs = [
        (set(first), set(second))
        for unit in said
        for first, second in combinations([labels for labels in unit if labels is not None], 2)
    ]
    assert usage.compared == len(pairs)
    expected: dict[tuple[int, int | None], tuple[int, int]] = {}
    if is_many:
        for label in range(label_count):
            split = sum((label in first) != (label in second) for first, second in pairs)
            expected[label, None] = (split, sum(label in first | second for first, second in pairs))
    else:
        for low, high in combinations(range(label_count), 2):
            split = sum(first | second == {low, high} for first, second in pairs)
            both = sum(first | second <= {low, high} for first, second in pairs)
            expected[low, high] = (split, both)
    assert {(c.first, c.second): (c.pairs, c.of_pairs) for c in usage.confusions} == expected
    assert [c.pairs for c in usage.confusions] == sorted((c.pairs for c in usage.confusions), reverse=True)


@pytest.mark.parametrize(("is_many", "reason"), [(False, NOBODY_ANSWERED), (True, NOBODY_WAS_ASKED)])
def test_a_share_of_nothing_is_null_with_its_reason(is_many: bool, reason: str) -> None:
    usage = measure_usage(given([]), label_count=2, many=is_many)
    assert [(entry.share, entry.reason, entry.count) for entry in usage.labels] == [(None, reason, 0)] * 2
    assert usage.confusions == ()
    assert list(findings_of(usage)) == [Finding(Rule.NEVER_ANSWERED, labels=())]


def test_nobody_chose_any_of_many_is_a_share_of_zero() -> None:
    usage = many([[], []])
    assert [entry.share for entry in usage.labels] == [0.0] * 3
    assert list(findings_of(usage)) == [Finding(Rule.NEVER_ANSWERED, labels=())]


def test_only_the_most_frequent_confusions_are_kept() -> None:
    usage = one(*[[low, high] for low, high in combinations(range(8), 2)], [6, 7], labels=8)
    assert len(usage.confusions) == 10
    assert confusions(usage)[0] == (6, 7, 2, 2)


def test_three_hundred_labels_cost_no_table_of_units_and_labels() -> None:
    random = np.random.default_rng(seed=3)
    count = 200_000
    units = np.repeat(np.arange(count // 2), 2)
    asked = Given(
        asked_units=units,
        asked_people=np.tile([0, 1], count // 2),
        units=units,
        people=np.tile([0, 1], count // 2),
        labels=random.integers(300, size=count),
        unit_count=count // 2,
    )
    usage = measure_usage(asked, label_count=300, many=False)
    assert usage.compared == count // 2
    assert sum(entry.count for entry in usage.labels) == count


def test_texts_are_counted_and_confuse_nobody() -> None:
    usage = measure_texts(given([[[0], [0]], [[], [0]]]))
    assert (usage.asked, usage.answers, usage.people, usage.labels, usage.confusions) == (4, 3, 2, (), ())


# --- What to revise


def test_labels_never_used_and_used_by_one_person_are_found() -> None:
    usage = one([0, 0], [0, 1])
    assert list(findings_of(usage)) == [
        Finding(Rule.NEVER_USED, labels=(2,)),
        Finding(Rule.ONE_PERSON, labels=(1,)),
    ]


def test_one_person_alone_is_no_finding_of_each_label() -> None:
    assert [finding.rule for finding in findings_of(one([0], [1], [2]))] == []


def test_a_pair_is_called_confused_from_three_pairs_of_people_on() -> None:
    few = one(*[[0, 1]] * (PAIRS_FOR_ADVICE - 1), [2, 2])
    assert [finding.rule for finding in findings_of(few)] == [Rule.ONE_PERSON]
    enough = one(*[[0, 1], [1, 0]] * PAIRS_FOR_ADVICE, [2, 2])
    [found] = findings_of(enough)
    assert (found.rule, found.labels) == (Rule.CONFUSED, (0, 1))
    assert found.confusion == Confusion(0, 1, pairs=6, of_pairs=6, examples=(0, 1, 2))


def test_of_many_labels_the_one_that_only_one_of_two_gives_is_found() -> None:
    usage = many(*[[[0, 1, 2], [1, 2]], [[1, 2], [0, 1, 2]]] * 2)
    [found] = findings_of(usage)
    assert (found.rule, found.labels) == (Rule.CONFUSED, (0,))


# --- From the rows


def usage_in(*campaigns: Campaign) -> VersionUsage:
    return usage_of(
        version_id=campaigns[0].taxonomy_version_id, campaign_ids=[campaign.pk for campaign in campaigns]
    )


def of(found: VersionUsage, key: str) -> CriterionUsage:
    return next(criterion for criterion in found.criteria if criterion.question.key == key)


def counts(criterion: CriterionUsage) -> dict[str, int]:
    return {
        choice.key: entry.count
        for choice, entry in zip(criterion.question.choices, criterion.usage.labels, strict=True)
    }


def small() -> Campaign:
    return graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")],
        {
            "ada": {"p/a": ["good", "bad:sign"], "q/a": ["unsure"]},
            "ben": {"p/a": ["good", "bad:logic"], "q/a": [NOT_GRADED]},
        },
    )


@pytest.mark.django_db(transaction=True)
def test_the_rows_are_counted_as_they_stand() -> None:
    found = usage_in(small())
    assert (found.grades, found.unsure, found.people, found.steps, found.translated) == (5, 1, 2, 3, 0)
    assert counts(of(found, "verdict")) == {"good": 2, "okay": 0, "bad": 2}
    error = of(found, "error")
    assert counts(error) == {"sign": 1, "logic": 1}
    assert (error.usage.asked, error.usage.answers) == (2, 2)
    [confusion] = error.usage.confusions
    assert (confusion.pairs, confusion.of_pairs) == (1, 1)
    [unit] = [error.units[unit] for unit in confusion.examples]
    assert unit.pk == ChainStep.objects.get(chain__external_id="p/a", index=1).step_id
    assert unit.campaign_id == Campaign.objects.get().pk


@pytest.mark.django_db(transaction=True)
def test_a_question_counts_as_asked_only_where_it_was() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3")],
        {"ada": {"p/a": ["good", "bad:sign", "unsure"]}, "ben": {"p/a": ["bad:logic", "bad:logic", "good"]}},
    )
    found = usage_in(campaign)
    assert of(found, "error").usage.asked == 3
    assert of(found, "why").usage.asked == 2
    assert of(found, "traits").usage.asked == 5, "an unsure grade asks nothing"


@pytest.mark.django_db(transaction=True)
def test_only_the_current_revision_counts_and_nothing_taken_back() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada")
    for word in ("bad:sign", "bad:logic", "good"):
        grade_step(assignment, 0, word)
    grade_step(assignment, 1, "bad:sign")
    grade_step(assignment, 1, "cleared")
    found = usage_in(campaign)
    assert (found.grades, found.steps) == (1, 1)
    assert counts(of(found, "verdict")) == {"good": 1, "okay": 0, "bad": 0}
    assert counts(of(found, "error")) == {"sign": 0, "logic": 0}


@pytest.mark.django_db(transaction=True)
def test_pairs_are_of_one_campaign_and_people_of_all() -> None:
    words = {"ada": {"p/a": ["good"]}}
    first = graded_campaign([line("p/a", "1")], words)
    second = graded_campaign(
        [line("p/a", "1")], {"ada": {"p/a": ["bad"]}, "ben": {"p/a": ["good"]}}, key="second"
    )
    both = of(usage_in(first, second), "verdict").usage
    assert [(entry.count, entry.people) for entry in both.labels] == [(2, 2), (0, 0), (1, 1)]
    assert both.compared == 1
    assert of(usage_in(first), "verdict").usage.compared == 0
    assert usage_of(version_id=first.taxonomy_version_id, campaign_ids=[]).grades == 0


@pytest.mark.django_db(transaction=True)
def test_versions_are_never_mixed() -> None:
    campaign = moved_campaign()
    now = usage_in(campaign)
    former = usage_of(
        version_id=Assignment.objects.earliest("pk").taxonomy_version_id, campaign_ids=[campaign.pk]
    )
    assert (now.grades, former.grades) == (4, 6)
    assert counts(of(now, "traits")) == {"short": 2, "clear": 0}
    assert counts(of(former, "traits")) == {"terse": 0, "clear": 0}


@pytest.mark.django_db(transaction=True)
def test_a_version_nobody_used_has_counts_of_nothing() -> None:
    campaign = make_campaign()
    found = usage_in(campaign)
    assert (found.grades, found.people, found.steps) == (0, 0, 0)
    assert [criterion.question.key for criterion in found.criteria] == [
        question.key
        for question in (
            vocabulary_of(campaign.taxonomy_version_id).verdict,
            *vocabulary_of(campaign.taxonomy_version_id).further,
        )
    ]
    assert all(entry.share is None for criterion in found.criteria for entry in criterion.usage.labels)
