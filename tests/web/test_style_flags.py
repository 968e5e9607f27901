"""Flags on style in words, their examples as real grades make them, and what overseers answer."""

import re
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis.measuring import measure_steps
from annotator.analysis.models import FlagState, StyleFlag, StyleReport
from annotator.assignments.models import Campaign, Membership, TwinPair
from annotator.chains.models import Step
from annotator.web.campaigns.style.sentences import ARMS, PLAIN, TITLES
from annotator.web.campaigns.style.words import (
    facts_of,
    how_often,
    interval_in_words,
    nothing_found,
    sentence_of,
)
from taxonomies.models import Label, StyleFeature
from tests.graded import grade_step, hand_in
from tests.makers import browser_of, grade_bad, make_assignment
from tests.style_figures import known, stored_flag, stored_style, whole_style
from tests.twins import BULLETS, claim_arm, pair_of, running, study_campaign

pytestmark = pytest.mark.django_db

PAGE = "/campaigns/pilot/style/"
ESTIMATORS = ["twins", "peers", "association"]


@pytest.fixture
def campaign() -> Campaign:
    """Ada saw the bullets and called them good, ben the prose and called it bad."""
    made = study_campaign(after_first_error="continue")
    study = running(made)
    for name, pseudonym in (("ada", "amber-fox"), ("ben", "blue-owl")):
        Membership.objects.filter(campaign=made, user__username=name).update(pseudonym=pseudonym)
    pair = pair_of(study)
    ada = claim_arm(made, "ada", pair, is_twin=False)
    grade_step(ada, 0, "good")
    grade_step(ada, 1, "good")
    hand_in(ada)
    ben = claim_arm(made, "ben", pair, is_twin=True)
    grade_bad(ben, 0)
    grade_step(ben, 1, "good")
    hand_in(ben)
    return made


@pytest.fixture
def report(campaign: Campaign) -> StyleReport:
    return stored_style(campaign, figures=whole_style(), now=timezone.now())


def example_of(pair: TwinPair, *, by_pair: bool = True) -> dict[str, Any]:
    return {"step": pair.step_id, "chain": "q/a", "index": 0, "pair": pair.pk if by_pair else None}


def page_of(flag: StyleFlag, *, name: str = "rosa") -> str:
    answer = browser_of(name).get(f"{PAGE}flags/{flag.pk}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def arms_in(page: str) -> list[str]:
    """The text of each arm with its votes."""
    arms = page.split('<div class="arm">')[1:]
    return [" ".join(re.sub(r"<[^>]*>", " ", arm.partition("</figure>")[0]).split()) for arm in arms]


def answered(flag: StyleFlag, name: str = "rosa", **said: str) -> Any:
    return browser_of(name).post(f"{PAGE}flags/{flag.pk}/", said)


# --- In words


@pytest.mark.parametrize("feature", StyleFeature.values)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_each_feature_has_a_sentence_of_its_own_for_each_kind_of_evidence(
    feature: str, estimator: str
) -> None:
    found = known(feature, estimator, 11.2, 7.1, 15.3)
    sentence = sentence_of(found, who="amber-fox")
    assert "11 points more often (7 to 15)" in sentence.replace(" a “sound”", "")
    assert ("amber-fox" in sentence) == (estimator == "peers")
    assert "bias" not in sentence.lower()
    others = {sentence_of(known(other, estimator, 11.2, 7.1, 15.3)) for other in StyleFeature.values}
    assert len(others) == len(StyleFeature.values)


def test_every_feature_has_a_title_and_two_arms() -> None:
    assert set(TITLES) == set(ARMS) == set(StyleFeature)
    assert {feature.value for feature in PLAIN} == {"bullets", "emphasis", "heading"}


@pytest.mark.parametrize(
    ("effect", "low", "high", "words"),
    [
        (11.2, 7.1, 15.3, "11 points more often a “sound” (7 to 15)"),
        (-6.0, -9.4, -2.6, "6 points less often a “sound” (3 to 9)"),
        (1.0, -3.4, 5.4, "1 point more often a “sound” (3 less to 5 more)"),
        (3.4, 2.9, 3.9, "3.4 points more often a “sound” (2.9 to 3.9)"),
    ],
)
def test_an_effect_is_said_with_its_direction_and_its_interval(
    effect: float, low: float, high: float, words: str
) -> None:
    assert words in sentence_of(known("bullets", "twins", effect, low, high))


def test_sizes_are_rounded_no_further_than_they_are_known() -> None:
    assert how_often(1.04) == "1 point more often"
    assert how_often(-0.3, is_narrow=True) == "0.3 points less often"
    assert interval_in_words(-0.4, 0.6) == "0.4 less to 0.6 more"


def test_a_null_result_says_the_smallest_effect_that_would_have_been_found() -> None:
    found = known("question", "twins", 0.2, -4.0, 4.4, smallest_findable=6.2)
    assert nothing_found(found) == (
        "Questions, by twins: no effect found; one of 6 points or more would have been."
    )


def test_an_error_type_is_named_with_the_feature() -> None:
    words = sentence_of(known("bullets", "twins", -6.2, -9.3, -3.1), label="Sign")
    assert words == (
        "Bullets and numbers: with it graders named “Sign” 6 points less often (3 to 9) than without it,"
        " the content being the same."
    )


# --- With examples


def test_both_arms_of_a_pair_stand_side_by_side_with_the_votes_on_each(
    campaign: Campaign, report: StyleReport
) -> None:
    pair = TwinPair.objects.get()
    page = page_of(stored_flag(report, examples=[example_of(pair)]), name="rita")
    assert arms_in(page) == [
        "As a list two apples and three pears “Sound”: 1 of 1 amber-fox Good",
        "The same words as prose two apples and three pears “Sound”: 0 of 1 blue-owl Bad",
    ]
    assert "<li>two apples</li>" in page
    assert "Where it is the other way round" not in page


def test_the_report_shows_the_clearest_example_at_once(campaign: Campaign, report: StyleReport) -> None:
    stored_flag(report, examples=[example_of(TwinPair.objects.get())])
    page = browser_of("rita").get(PAGE).content.decode()
    assert len(arms_in(" ".join(page.split()))) == 2


def test_counter_examples_stand_apart(campaign: Campaign, report: StyleReport) -> None:
    pair = TwinPair.objects.get()
    page = page_of(stored_flag(report, counter_examples=[example_of(pair)]))
    assert "No step shows both sides." in page
    assert len(arms_in(page.partition("Where it is the other way round")[2])) == 2


def test_a_step_is_shown_as_it_is_and_plain(campaign: Campaign, report: StyleReport) -> None:
    entry = example_of(TwinPair.objects.get(), by_pair=False)
    page = page_of(stored_flag(report, whole_style()["plain"][0], examples=[entry]))
    as_it_is, plain = arms_in(page)
    assert as_it_is == "As it is two apples and three pears “Sound”: 1 of 1 amber-fox Good"
    assert plain == "Shown plain two apples and three pears No votes on this side yet."
    assert page.count("<li>two apples</li>") == 1


def test_one_annotator_stands_beside_the_others(campaign: Campaign, report: StyleReport) -> None:
    second = Step.objects.get(text__startswith="So - ")
    entry = {"step": second.pk, "chain": "q/a", "index": 1, "pair": None}
    member = campaign.memberships.get(pseudonym="amber-fox")
    page = page_of(stored_flag(report, whole_style()["peers"][0], member=member, examples=[entry]))
    assert arms_in(page) == [
        "amber-fox “Sound”: 1 of 1 amber-fox Good",
        "The others “Sound”: 1 of 1 blue-owl Good",
    ]


def test_an_error_type_is_counted_on_each_arm(campaign: Campaign, report: StyleReport) -> None:
    label = Label.objects.get(criterion__version=campaign.taxonomy_version, key="sign")
    flag = stored_flag(
        report,
        whole_style()["twin_labels"][0],
        label=label,
        examples=[example_of(TwinPair.objects.get())],
    )
    high, low = arms_in(page_of(flag))
    assert high.endswith("“Sign”: 0 of 1 amber-fox Good")
    assert low.endswith("“Sign”: 1 of 1 blue-owl Bad Sign")


def test_what_a_flag_rests_on_stands_on_its_page(campaign: Campaign, report: StyleReport) -> None:
    page = page_of(stored_flag(report))
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "Pairs of twins 40 Votes 160" in words
    assert "Odds ratio 1.56 (1.35 to 1.77)" in words
    assert "Mean grade, from −1 to 1 +0.19 (+0.12 to +0.26)" in words
    assert "Smallest effect findable 5.7 points" in words
    assert "Measured on the pairs of this campaign." in words


@pytest.mark.parametrize(
    ("estimator", "more", "title"),
    [
        ("twins", {"prevalence": None}, "“Sound” without it"),
        ("plain", {}, "“Sound” without it"),
        ("association", {}, "“Sound” without it"),
        # Of an error type it is how often that is named; of a person, what they would say where the feature is.
        ("twins", {"prevalence": None, "label": 0}, None),
        ("peers", {}, None),
    ],
)
def test_a_share_of_sound_is_named_for_what_it_is_of(
    estimator: str, more: dict[str, Any], title: str | None
) -> None:
    facts = facts_of(known("bullets", estimator, 11.2, 7.1, 15.3, **more))
    assert [fact.title for fact in facts if "“Sound”" in fact.title] == ([title] if title else [])


def test_of_an_amount_it_is_the_share_over_all_votes() -> None:
    titles = [fact.title for fact in facts_of(known("words", "peers", 6.0, 4.0, 8.0))]
    assert "“Sound” overall" in titles


# --- Answered


def test_a_flag_is_acknowledged_with_a_note(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report)
    answer = answered(flag, "rita", answer="acknowledge", note="Known.")
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}flags/{flag.pk}/")
    flag.refresh_from_db()
    assert (flag.state, flag.note) == (FlagState.ACKNOWLEDGED, "Known.")
    page = page_of(flag)
    assert "Acknowledged. It stays on the page as long as the grades show it." not in page
    rita = campaign.memberships.get(user__username="rita").pseudonym
    history = page.partition('<ol class="flag-history">')[2]
    assert re.search(rf"Acknowledged</strong>.*{rita}.*Known\..*Found</strong>", history)
    assert "+11.2 points (+7.1 to +15.3)" in history
    assert 'value="acknowledge"' not in page
    assert 'value="resolve"' in page


def test_from_the_report_one_comes_back_to_the_report(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report)
    answer = answered(flag, answer="resolve", note="Only in the template.", back="report")
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?version=1")
    page = browser_of("rosa").get(PAGE).content.decode()
    assert "No flag is open." in page
    assert "1 former flag" in page
    assert "Only in the template." in page
    # To resolve it does not unsay what the experiment has shown.
    assert '<p class="style-sentence">Graders gave bullet-point steps 11 points more often' in page


def test_to_resolve_a_flag_takes_a_note(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report)
    answer = answered(flag, answer="resolve", note=" ")
    assert answer.status_code == 422
    assert "Say in a note why it is resolved" in answer.content.decode()
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN


@pytest.mark.parametrize("said", [{}, {"answer": "close"}, {"answer": "acknowledge", "note": "a\0b"}])
def test_nonsense_is_refused_in_words(campaign: Campaign, report: StyleReport, said: dict[str, str]) -> None:
    flag = stored_flag(report)
    answer = answered(flag, **said)
    assert answer.status_code == 422
    assert 'class="form-error"' in answer.content.decode()
    assert flag.events.count() == 1


def test_a_second_acknowledgement_is_refused(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report)
    answered(flag, answer="acknowledge")
    again = answered(flag, "rita", answer="acknowledge", note="Me too.")
    assert again.status_code == 422
    assert "Me too." in again.content.decode()


def test_a_reviewer_does_not_answer_what_is_said_of_a_person(campaign: Campaign, report: StyleReport) -> None:
    member = campaign.memberships.get(pseudonym="amber-fox")
    flag = stored_flag(report, whole_style()["peers"][0], member=member)
    assert answered(flag, "rita", answer="acknowledge").status_code == 404
    assert answered(flag, "rosa", answer="acknowledge").status_code == 302


def test_a_flag_of_another_campaign_is_not_found(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report)
    assert browser_of("rosa").get(f"/campaigns/other/style/flags/{flag.pk}/").status_code == 404
    assert browser_of("rosa").get(f"{PAGE}flags/{flag.pk + 1}/").status_code == 404


def test_a_closed_flag_says_when_it_went(campaign: Campaign, report: StyleReport) -> None:
    flag = stored_flag(report, state=FlagState.CLOSED, closed_at=timezone.now())
    page = page_of(flag)
    assert "gone on" in page
    assert 'name="answer"' not in page


# --- The steps behind


def steps_page(query: str, *, name: str = "rosa") -> str:
    answer = browser_of(name).get(f"{PAGE}steps/?{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_behind_an_experiment_with_twins_stand_its_pairs(campaign: Campaign) -> None:
    page = steps_page("feature=bullets&evidence=twins", name="rita")
    assert "1 pair, as the grades are now." in page
    assert [arm.split("“Sound”")[1] for arm in arms_in(page)] == [
        ": 1 of 1 amber-fox Good",
        ": 0 of 1 blue-owl Bad",
    ]
    assert "There are none." in steps_page("feature=hedge&evidence=twins")


def test_behind_an_association_stand_the_graded_steps_that_have_it(campaign: Campaign) -> None:
    measure_steps(step_ids=list(Step.objects.values_list("pk", flat=True)))
    page = steps_page("feature=bullets", name="rita")
    assert "2 steps, as the grades are now." in page
    # A vote on a twin is none on the step.
    assert arms_in(page)[0] == "“Sound”: 1 of 1 amber-fox Good"
    assert "The first" not in steps_page("feature=words")


def test_behind_plain_rendering_stand_steps_that_were_shown_plain(campaign: Campaign) -> None:
    Campaign.objects.update(plain_share=1.0)
    measure_steps(step_ids=list(Step.objects.values_list("pk", flat=True)))
    assert "There are none." in steps_page("feature=bullets&evidence=plain")


def test_behind_a_deviation_stand_steps_that_others_graded_too(campaign: Campaign) -> None:
    measure_steps(step_ids=list(Step.objects.values_list("pk", flat=True)))
    page = steps_page("feature=bullets&evidence=peers&annotator=amber-fox")
    assert "1 step, as the grades are now." in page
    assert "Bullets and numbers: steps that amber-fox and others graded." in page


@pytest.mark.parametrize(
    "query", ["feature=nothing", "evidence=hearsay", "evidence=peers", "evidence=peers&annotator=nobody"]
)
def test_steps_that_cannot_be_asked_for_are_not_found(campaign: Campaign, query: str) -> None:
    assert browser_of("rosa").get(f"{PAGE}steps/?{query}").status_code == 404


def test_nothing_else_is_given_out_as_an_example(campaign: Campaign, report: StyleReport) -> None:
    """The step with bullets is the only one of a pair."""
    make_assignment(campaign=campaign, annotator="ada")
    page = page_of(stored_flag(report, examples=[{"step": 0, "chain": "", "index": 0, "pair": 0}]))
    assert "No step shows both sides." in page
    assert BULLETS not in page
