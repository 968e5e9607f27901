"""What a native line says of style when it is asked to, and that it says nothing of it otherwise."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotator.analysis.models import StepStyle
from annotator.analysis.style import EXTRACTOR_VERSION, FEATURES, KEYS, measure
from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from annotator.exports.options import FORMATS
from annotator.exports.queries import BadQuery, ExportQuery, read_query
from annotator.exports.streaming import stream
from taxonomies.models import Label
from tests.exported import exported
from tests.exports.styled import flag, stored_style, twin_estimate
from tests.graded import graded_campaign
from tests.makers import line, make_campaign
from tests.moved import moved_by_hand
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

BULLETS = "- two apples\n- and **three** pears"
PROSE = "I think there are 5 fruits, $2 + 3$."


@pytest.fixture
def campaign() -> Campaign:
    return graded_campaign(
        [line("p/a", BULLETS, PROSE), line("q/a", PROSE), line("r/a", "nobody grades this")],
        {"ada": {"p/a": ["good", "bad"], "q/a": ["good"]}, "ben": {"p/a": ["good", "good"]}},
    )


def export(campaign: Campaign, style: str = "1", **more: Any) -> bytes:
    return exported(campaign, style=style, **more)


def lines(campaign: Campaign, **more: Any) -> list[dict[str, Any]]:
    return [json.loads(text) for text in export(campaign, **more).splitlines()]


def without_style(row: dict[str, Any]) -> dict[str, Any]:
    steps = [{key: step[key] for key in step if key != "style"} for step in row["steps"]]
    return {**{key: row[key] for key in row if key != "style_flags"}, "steps": steps}


def by_hand(text: str) -> dict[str, bool | float]:
    values = zip(FEATURES, measure(text), strict=True)
    return {each.key: bool(value) if each.kind == "binary" else value for each, value in values}


def test_each_step_says_what_its_text_is_like(campaign: Campaign) -> None:
    first, second = lines(campaign)
    assert [step["style"] for step in first["steps"]] == [by_hand(BULLETS), by_hand(PROSE)]
    assert second["steps"][0]["style"] == by_hand(PROSE)
    shown = first["steps"][0]["style"]
    assert list(shown) == list(KEYS)
    assert (shown["bullets"], shown["emphasis"], shown["first_person"], shown["words"]) == (
        True,
        True,
        False,
        5,
    )
    assert first["steps"][1]["style"]["first_person"] is True


def test_what_is_stored_is_what_is_said(campaign: Campaign) -> None:
    step = Step.objects.get(text=BULLETS)
    StepStyle.objects.create(step=step, extractor_version=EXTRACTOR_VERSION + 1, values=[7.0] * len(KEYS))
    before = export(campaign)
    values = [float(place % 2) for place in range(len(KEYS))]
    StepStyle.objects.create(step=step, extractor_version=EXTRACTOR_VERSION, values=values)
    said = lines(campaign)[0]["steps"][0]["style"]
    assert [float(value) for value in said.values()] == values
    StepStyle.objects.filter(step=step, extractor_version=EXTRACTOR_VERSION).update(values=measure(BULLETS))
    assert export(campaign) == before


def test_an_export_measures_without_storing(campaign: Campaign) -> None:
    export(campaign)
    assert not StepStyle.objects.exists()


def test_nothing_else_changes_and_without_the_option_nothing_at_all(campaign: Campaign) -> None:
    plain = export(campaign, style="0")
    flag(stored_style(campaign))
    assert export(campaign, style="0") == plain
    assert b"style" not in plain
    assert [without_style(row) for row in lines(campaign)] == [
        json.loads(text) for text in plain.splitlines()
    ]


def test_the_flags_that_stand_are_in_each_line_under_pseudonyms(campaign: Campaign) -> None:
    report = stored_style(campaign)
    flag(report)
    flag(report, "hedge", -6.5, estimator="plain", state="acknowledged", severity="medium")
    member = campaign.memberships.get(user__username="ada")
    flag(report, "words", 5, estimator="peers", status="deviation", scope="annotator", member=member)
    sign = Label.objects.get(criterion__key="error", key="sign")
    flag(report, "code", 8, scope="label", label=sign)
    flag(report, "emoji", state="closed")
    flag(report, "latex", state="resolved")
    rows = lines(campaign)
    assert rows[0]["style_flags"] == rows[1]["style_flags"]
    flags = rows[0]["style_flags"]
    assert [(one["feature"], one["estimator"], one["status"], one["subject"]) for one in flags] == [
        ("bullets", "twins", "bias", None),
        ("code", "twins", "bias", "error.sign"),
        ("hedge", "plain", "bias", None),
        ("words", "peers", "deviation", member.pseudonym),
    ]
    assert flags[2] == {
        "estimator": "plain",
        "status": "bias",
        "feature": "hedge",
        "scope": "pool",
        "subject": None,
        "effect": -6.5,
        "low": -10.5,
        "high": -2.5,
        "severity": "medium",
        "state": "acknowledged",
    }


def test_no_flag_is_an_empty_list(campaign: Campaign) -> None:
    assert [row["style_flags"] for row in lines(campaign)] == [[], []]


def test_flags_of_another_campaign_stay_there(campaign: Campaign) -> None:
    flag(stored_style(make_campaign(key="second", dataset=campaign.dataset)))
    assert lines(campaign)[0]["style_flags"] == []


def test_a_former_version_has_the_flags_of_its_own() -> None:
    moved = graded_campaign([line("p/a", BULLETS)], {"ada": {"p/a": ["good"]}})
    flag(stored_style(moved))
    moved_by_hand(moved)
    moved.refresh_from_db()
    flag(stored_style(moved), "hedge")
    assert [one["feature"] for one in lines(moved, version="1")[0]["style_flags"]] == ["bullets"]
    assert {one["feature"] for row in lines(moved) for one in row["style_flags"]} <= {"hedge"}


def test_a_flag_raised_in_the_middle_does_not_show(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.exports.rows.reading.FIRST_BATCH", 1)
    before = export(campaign)
    running = stream(campaign=campaign, query=ExportQuery(style=True), with_trailer=False)
    first = next(running)
    assert all_at_once([lambda: flag(stored_style(campaign)) and None]) == [None]
    assert first + b"".join(running) == before
    assert export(campaign) != before


def test_a_shared_step_says_the_same_in_each_of_its_chains() -> None:
    campaign = graded_campaign(
        [line("p/a", BULLETS, "one way"), line("p/b", BULLETS, "another way")],
        {"ada": {"p/a": ["good", "good"]}},
    )
    first, second = lines(campaign)
    assert first["steps"][0]["style"] == second["steps"][0]["style"] == by_hand(BULLETS)
    assert second["steps"][1]["style"] == by_hand("another way")


def test_only_native_has_room_for_style() -> None:
    for name in FORMATS[1:]:
        for option in ({"style": "1"}, {"debias": "twins"}):
            with pytest.raises(BadQuery, match=f"is for native, not for {name}"):
                read_query({"format": name, **option})


def test_the_command_writes_the_same(campaign: Campaign, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    flag(stored_style(campaign, twin_estimate("bullets", 11.0)))
    call_command("export", "pilot", "--style", "--debias", "twins", "--trailer")
    assert capsysbinary.readouterr().out == export(campaign, debias="twins", with_trailer=True)
    with pytest.raises(CommandError, match="style is for native, not for trl"):
        call_command("export", "pilot", "--style", "--format", "trl")
