"""The figures of a report: every part is there, over the right grades, and says nobody's name."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.composing import compose
from annotator.analysis.counting import votes_of
from annotator.analysis.criteria import measure_many, measure_one
from annotator.analysis.gathering import gather
from annotator.analysis.models import AgreementReport
from annotator.analysis.people import NO_GOLD
from annotator.analysis.slicing import equal_bins
from annotator.assignments.models import Campaign, GoldChain, GoldGrade
from annotator.chains.models import Chain
from annotator.grading.models import Grade
from annotator.jobs import running
from taxonomies.models import Label
from taxonomies.vocabulary import vocabulary_of
from tests.alternatives import begin_forked
from tests.graded import NOT_GRADED, grade_chains, grade_step, graded_campaign, hand_in
from tests.makers import (
    WHOLE_CHAIN,
    answer,
    grade,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_version,
)

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = [
    "settings",
    "labels",
    "verdict",
    "confusion",
    "annotators",
    "gold",
    "pairs",
    "criteria",
    "first_error",
    "by_step_index",
    "over_time",
    "by_generator",
    "by_domain",
    "consensus",
    "chains",
    "luck",
    "planning",
]


def figures(campaign: Campaign) -> dict[str, Any]:
    gathered = gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)
    composed = compose(gathered, vocabulary=vocabulary_of(campaign.taxonomy_version_id))
    found: dict[str, Any] = json.loads(json.dumps(composed.figures, allow_nan=False))
    return found


def pilot(**policy: Any) -> Campaign:
    return graded_campaign(
        [
            line("p/a", "1", "2", "3", generator="sphinx", metadata={"domain": "law"}),
            line("q/a", "4", "5", generator="oracle", metadata={"domain": "law"}),
        ],
        {
            "ada": {"p/a": ["good", "bad:sign", "okay"], "q/a": ["good", "good"]},
            "ben": {"p/a": ["good", "bad:logic", "bad:sign"], "q/a": ["good", NOT_GRADED]},
        },
        **policy,
    )


def test_every_part_is_there_also_when_nothing_was_graded() -> None:
    assert sorted(figures(pilot())) == sorted(PARTS)
    empty = figures(graded_campaign([line("x/a", "x")], {"cleo": {}}, key="empty"))
    assert sorted(empty) == sorted(PARTS)
    assert [empty[part] for part in PARTS if empty[part] == []] == [[]] * 6
    assert empty["confusion"] == [[0, 0, 0]] * 3
    assert empty["consensus"]["mean_entropy"] is None
    assert empty["chains"]["graded"] == 0


def test_pairs_of_grades_are_counted_once_on_either_side_of_the_confusion() -> None:
    # Places: good, okay, bad.
    assert figures(pilot())["confusion"] == [[2, 0, 0], [0, 0, 1], [0, 1, 1]]


def test_annotators_are_their_pseudonyms_in_the_order_that_pairs_name_them_by() -> None:
    campaign = pilot()
    found = figures(campaign)
    names = campaign.memberships.order_by("user_id").values_list("pseudonym", flat=True)
    assert [entry["pseudonym"] for entry in found["annotators"]] == list(names)
    assert [(pair["first"], pair["second"], pair["units"]) for pair in found["pairs"]] == [(0, 1, 4)]
    assert [(entry["grades"], entry["units"]) for entry in found["annotators"]] == [(5, 4), (4, 4)]
    assert [entry["agreement_with_rest"]["value"] for entry in found["annotators"]] == [0.75, 0.75]
    # Ben is the stricter one: once bad where Ada said okay.
    assert [entry["severity"]["value"] for entry in found["annotators"]] == [0.25, -0.25]
    told = json.dumps(found)
    assert "ada" not in told
    assert "ben" not in told


def test_seconds_are_the_median_of_the_grades_that_took_any() -> None:
    campaign = graded_campaign([line("p/a", "1", "2", "3", "4")], {"ada": {}, "ben": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada", now=timezone.now())
    for index, seconds in enumerate((4.0, 0.0, 10.0, 6.0)):
        grade_step(assignment, index, "good", seconds=seconds)
    grade_chains(campaign, annotator="ben", words={"p/a": ["good"] * 4})
    found = figures(campaign)
    assert [entry["seconds_per_step"] for entry in found["annotators"]] == [6.0, None]
    assert found["planning"]["seconds_per_step"] == 6.0


def test_gold_is_compared_with_each_annotators_own_grades() -> None:
    campaign = pilot()
    labels = {label.key: label.pk for label in Label.objects.filter(criterion__is_verdict=True)}
    chain = Chain.objects.get(external_id="p/a")
    gold = GoldChain.objects.create(campaign=campaign, chain=chain)
    steps = [step.step for step in chain.chain_steps.order_by("index")]
    for step, key in zip(steps[1:], ("bad", "bad"), strict=True):
        GoldGrade.objects.create(gold_chain=gold, step=step, label_id=labels[key])
    found = [entry["gold"] for entry in figures(campaign)["annotators"]]
    assert [(entry["units"], entry["accuracy"]["value"]) for entry in found] == [(2, 0.5), (2, 1.0)]


def test_without_gold_there_is_no_accuracy_and_a_reason() -> None:
    for entry in figures(pilot())["annotators"]:
        assert entry["gold"]["units"] == 0
        assert (entry["gold"]["accuracy"]["value"], entry["gold"]["accuracy"]["reason"]) == (None, NO_GOLD)


def test_the_course_of_time_is_in_days() -> None:
    found = figures(pilot())
    day = Grade.objects.latest("saved_at").saved_at.date().isoformat()
    [stretch] = found["over_time"]
    assert (stretch["from"], stretch["to"], stretch["units"]) == (day, day, 4)
    for entry in found["annotators"]:
        [own] = entry["trend"]
        assert (own["from"], own["to"], own["units"]) == (day, day, 4)
        assert own["agreement_with_rest"] == entry["agreement_with_rest"]


def test_bins_hold_equally_many_in_order_of_time() -> None:
    times = np.arange(100.0)[::-1]
    assert np.bincount(equal_bins(times, most=2)).tolist() == [50, 50]
    assert equal_bins(times, most=10).tolist() == [2] * 33 + [1] * 33 + [0] * 34
    assert equal_bins(times[:5], most=10).tolist() == [0] * 5
    assert equal_bins(times[:0], most=10).tolist() == []


def test_slices_say_what_they_are_of() -> None:
    found = figures(pilot())
    assert [(part["from"], part["to"], part["units"]) for part in found["by_step_index"]] == [
        (0, 0, 2),
        (1, 1, 1),
        (2, 2, 1),
    ]
    assert [(part["generator"], part["units"]) for part in found["by_generator"]] == [
        ("sphinx", 3),
        ("oracle", 1),
    ]
    assert [(part["domain"], part["units"]) for part in found["by_domain"]] == [("law", 4)]
    assert found["by_generator"][0]["percent_agreement"]["value"] == pytest.approx(2 / 3)


def test_late_steps_share_a_slice_and_the_last_has_no_end() -> None:
    steps = [str(number) for number in range(52)]
    words = {"p/a": ["good"] * 52}
    campaign = graded_campaign([line("p/a", *steps)], {"ada": words, "ben": words})
    found = figures(campaign)["by_step_index"]
    assert [(part["from"], part["to"], part["units"]) for part in found[19:]] == [
        (19, 19, 1),
        (20, 29, 10),
        (30, 49, 20),
        (50, None, 2),
    ]


def test_only_the_most_frequent_generators_are_told() -> None:
    chains = [
        line(f"p{n}/{copy}", f"{n} {copy}", generator=f"g{n}")
        for n in range(14)
        for copy in range(1 + n // 7)
    ]
    words = {f"p{n}/{copy}": ["good"] for n in range(14) for copy in range(1 + n // 7)}
    found = figures(graded_campaign(chains, {"ada": words, "ben": words}))["by_generator"]
    assert [part["generator"] for part in found] == [
        f"g{n}" for n in (10, 11, 12, 13, 7, 8, 9, 0, 1, 2, 3, 4)
    ]


def test_one_answer_is_compared_where_both_gave_one_and_with_none() -> None:
    entry = next(entry for entry in figures(pilot())["criteria"] if entry["key"] == "error")
    assert entry["labels"] == [{"key": "sign", "title": "Sign"}, {"key": "logic", "title": "Logic"}]
    assert (entry["kind"], entry["scope"], entry["question"]) == ("one", "step", "What is wrong?")
    # Ada: none, sign, none, none, none; Ben: none, logic, sign, none.
    expected = measure_one(
        votes_of(
            units=[0, 1, 2, 3, 4, 0, 1, 2, 3],
            annotators=[0, 0, 0, 0, 0, 1, 1, 1, 1],
            labels=[2, 0, 2, 2, 2, 2, 1, 0, 2],
            clusters=[0, 0, 0, 1, 1, 0, 0, 0, 1],
            label_count=3,
        )
    )
    assert {name: entry[name] for name in ("counts", "given_both", "with_none")} == as_json(
        {name: asdict(expected)[name] for name in ("counts", "given_both", "with_none")}
    )


def test_sets_of_labels_are_compared_as_sets() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {}, "ben": {}})
    for name, traits in (("ada", [["terse"], ["terse", "clear"]]), ("ben", [["clear"], []])):
        assignment = make_assignment(campaign=campaign, annotator=name, now=timezone.now())
        for index, given in enumerate(traits):
            grade_step(assignment, index, "good", labels={"traits": given} if given else {})
        hand_in(assignment)
    entry = next(entry for entry in figures(campaign)["criteria"] if entry["key"] == "traits")
    expected = as_json(
        asdict(
            measure_many(
                units=[0, 1, 0, 1],
                annotators=[0, 0, 1, 1],
                clusters=[0, 0, 0, 0],
                chosen=[[True, False], [True, True], [False, True], [False, False]],
            )
        )
    )
    assert entry["alpha_jaccard"] == expected["alpha_jaccard"]
    titles = [{"key": "terse", "title": "Terse"}, {"key": "clear", "title": "Clear"}]
    assert entry["labels"] == [
        {**title, **measures} for title, measures in zip(titles, expected["labels"], strict=True)
    ]


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_questions_about_whole_chains_have_chains_for_units() -> None:
    dataset = make_dataset()
    import_lines(dataset, line("p/a", "1"), line("q/a", "2"))
    campaign = make_campaign(
        dataset=dataset, version=make_version(WHOLE_CHAIN), annotators=("ada", "ben"), overlap=2
    )
    for name in ("ada", "ben"):
        for _ in range(2):
            assignment = make_assignment(campaign=campaign, annotator=name, now=timezone.now())
            answer(assignment, labels={"approach": ["sound"], "style": ["short"]})
            grade_step(assignment, 0, "good")
            hand_in(assignment)
    found = {(entry["scope"], entry["key"]): entry for entry in figures(campaign)["criteria"]}
    assert set(found) == {("step", "error"), ("chain", "approach"), ("chain", "reason"), ("chain", "style")}
    approach = found["chain", "approach"]
    assert approach["counts"]["units_graded_twice"] == 2
    assert approach["given_both"]["percent_agreement"]["value"] == 1.0
    assert found["chain", "style"]["counts"]["grades"] == 4


def test_plain_votes_are_in_the_verdict_of_a_step_and_in_nothing_else() -> None:
    campaign = pilot()
    before = figures(campaign)
    Campaign.objects.update(plain_share=1.0)
    user = type(campaign.members.earliest("pk")).objects.create(username="cleo")
    campaign.memberships.create(user=user, role="annotator", pseudonym="plain-1")
    grade_chains(campaign, annotator="cleo", words={"p/a": ["bad", "bad", "bad"]})
    after = figures(campaign)
    apart = ["consensus", "chains"]
    assert {part: after[part] for part in PARTS if part not in apart} == {
        part: before[part] for part in PARTS if part not in apart
    }
    assert after["consensus"] != before["consensus"]


def test_alternatives_stand_at_the_index_of_the_step_they_are_beside() -> None:
    first = begin_forked(annotators=["ada", "ben"], overlap=2)
    for name in ("ada", "ben"):
        assignment = make_assignment(campaign=first.campaign, annotator=name, now=timezone.now())
        grade(assignment, 2, alternative=1)
        for index in range(3):
            grade(assignment, index)
    found = figures(first.campaign)["by_step_index"]
    assert [(part["from"], part["units"]) for part in found] == [(0, 1), (1, 1), (2, 2)]


def test_progress_says_the_stage() -> None:
    campaign = pilot()
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    assert refreshing.stage_of(asked) is None
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    shown: list[tuple[int, int]] = []
    for stage in refreshing.Stage:
        show = refreshing.part_of(lambda done, total: shown.append((done, total)), stage=stage)
        for share in (0.0, 0.5):
            show(share)
            report.progress_done, report.progress_total = shown[-1]
            assert refreshing.stage_of(report) == stage
    assert shown == sorted(shown)
    assert {total for _, total in shown} == {100}
