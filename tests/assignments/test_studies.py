"""Studies of twins: who plans, confirms, starts, stops and discards them, and what is refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from annotator.assignments.members import add_member
from annotator.assignments.models import (
    Campaign,
    CampaignStatus,
    Origin,
    PairState,
    Role,
    StudyState,
    TwinDraw,
    TwinPair,
    TwinStudy,
)
from annotator.assignments.studies import (
    Arm,
    StudyRefused,
    add_pairs,
    confirm_pair,
    discard_study,
    make_study,
    obstacles,
    reject_pair,
    start_study,
    stop_study,
)
from tests.makers import EVERY_KIND, NOW, make_assignment, make_user, make_version
from tests.racing import all_at_once
from tests.twins import BULLETS, PROSE, arm, confirm_all, draft, pair_of, running, step_of, study_campaign

pytestmark = pytest.mark.django_db


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(StudyRefused) as caught, transaction.atomic():
        call(**arguments)
    return str(caught.value)


def drawn(study: TwinStudy) -> TwinDraw:
    """An arm of its first pair, drawn for ada."""
    pair = pair_of(study)
    assignment = make_assignment(campaign=study.campaign)
    known = TwinDraw.objects.filter(pair=pair, annotator=assignment.annotator).first()
    return known or TwinDraw.objects.create(
        pair=pair,
        step_id=pair.step_id,
        annotator=assignment.annotator,
        assignment=assignment,
        is_twin=True,
        drawn_at=NOW,
    )


# --- Making


def test_a_study_is_a_draft_whose_pairs_wait() -> None:
    campaign = study_campaign()
    study = draft(campaign, arm(), arm("four", "- four", stored_has_feature=False, origin=Origin.WRITTEN))
    assert (study.state, study.feature, study.seed) == (StudyState.DRAFT, "bullets", 1)
    kept = study.pairs.order_by("pk").values_list(
        "step__text", "text", "stored_has_feature", "origin", "state"
    )
    assert list(kept) == [
        (BULLETS, PROSE, True, "mechanical", "waiting"),
        ("four", "- four", False, "written", "waiting"),
    ]


@pytest.mark.parametrize("person", ["ada", "rita", "stranger"])
def test_only_a_researcher_of_the_campaign_plans_a_study(person: str) -> None:
    campaign = study_campaign()
    make_user("stranger")
    words = refused(draft, campaign=campaign, person=person)
    assert words == "Only researchers of this campaign plan a study, and no one who grades in it."
    assert not TwinStudy.objects.exists()


def test_a_superuser_plans_a_study_unless_they_grade_here() -> None:
    campaign = study_campaign()
    root = make_user("root")
    root.is_superuser = True
    root.save()
    discard_study(study=draft(campaign, person="root"), person=root)
    add_member(campaign=campaign, user=root, role=Role.ANNOTATOR)
    assert "no one who grades in it" in refused(draft, campaign=campaign, person="root")


def test_a_suspended_researcher_plans_nothing() -> None:
    campaign = study_campaign()
    campaign.memberships.filter(user__username="rosa").update(state="suspended")
    refused(draft, campaign=campaign)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": CampaignStatus.PAUSED}, "The campaign is not active, so no chains are given out."),
        (
            {"overlap": 1},
            "Each chain is graded by one annotator only. A pair needs two: one for each arm.",
        ),
        (
            {"alternatives": "graded"},
            "Alternatives are graded beside the steps: a second text of one step would be noticed.",
        ),
        (
            {"plain_share": 1.0},
            "All chains are shown in plain rendering, and arms are drawn for styled ones only.",
        ),
    ],
)
def test_some_campaigns_can_run_no_study(change: dict[str, Any], words: str) -> None:
    campaign = study_campaign()
    study = draft(campaign)
    confirm_all(study)
    Campaign.objects.update(**change)
    campaign.refresh_from_db()
    assert obstacles(campaign) == [words]
    # Neither another one, nor the one that was planned before.
    assert refused(draft, campaign=campaign, feature="emphasis") == words
    assert refused(start_study, study=study, person=make_user("rosa"), now=NOW) == words


def test_a_feature_that_is_content_here_has_no_study() -> None:
    version = make_version(EVERY_KIND.replace("criteria:", "content_features: [bullets]\ncriteria:", 1))
    campaign = study_campaign(version=version)
    assert "is content, not style" in refused(draft, campaign=campaign)
    draft(campaign, feature="emphasis")


def test_a_feature_has_one_study_at_a_time() -> None:
    campaign = study_campaign()
    study = draft(campaign)
    words = refused(draft, campaign=campaign, feature="bullets")
    assert words == "This feature has a study already; one runs at a time."
    draft(campaign, arm("four", "**four**", stored_has_feature=False), feature="emphasis")
    discard_study(study=study, person=make_user("rosa"))
    draft(campaign)


def test_a_feature_that_nobody_measures_is_refused() -> None:
    assert refused(draft, campaign=study_campaign(), feature="charm") == "There is no such style feature."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BULLETS, "A twin must be another text than the step's own."),
        ("", "A twin must be another text than the step's own."),
        ("nothing\0", "A twin's text is too long, or cannot be stored."),
        ("half \ud800", "A twin's text is too long, or cannot be stored."),
        ("x" * 1_000_001, "A twin's text is too long, or cannot be stored."),
    ],
)
def test_a_twin_has_a_text_of_its_own(text: str, words: str) -> None:
    campaign = study_campaign()
    arms = [arm("four", "- four"), arm(text=text)]
    call = partial(make_study, feature="bullets", person=make_user("rosa"), seed=1, now=NOW)
    assert refused(call, campaign=campaign, arms=arms) == words
    assert not TwinPair.objects.exists()
    assert not TwinStudy.objects.exists()


def test_a_step_has_one_twin_in_a_campaign() -> None:
    campaign = study_campaign()
    study = draft(campaign)
    rosa = make_user("rosa")
    assert (
        refused(add_pairs, study=study, arms=[arm(text="other")], person=rosa) == "A step has a twin already."
    )
    twice = [arm("four", "- four"), arm("four", "* four")]
    assert refused(add_pairs, study=study, arms=twice, person=rosa) == "A step is there twice."
    foreign = Arm(step_id=step_of("four").pk + 1_000, text="x", stored_has_feature=True)
    assert refused(add_pairs, study=study, arms=[foreign], person=rosa) == "A step is not of this campaign."
    assert add_pairs(study=study, arms=[arm("four", "- four")], person=rosa) == 1


def test_pairs_that_were_asked_for_twice_are_added_once() -> None:
    study = draft(study_campaign())
    rosa = make_user("rosa")
    assert add_pairs(study=study, arms=[arm("four", "- four")], person=rosa, seen=1) == 1
    words = refused(add_pairs, study=study, arms=[arm("five", "- five")], person=rosa, seen=1)
    assert words == "Pairs were added to this study meanwhile. Look at them first."
    assert study.pairs.count() == 2


def test_a_study_stays_within_what_people_can_confirm() -> None:
    campaign = study_campaign()
    study = draft(campaign)
    many = [Arm(step_id=number, text="x", stored_has_feature=True) for number in range(1_000)]
    words = refused(add_pairs, study=study, arms=many, person=make_user("rosa"))
    assert words == "A study has at most 1000 pairs."


# --- Confirming


def test_a_second_person_confirms_a_pair() -> None:
    study = draft(study_campaign())
    pair = confirm_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert (pair.state, pair.reviewed_by, pair.reviewed_at) == (PairState.CONFIRMED, make_user("rita"), NOW)


def test_its_maker_does_not_confirm_a_pair_but_may_withdraw_it() -> None:
    study = draft(study_campaign())
    rosa = make_user("rosa")
    words = refused(confirm_pair, pair=pair_of(study), person=rosa, now=NOW)
    assert words == "You made this pair: somebody else must confirm it."
    assert reject_pair(pair=pair_of(study), person=rosa, now=NOW).state == PairState.REJECTED


@pytest.mark.parametrize("person", ["ada", "stranger"])
def test_nobody_else_reviews_a_pair(person: str) -> None:
    study = draft(study_campaign())
    for call in (confirm_pair, reject_pair):
        words = refused(call, pair=pair_of(study), person=make_user(person), now=NOW)
        assert words.startswith("Only researchers and reviewers of this campaign review pairs")


def test_a_reviewer_may_think_again() -> None:
    study = draft(study_campaign())
    reject_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert confirm_pair(pair=pair_of(study), person=make_user("rob"), now=NOW).reviewed_by == make_user("rob")
    reject_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    # The step is free again, and what was rejected does not come back beside its new twin.
    add_pairs(study=study, arms=[arm(text="another prose")], person=make_user("rosa"))
    words = refused(confirm_pair, pair=pair_of(study), person=make_user("rob"), now=NOW)
    assert words == "The step has another twin by now."


def test_a_review_is_of_the_state_that_was_seen() -> None:
    study = draft(study_campaign())
    waiting = pair_of(study)
    reject_pair(pair=waiting, person=make_user("rob"), now=NOW)
    words = refused(confirm_pair, pair=waiting, person=make_user("rita"), now=NOW, seen="waiting")
    assert words == "Somebody has reviewed this pair meanwhile."


def test_a_pair_that_was_drawn_is_not_left_out_afterwards() -> None:
    study = running(study_campaign())
    drawn(study)
    words = refused(reject_pair, pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert words == "Annotators have been given this pair already, so it stays. You can stop the study."


# --- Running


def test_a_study_runs_and_stops() -> None:
    campaign = study_campaign()
    study = running(campaign)
    assert (study.state, study.started_at) == (StudyState.RUNNING, NOW)
    rosa = make_user("rosa")
    assert refused(start_study, study=study, person=rosa, now=NOW) == "Only a draft can be started."
    assert refused(discard_study, study=study, person=rosa).startswith("Only a draft can be discarded")
    # More pairs may come while it runs.
    add_pairs(study=study, arms=[arm("four", "- four", stored_has_feature=False)], person=rosa)
    stopped = stop_study(study=study, person=rosa, now=NOW)
    assert (stopped.state, stopped.stopped_at) == (StudyState.STOPPED, NOW)
    assert refused(stop_study, study=study, person=rosa, now=NOW) == "Only a running study can be stopped."
    words = "The study has been stopped: its pairs stay as they are."
    assert refused(add_pairs, study=study, arms=[arm("five", "- five")], person=rosa) == words
    assert refused(confirm_pair, pair=study.pairs.last(), person=make_user("rita"), now=NOW) == words
    # The feature can be studied again, on other steps.
    draft(campaign, arm("six", "- six", stored_has_feature=False))


def test_a_study_starts_with_a_confirmed_pair() -> None:
    study = draft(study_campaign())
    rosa = make_user("rosa")
    assert refused(start_study, study=study, person=rosa, now=NOW) == "No pair is confirmed yet."
    reject_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert refused(start_study, study=study, person=rosa, now=NOW) == "No pair is confirmed yet."


@pytest.mark.parametrize("person", ["ada", "rita", "stranger"])
def test_only_researchers_start_stop_and_discard(person: str) -> None:
    study = draft(study_campaign())
    confirm_all(study)
    somebody = make_user(person)
    refused(start_study, study=study, person=somebody, now=NOW)
    refused(discard_study, study=study, person=somebody)
    start_study(study=study, person=make_user("rosa"), now=NOW)
    refused(stop_study, study=study, person=somebody, now=NOW)


def test_a_draft_is_discarded_with_its_pairs() -> None:
    study = draft(study_campaign())
    confirm_all(study)
    discard_study(study=study, person=make_user("rosa"))
    assert not TwinPair.objects.exists()
    assert (
        refused(start_study, study=study, person=make_user("rosa"), now=NOW)
        == "The study was discarded meanwhile."
    )


# --- At once


@pytest.mark.django_db(transaction=True)
def test_two_researchers_at_once_make_one_study() -> None:
    campaign = study_campaign()
    calls = [partial(draft, campaign, person=name) for name in ("rosa", "rob")]
    results = all_at_once(calls)
    assert [type(result) for result in results if isinstance(result, Exception)] == [StudyRefused]
    assert TwinStudy.objects.count() == 1
    assert TwinPair.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_two_reviewers_at_once_has_the_word() -> None:
    study = draft(study_campaign())
    pair = pair_of(study)
    calls: list[Callable[[], object]] = [
        partial(confirm_pair, pair=pair, person=make_user("rita"), now=NOW, seen="waiting"),
        partial(reject_pair, pair=pair, person=make_user("rob"), now=NOW, seen="waiting"),
    ]
    results = all_at_once(calls)
    assert [type(result) for result in results if isinstance(result, Exception)] == [StudyRefused]


@pytest.mark.django_db(transaction=True)
def test_a_study_is_not_started_and_discarded_at_once() -> None:
    study = draft(study_campaign())
    confirm_all(study)
    rosa = make_user("rosa")
    calls: list[Callable[[], object]] = [
        partial(start_study, study=study, person=rosa, now=NOW),
        partial(discard_study, study=study, person=rosa),
    ]
    results = all_at_once(calls)
    assert [type(result) for result in results if isinstance(result, Exception)] == [StudyRefused]
    assert TwinPair.objects.exists() == TwinStudy.objects.filter(state=StudyState.RUNNING).exists()


@pytest.mark.django_db(transaction=True)
def test_claims_and_stopping_do_not_block_each_other_for_good() -> None:
    study = running(study_campaign())
    campaign = study.campaign
    calls: list[Callable[[], object]] = [
        partial(make_assignment, campaign=campaign, annotator="ada"),
        partial(make_assignment, campaign=campaign, annotator="ben"),
        partial(stop_study, study=study, person=make_user("rosa"), now=NOW),
    ]
    results = all_at_once(calls)
    assert [result for result in results if isinstance(result, Exception)] == []
