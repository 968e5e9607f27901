"""Flags over many reports: they open on evidence, stay while it stands, keep what people said, and never lose a state."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Quantity
from annotator.analysis.models import StyleFlag, StyleFlagEvent, StyleReport
from annotator.analysis.style_reports.answering import NotAnswerable, acknowledge, resolve
from annotator.analysis.style_reports.composing import Found
from annotator.analysis.style_reports.flagging import follow_flags
from annotator.analysis.style_reports.telling import flags_of
from annotator.assignments.models import Campaign, MembershipState
from taxonomies.models import Label
from tests.makers import NOW, make_campaign, make_user
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db

UNKNOWN = Quantity(None, reason="not looked at here")
FOUND = Estimate(
    feature="bullets",
    estimator="twins",
    status="bias",
    unit="present",
    is_estimated=True,
    counts=EvidenceCounts(votes=160, plain_votes=None, steps=None, chains=None, annotators=8, pairs=40),
    mean_grade=UNKNOWN,
    odds_ratio=UNKNOWN,
    effect=8.0,
    low=5.0,
    high=11.0,
    se=1.5,
    p=0.001,
    q=0.002,
    severity="medium",
)
# Found still, but no longer so clearly that it would open.
FADING = replace(FOUND, effect=4.0, low=-0.5, high=8.5, p=0.04, q=0.08, severity=None)
GONE = replace(FOUND, effect=2.0, low=-4.0, high=8.0, p=0.3, q=0.6, severity=None)
# Surely there, and surely too small to matter.
SMALL = replace(FOUND, effect=1.5, low=0.5, high=2.5, p=0.001, q=0.002, severity=None)
LACKING = replace(
    FOUND,
    is_estimated=False,
    reason="too few",
    effect=None,
    low=None,
    high=None,
    se=None,
    p=None,
    q=None,
    severity=None,
)
EXAMPLES = {
    "examples": [{"step": 7, "chain": "p/a", "index": 1, "pair": 3}],
    "counter_examples": [],
}


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(annotators=["ada", "ben"], reviewers=["rita"], researchers=["rolf"])


def report_on(
    campaign: Campaign, *found: Found | Estimate, day: int, content: tuple[str, ...] = ()
) -> StyleReport:
    """A report of that day in which these were found; flags have followed it."""
    report = StyleReport.objects.create(
        campaign=campaign,
        taxonomy_version_id=campaign.taxonomy_version_id,
        requested_at=NOW + timedelta(days=day),
        finished_at=NOW + timedelta(days=day),
        state="done",
        figures={},
    )
    follow(report, *found, content=content)
    return report


def follow(report: StyleReport, *found: Found | Estimate, content: tuple[str, ...] = ()) -> None:
    follow_flags(
        report=report,
        found=[one if isinstance(one, Found) else Found(one) for one in found],
        content_features=content,
        examples_of=lambda estimate: EXAMPLES,
        now=report.requested_at,
    )


def history(campaign: Campaign) -> list[str]:
    [flag] = flags_of(campaign, version=campaign.taxonomy_version)
    return [event["kind"] for event in flag["history"]]


def only_flag() -> StyleFlag:
    return StyleFlag.objects.get()


def test_evidence_opens_a_flag_that_says_all_of_it(campaign: Campaign) -> None:
    report = report_on(campaign, FOUND, day=0)
    flag = only_flag()
    assert (flag.status, flag.estimator, flag.feature, flag.scope) == ("bias", "twins", "bullets", "pool")
    assert (flag.state, flag.severity, flag.effect, flag.low, flag.high) == ("open", "medium", 8.0, 5.0, 11.0)
    assert (flag.first_seen_at, flag.last_seen_at, flag.report) == (NOW, NOW, report)
    assert flag.evidence["run"] == report.pk
    assert flag.evidence["unit"] == "present"
    assert flag.evidence["caveat"] == "of_the_twinned_steps"
    assert flag.evidence["examples"] == EXAMPLES["examples"]
    assert flag.evidence["estimate"]["counts"]["pairs"] == 40
    [event] = StyleFlagEvent.objects.all()
    assert (event.kind, event.report, event.happened_at, event.severity) == ("opened", report, NOW, "medium")


@pytest.mark.parametrize("estimate", [FADING, GONE, SMALL, LACKING])
def test_less_than_that_opens_none(campaign: Campaign, estimate: Estimate) -> None:
    report_on(campaign, estimate, day=0)
    assert not StyleFlag.objects.exists()


def test_an_association_never_opens_one(campaign: Campaign) -> None:
    association = replace(FOUND, estimator="association", status="association", p=1e-9, q=None, effect=30.0)
    report_on(campaign, association, day=0)
    report_on(campaign, replace(association, q=1e-9), day=1)
    assert not StyleFlag.objects.exists()


def test_one_that_fades_stays_until_the_evidence_is_gone(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    second = report_on(campaign, FADING, day=1)
    flag = only_flag()
    assert (flag.state, flag.effect, flag.report) == ("open", 4.0, second)
    assert (flag.first_seen_at, flag.last_seen_at) == (NOW, NOW + timedelta(days=1))
    third = report_on(campaign, GONE, day=2)
    flag = only_flag()
    assert (flag.state, flag.closed_at, flag.report) == ("closed", NOW + timedelta(days=2), third)
    assert (flag.effect, flag.severity) == (2.0, "low"), (
        "the figures that speak against it, and how strong it was"
    )
    assert flag.last_seen_at == NOW + timedelta(days=1)
    assert flag.evidence["estimate"]["effect"] == 4.0
    assert history(campaign) == ["opened", "changed", "closed"]


def test_an_effect_that_is_surely_small_closes_it(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    report_on(campaign, SMALL, day=1)
    assert only_flag().state == "closed"


def test_one_kept_under_what_opens_is_of_low_severity(campaign: Campaign) -> None:
    report_on(campaign, replace(FOUND, effect=4.0, low=1.0, severity="low"), day=0)
    report_on(campaign, replace(FADING, effect=2.5), day=1)
    assert (only_flag().state, only_flag().severity) == ("open", "low")
    assert history(campaign) == ["opened"]


def test_fading_evidence_does_not_open_a_closed_one_again_and_new_evidence_does(campaign: Campaign) -> None:
    for day, estimate in enumerate([FOUND, GONE, FADING]):
        report_on(campaign, estimate, day=day)
    assert only_flag().state == "closed"
    report_on(campaign, FOUND, day=3)
    flag = only_flag()
    assert (flag.state, flag.closed_at, flag.first_seen_at) == ("open", None, NOW)
    assert history(campaign) == ["opened", "closed", "reopened"]


def test_missing_evidence_leaves_a_flag_as_it_was(campaign: Campaign) -> None:
    first = report_on(campaign, FOUND, day=0)
    report_on(campaign, LACKING, day=1)
    report_on(campaign, day=2)
    flag = only_flag()
    assert (flag.state, flag.effect, flag.report, flag.last_seen_at) == ("open", 8.0, first, NOW)
    assert history(campaign) == ["opened"]


def test_what_is_content_is_no_style_so_its_flag_closes_once(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    for day in (1, 2):
        report_on(campaign, day=day, content=("bullets",))
    assert only_flag().state == "closed"
    assert history(campaign) == ["opened", "closed"]


def test_another_severity_and_another_direction_are_noted(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    report_on(campaign, replace(FOUND, effect=7.0), day=1)
    report_on(campaign, replace(FOUND, effect=12.0, high=15.0, severity="high"), day=2)
    report_on(campaign, replace(FOUND, effect=-12.0, low=-15.0, high=-9.0, severity="high"), day=3)
    assert history(campaign) == ["opened", "changed", "changed"]
    assert [event.effect for event in StyleFlagEvent.objects.order_by("pk")] == [8.0, 12.0, -12.0]


def test_the_same_report_again_changes_nothing(campaign: Campaign) -> None:
    for day, estimate in enumerate([FOUND, FADING, GONE, FOUND]):
        report = report_on(campaign, estimate, day=day)
        before = list(StyleFlag.objects.values()), StyleFlagEvent.objects.count()
        follow(report, estimate)
        assert (list(StyleFlag.objects.values()), StyleFlagEvent.objects.count()) == before


def test_pool_people_and_error_types_have_flags_of_their_own(campaign: Campaign) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    sign = Label.objects.get(key="sign")
    peers = replace(FOUND, estimator="peers", status="deviation", annotator=0)
    found = [
        Found(FOUND),
        Found(replace(FOUND, estimator="plain")),
        Found(replace(FOUND, label=0), label_id=sign.pk),
        Found(peers, annotator_id=ada.pk),
        Found(replace(peers, annotator=1), annotator_id=ben.pk),
        Found(replace(FOUND, feature="heading")),
    ]
    for day in (0, 1):
        report_on(campaign, *found, day=day)
    told = flags_of(campaign, version=campaign.taxonomy_version)
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    subjects = [(flag["scope"], flag["annotator"], flag["label"]) for flag in told]
    assert subjects == [
        ("pool", None, None),
        ("pool", None, None),
        ("label", None, {"criterion": "error", "key": "sign"}),
        ("annotator", pseudonyms[ada.pk], None),
        ("annotator", pseudonyms[ben.pk], None),
        ("pool", None, None),
    ]
    assert all(len(flag["history"]) == 1 for flag in told)
    # Places change as people join; whom a flag is about does not.
    report_on(
        campaign,
        Found(replace(peers, annotator=5, effect=-7.0, low=-9.0, high=-5.0), annotator_id=ada.pk),
        day=2,
    )
    assert StyleFlag.objects.get(member__user=ada).effect == -7.0


def test_what_was_said_of_a_flag_lasts_while_its_evidence_stands(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    acknowledge(flag=only_flag(), person=make_user("rita"), note=" We look into it. ", now=NOW)
    report_on(campaign, FOUND, day=1)
    assert (only_flag().state, only_flag().note) == ("acknowledged", "We look into it.")
    resolve(flag=only_flag(), person=make_user("rolf"), note="Guidelines changed.", now=NOW)
    report_on(campaign, FADING, day=3)
    assert only_flag().state == "resolved"
    report_on(campaign, GONE, day=4)
    assert (only_flag().state, only_flag().note) == ("closed", "Guidelines changed.")
    report_on(campaign, FOUND, day=5)
    assert (only_flag().state, only_flag().note) == ("open", "")
    [flag] = flags_of(campaign, version=campaign.taxonomy_version)
    pseudonyms = dict(campaign.memberships.values_list("user__username", "pseudonym"))
    assert [(event["kind"], event["by"], event["note"]) for event in flag["history"]] == [
        ("opened", None, ""),
        ("acknowledged", pseudonyms["rita"], "We look into it."),
        ("resolved", pseudonyms["rolf"], "Guidelines changed."),
        ("changed", None, ""),
        ("closed", None, ""),
        ("reopened", None, ""),
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, effect=12.0, high=15.0, severity="high"),
        replace(FOUND, effect=-7.0, low=-11.0, high=-3.0),
    ],
    ids=["worse", "turned round"],
)
def test_a_resolved_flag_that_grows_worse_or_turns_round_opens_anew(
    campaign: Campaign, other: Estimate
) -> None:
    report_on(campaign, FOUND, day=0)
    resolve(flag=only_flag(), person=make_user("rolf"), note="Guidelines changed.", now=NOW)
    report_on(campaign, other, day=1)
    assert (only_flag().state, only_flag().note) == ("open", "")
    assert history(campaign) == ["opened", "resolved", "reopened"]


def answers(**more: Any) -> dict[str, Any]:
    return {"flag": only_flag(), "person": make_user("rita"), "note": "seen", "now": NOW, **more}


def test_a_flag_is_answered_only_where_that_makes_sense(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    for note in ("", "  "):
        with pytest.raises(NotAnswerable, match="Say in a note why"):
            resolve(**answers(note=note))
    for note in ("a\x00b", "x" * 10_001):
        with pytest.raises(NotAnswerable):
            acknowledge(**answers(note=note))
    acknowledge(**answers(note=""))
    with pytest.raises(NotAnswerable, match="Only an open flag"):
        acknowledge(**answers())
    resolve(**answers())
    for answer in (acknowledge, resolve):
        with pytest.raises(NotAnswerable):
            answer(**answers())
    report_on(campaign, GONE, day=1)
    for answer in (acknowledge, resolve):
        with pytest.raises(NotAnswerable):
            answer(**answers())
    assert history(campaign) == ["opened", "acknowledged", "resolved", "closed"]


def test_only_those_who_oversee_the_campaign_answer(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=0)
    make_campaign(key="other", researchers=["stranger"])
    campaign.memberships.filter(user__username="rolf").update(state=MembershipState.SUSPENDED)
    for name in ("ada", "stranger", "rolf"):
        for answer in (acknowledge, resolve):
            with pytest.raises(NotAnswerable, match="Only reviewers and researchers"):
                answer(**answers(person=make_user(name)))
    assert history(campaign) == ["opened"]


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_are_told_apart() -> None:
    campaign = make_campaign(reviewers=["rita"], researchers=["rolf"])
    report_on(campaign, FOUND, day=0)
    given = [answers(person=make_user(name)) for name in ("rita", "rolf")]
    done = all_at_once([lambda said=said: acknowledge(**said) for said in given])  # type: ignore[misc]
    assert sorted(type(answer).__name__ for answer in done) == ["NotAnswerable", "StyleFlag"]
    assert history(campaign) == ["opened", "acknowledged"]
