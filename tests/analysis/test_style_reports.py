"""Reports on style from the grades to the flags: what they find, what they show it with, and what they do not know."""

import json
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis import tasks
from annotator.analysis.models import StepStyle, StyleFlag, StyleReport
from annotator.analysis.style import KEYS
from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.telling import flags_of
from annotator.assignments.models import Campaign, TwinDraw
from annotator.chains.models import Step
from annotator.grading.models import Grade
from tests.graded import NOT_GRADED, graded_campaign
from tests.makers import EVERY_KIND, line, make_campaign, make_version
from tests.style_votes import style_campaign

pytestmark = pytest.mark.django_db(transaction=True)
ESTIMATORS = ("twins", "plain", "twin_labels", "peers", "association")


def compute(campaign: Campaign) -> StyleReport:
    report = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_style(report_id=report.pk)
    report.refresh_from_db()
    assert report.state == "done", report.error
    return report


def figures(campaign: Campaign) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(compute(campaign).figures))
    return found


def of_bullets(found: dict[str, Any], estimator: str) -> dict[str, Any]:
    [one] = [one for one in found[estimator] if one["feature"] == "bullets"]
    assert isinstance(one, dict)
    return one


def share_sound(**where: Any) -> float:
    values = Grade.objects.filter(**where).values_list("verdict__value", flat=True)
    return sum(value == 1 for value in values) / len(values)


def test_what_everybody_likes_is_found_by_both_experiments_and_flagged_as_bias() -> None:
    campaign = style_campaign(chains=80, plain_share=0.3, bullets_add=0.3, pairs=60)
    found = figures(campaign)
    for estimator in ("twins", "plain"):
        one = of_bullets(found, estimator)
        assert one["is_estimated"], one["reason"]
        assert one["status"] == "bias"
        assert one["low"] < 30 < one["high"]
        assert one["q"] < 0.05
    assert not [one for one in found["peers"] if one["q"] is not None and one["q"] < 0.05]
    flags = flags_of(campaign, version=campaign.taxonomy_version)
    assert {(flag["status"], flag["feature"]) for flag in flags} == {("bias", "bullets")}
    assert {("twins", "pool"), ("plain", "pool")} <= {(flag["estimator"], flag["scope"]) for flag in flags}
    assert found["families"] == [
        {"key": "experiments", "tests": 2},
        {"key": "twin_labels", "tests": sum(one["p"] is not None for one in found["twin_labels"])},
        {"key": "peers", "tests": sum(one["p"] is not None for one in found["peers"])},
    ]
    check_counts(campaign, found)
    check_examples()


def check_counts(campaign: Campaign, found: dict[str, Any]) -> None:
    grades = Grade.objects.filter(campaign=campaign)
    assert found["counts"] == {
        "votes": grades.filter(rendering="styled").count(),
        "plain_votes": grades.filter(rendering="plain").count(),
        "twin_votes": TwinDraw.objects.count(),
        "steps": Step.objects.count(),
        "chains": 80,
        "annotators": 6,
    }
    assert found["base_rate"] == pytest.approx(share_sound(campaign=campaign, rendering="styled"))
    assert found["seconds_per_step"] == 12.0
    assert 0.3 < found["vote_sd"] < 0.6
    assert found["labels"] == [
        {"criterion": "error", "key": "sign", "title": "Sign"},
        {"criterion": "error", "key": "logic", "title": "Logic"},
    ]


def check_examples() -> None:
    """Those of twins and plain go the way of the effect, the clearest first; the counter-examples the other way."""
    for flag in StyleFlag.objects.filter(scope="pool"):
        assert len(flag.evidence["examples"]) == 5
        assert len(flag.evidence["counter_examples"]) == 2
        other = "twin" if flag.estimator == "twins" else "plain"
        gaps = {
            name: [
                share_sound(step=entry["step"], rendering="styled")
                - share_sound(step=entry["step"], rendering=other)
                for entry in flag.evidence[name]
            ]
            for name in ("examples", "counter_examples")
        }
        assert gaps["examples"] == sorted(gaps["examples"], reverse=True)
        assert min(gaps["examples"]) > 0 > max(gaps["counter_examples"])
        for entry in flag.evidence["examples"]:
            step = Step.objects.get(pk=entry["step"])
            assert step.text.startswith("- ")
            assert (step.index, (entry["pair"] is None)) == (entry["index"], flag.estimator == "plain")
            assert step.chain_steps.get().chain.external_id == entry["chain"]


def test_one_who_likes_what_the_others_do_not_deviates_and_is_named_by_pseudonym() -> None:
    campaign = style_campaign(chains=80, fan_adds=0.5)
    found = figures(campaign)
    [flag] = flags_of(campaign, version=campaign.taxonomy_version)
    fan = campaign.memberships.get(user__username="pilot-grader-0")
    assert (flag["status"], flag["estimator"], flag["scope"]) == ("deviation", "peers", "annotator")
    assert flag["annotator"] == fan.pseudonym
    assert flag["effect"] > 20
    for entry in flag["evidence"]["examples"]:
        others = Grade.objects.filter(step=entry["step"]).exclude(annotator=fan.user)
        assert share_sound(step=entry["step"], annotator=fan.user) == 1
        assert any(grade.verdict.value == -1 for grade in others.select_related("verdict") if grade.verdict)
    assert len(found["annotators"]) == 6
    assert all(person["is_eligible"] for person in found["annotators"])
    assert {person["votes"] for person in found["annotators"]} == {320}
    assert {person["chains"] for person in found["annotators"]} == {80}
    assert found["annotators"][flag["evidence"]["estimate"]["annotator"]]["pseudonym"] == fan.pseudonym
    told = json.dumps([found, flag], default=str)
    assert not [name for name in campaign.members.values_list("username", flat=True) if name in told]


def test_a_twin_of_which_the_stored_text_lacks_the_feature_counts_the_other_way_round() -> None:
    campaign = style_campaign(chains=40, bullets_add=0.4, pairs=40, is_stored_high=False)
    one = of_bullets(figures(campaign), "twins")
    assert one["is_estimated"], one["reason"]
    assert one["low"] > 0


def test_the_features_are_all_there_with_why_some_are_left_out() -> None:
    found = figures(style_campaign(chains=20, annotators=2))
    assert [feature["key"] for feature in found["features"]] == list(KEYS)
    by_key = {feature["key"]: feature for feature in found["features"]}
    bullets, words = by_key["bullets"], by_key["words"]
    assert (bullets["steps"], bullets["steps_present"], bullets["prevalence"]) == (80, 40, 0.5)
    assert (bullets["left_out"], bullets["mean"], bullets["sd"]) == (None, None, None)
    assert (by_key["table"]["left_out"], by_key["table"]["steps_present"]) == ("few_present", 0)
    assert words["prevalence"] is None
    assert words["mean"] > 3
    assert words["sd"] > 0
    assert words["log_sd"] < words["sd"]


def test_what_is_content_in_the_taxonomy_is_in_no_estimate_and_flagged_never() -> None:
    version = make_version(EVERY_KIND.replace("criteria:", "content_features: [bullets]\ncriteria:", 1))
    campaign = style_campaign(chains=80, plain_share=0.3, bullets_add=0.4, pairs=40, version=version)
    found = figures(campaign)
    assert found["settings"] == {"content_features": ["bullets"], "extractor_version": 1}
    assert "bullets" not in {one["feature"] for name in ESTIMATORS for one in found[name]}
    [bullets] = [feature for feature in found["features"] if feature["key"] == "bullets"]
    assert (bullets["left_out"], bullets["steps_present"]) == ("content", 160)
    assert not StyleFlag.objects.filter(feature="bullets").exists()


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"p/a": ["unsure", "unsure"]},
        {"p/a": ["good", NOT_GRADED]},
        {"p/a": ["good", "bad"]},
    ],
)
def test_few_grades_give_null_figures_that_say_what_they_lack(words: dict[str, list[str]]) -> None:
    found = figures(graded_campaign([line("p/a", "- 1\n- 2", "2")], {"ada": words, "ben": {}}))
    votes = sum(word in ("good", "bad") for word in words.get("p/a", []))
    assert found["counts"]["votes"] == votes
    assert (found["base_rate"] is None) == (votes == 0)
    assert found["vote_sd"] is None
    markup = {feature["key"] for feature in found["features"] if feature["is_markup"]}
    for name, features in {"twins": set(KEYS), "plain": markup, "association": set(KEYS)}.items():
        estimates = found[name]
        assert {one["feature"] for one in estimates} == features, name
        for one in estimates:
            assert (one["is_estimated"], one["effect"], one["low"], one["p"]) == (False, None, None, None)
            assert one["reason"], (name, one["feature"])
    assert len(found["peers"]) == len(KEYS) * len(found["annotators"])
    assert found["twin_labels"] == []
    assert not StyleFlag.objects.exists()


def test_a_campaign_without_chains_can_be_reported_too() -> None:
    found = figures(make_campaign())
    assert set(found["counts"].values()) == {0}
    assert found["annotators"] == []


def test_steps_are_measured_once_and_only_those_that_were_graded() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "3")], {"ada": {"p/a": ["good", NOT_GRADED]}}
    )
    compute(campaign)
    [row] = StepStyle.objects.all()
    assert row.step == Step.objects.get(text="1")
    compute(campaign)
    assert StepStyle.objects.get().pk == row.pk


def test_the_same_grades_give_the_same_figures_and_no_event_again() -> None:
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    first, before = figures(campaign), flags_of(campaign, version=campaign.taxonomy_version)
    assert before
    assert figures(campaign) == first
    after = flags_of(campaign, version=campaign.taxonomy_version)
    assert [flag["history"] for flag in after] == [flag["history"] for flag in before]
