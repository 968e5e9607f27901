"""The option `debias`: what comes off the soft labels of a campaign, and what is said where nothing can."""

from typing import Any

import pytest

from annotator.analysis.models import FlagState
from annotator.assignments.models import Assignment, Campaign, Rendering
from tests.exported import exported_lines
from tests.exports.styled import flag, stored_style, twin_estimate
from tests.graded import grade_chains, graded_campaign
from tests.makers import NOW, line, make_user

pytestmark = pytest.mark.django_db(transaction=True)

BULLETS = "- two apples\n- and three pears"


@pytest.fixture
def campaign() -> Campaign:
    """Two sound votes of three on the step with bullets, and on the one without."""
    return graded_campaign(
        [line("p/a", BULLETS, "five fruits")],
        {
            "ada": {"p/a": ["good", "good"]},
            "ben": {"p/a": ["good", "good"]},
            "cleo": {"p/a": ["bad", "bad"]},
        },
    )


def lines(campaign: Campaign, debias: str = "twins", **more: Any) -> list[dict[str, Any]]:
    """The last one is the trailer's."""
    return exported_lines(campaign, with_trailer=True, debias=debias, **more)


def labels(campaign: Campaign) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [step["debias"] for step in lines(campaign)[0]["steps"]]
    return found


def said(campaign: Campaign) -> dict[str, Any]:
    found: dict[str, Any] = lines(campaign)[-1]["trailer"]["debias"]
    return found


def test_the_measured_effect_comes_off_steps_that_show_the_feature(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 11.0, severity="high")))
    with_bullets, without = labels(campaign)
    assert with_bullets == {
        "soft": pytest.approx(2.5 / 4.5),
        "soft_debiased": pytest.approx((2 - 3 * 0.11 + 0.5) / 4.5),
        "subtracted": {"bullets": pytest.approx(0.33 / 4.5)},
        "reason": None,
    }
    assert without == {
        "soft": pytest.approx(2.5 / 4.5),
        "soft_debiased": without["soft"],
        "subtracted": {},
        "reason": None,
    }


def test_the_shares_of_the_line_stay_as_they_are(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 11.0)))
    [plain, _] = lines(campaign, debias="")
    [row, _] = lines(campaign)
    for before, after in zip(plain["steps"], row["steps"], strict=True):
        assert {key: after[key] for key in after if key != "debias"} == before
        assert after["debias"]["soft"] == before["soft"]["good"]


def test_a_vote_on_a_plain_text_saw_no_bullets(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 11.0)))
    give_plain(campaign, "dora", words=["good", "good"])
    with_bullets, without = labels(campaign)
    # Three of the four votes were on bullets.
    assert with_bullets["soft"] == pytest.approx(3.5 / 5.5)
    assert with_bullets["subtracted"] == {"bullets": pytest.approx(0.33 / 5.5)}
    assert without["subtracted"] == {}


def test_a_vote_on_a_plain_text_saw_every_word() -> None:
    campaign = graded_campaign([line("p/a", "Maybe it is five.")], {"ada": {"p/a": ["good"]}})
    flag(stored_style(campaign, twin_estimate("hedge", -20.0)), "hedge", -20.0)
    give_plain(campaign, "dora", words=["bad"])
    [label] = labels(campaign)
    assert label["subtracted"] == {"hedge": pytest.approx(-0.4 / 3.5)}
    assert label["soft_debiased"] == pytest.approx(1.9 / 3.5)


def give_plain(campaign: Campaign, name: str, *, words: list[str]) -> None:
    """One more person, to whom every chain is given in plain rendering."""
    campaign.memberships.create(user=make_user(name), pseudonym=f"plain-{name}")
    campaign.plain_share = 1.0
    campaign.save(update_fields=["plain_share"])
    grade_chains(campaign, annotator=name, words={"p/a": words})
    assert Assignment.objects.get(annotator__username=name).rendering == Rendering.PLAIN


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (None, "not_flagged"),
        (FlagState.OPEN, None),
        (FlagState.ACKNOWLEDGED, None),
        (FlagState.RESOLVED, "resolved"),
        (FlagState.CLOSED, "closed"),
    ],
)
def test_only_a_flag_that_stands_takes_something_off(
    campaign: Campaign, state: FlagState | None, kept: str | None
) -> None:
    report = stored_style(campaign, twin_estimate("bullets", 11.0))
    if state is not None:
        flag(report, state=state)
    [effect] = said(campaign)["effects"]
    assert effect["kept"] == kept
    assert (labels(campaign)[0]["subtracted"] == {}) is (kept is not None)
    assert (labels(campaign)[0]["soft_debiased"] == labels(campaign)[0]["soft"]) is (kept is not None)


def test_a_flag_that_stands_though_too_few_grades_are_left_counts_as_it_was(campaign: Campaign) -> None:
    report = stored_style(campaign, twin_estimate("bullets", None))
    estimate = twin_estimate("bullets", 11.0)
    closed = flag(report, "hedge", state=FlagState.CLOSED, evidence={"estimate": estimate})
    flag(report, evidence={"estimate": estimate})
    assert labels(campaign)[0]["subtracted"] == {"bullets": pytest.approx(0.33 / 4.5)}
    assert closed.feature not in [effect["feature"] for effect in said(campaign)["effects"]]


def test_plain_rendering_alone_and_one_persons_taste_take_nothing_off(campaign: Campaign) -> None:
    report = stored_style(campaign, twin_estimate("bullets", 11.0))
    flag(report, estimator="plain")
    member = campaign.memberships.get(user__username="ada")
    flag(report, estimator="peers", status="deviation", scope="annotator", member=member)
    assert [label["subtracted"] for label in labels(campaign)] == [{}, {}]


def test_of_how_much_there_is_of_something_nothing_comes_off(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("words", 9.0)), "words")
    assert said(campaign)["effects"][0]["kept"] == "not_present_or_absent"
    assert [label["subtracted"] for label in labels(campaign)] == [{}, {}]


def test_without_a_measurement_there_is_no_debiased_label_and_a_reason(campaign: Campaign) -> None:
    def reasons() -> list[tuple[Any, ...]]:
        return [
            (label["soft"] is None, label["soft_debiased"], label["reason"]) for label in labels(campaign)
        ]

    assert reasons() == [(False, None, "no_report")] * 2
    assert said(campaign)["reason"] == "no_report"
    stored_style(campaign, twin_estimate("bullets", None))
    assert reasons() == [(False, None, "no_twins_estimated")] * 2
    assert "No twins have measured" in said(campaign)["text"]


def test_a_step_nobody_voted_on_has_no_label_at_all() -> None:
    campaign = graded_campaign([line("p/a", BULLETS, "two")], {"ada": {"p/a": ["unsure", "good"]}})
    flag(stored_style(campaign, twin_estimate("bullets", 11.0)))
    assert labels(campaign)[0] == {
        "soft": None,
        "soft_debiased": None,
        "subtracted": {},
        "reason": "no_votes",
    }


def test_the_newest_report_that_is_done_counts(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 30.0)))
    stored_style(campaign, twin_estimate("bullets", 10.0), finished_at=NOW.replace(day=21))
    stored_style(campaign, state="queued", finished_at=None, figures=None)
    assert labels(campaign)[0]["subtracted"] == {"bullets": pytest.approx(0.3 / 4.5)}
    assert said(campaign)["report_computed_at"].startswith("2026-11-21T")


def test_the_trailer_describes_what_was_done(campaign: Campaign) -> None:
    report = stored_style(campaign, twin_estimate("bullets", 11.0), twin_estimate("hedge", 1.0))
    flag(report)
    trailer = lines(campaign)[-1]["trailer"]
    assert list(trailer) == ["rows", "sha256", "left_out", "debias"]
    assert trailer["debias"]["method"] == "twins"
    assert trailer["debias"]["effects"][0] == {
        "feature": "bullets",
        "effect": 11.0,
        "low": 7.0,
        "high": 15.0,
        "severity": None,
        "pairs": 40,
        "votes": 160,
        "kept": None,
    }
    assert "bullets +11.0 points (+7.0 to +15.0)" in trailer["debias"]["text"]
    assert "hedge +1.0 points (-3.0 to +5.0), not flagged" in trailer["debias"]["text"]
    assert "debias" not in lines(campaign, debias="", style="1")[-1]["trailer"]


def test_the_same_grades_give_the_same_bytes_with_luck_and_style_too(campaign: Campaign) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 11.0)))
    assert lines(campaign, style="1") == lines(campaign, style="1")
    [trailer] = lines(campaign, style="1", luck="suspect")
    assert trailer["trailer"]["rows"] == 0
    assert trailer["trailer"]["debias"]["reason"] is None
