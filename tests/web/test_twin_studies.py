"""The pages on which a study of twins is planned, confirmed, run and stopped."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from annotator.accounts.models import User
from annotator.analysis.models import StyleReport
from annotator.assignments.models import Campaign, PairState, StudyState, TwinDraw, TwinPair, TwinStudy
from annotator.assignments.studies import confirm_pair, reject_pair, stop_study
from annotator.web.campaigns.twins.budget import costs_of
from tests.makers import EVERY_KIND, NOW, browser_of, grade, line, make_assignment, make_user, make_version
from tests.twins import BULLETS, PROSE, arm, confirm_all, draft, pair_of, running, step_of, study_campaign

pytestmark = pytest.mark.django_db
LIST = "/campaigns/pilot/style/twins/"
PLAN = f"{LIST}plan/"
LISTED = "We need two things:\n\n- {} apples\n- {} pears"


def listed_campaign(count: int = 6, **more: Any) -> Campaign:
    return study_campaign([line(f"q{n}/a", LISTED.format(n, n)) for n in range(count)], **more)


def body(answer: Any) -> str:
    return str(answer.content.decode())


def words_of(answer: Any) -> str:
    """Without line breaks, as a reader has it."""
    return " ".join(body(answer).split())


def url(study: TwinStudy, *parts: object) -> str:
    return "/".join([f"{LIST}{study.pk}", *map(str, parts)]) + "/"


def pair_url(pair: TwinPair) -> str:
    return url(pair.study, "pairs", pair.pk)


def written(*lines: dict[str, object]) -> SimpleUploadedFile:
    return SimpleUploadedFile("arms.jsonl", b"\n".join(json.dumps(each).encode() for each in lines))


def upload(client: Client, address: str, *lines: dict[str, object], **more: object) -> Any:
    return client.post(address, {"source": "written", "file": written(*lines), **more})


def said_after(answer: Any) -> str:
    """On the page that it leads to."""
    assert answer.status_code == 302, body(answer)
    return words_of(answer.client.get(answer.headers["Location"]))


# --- Who


@pytest.mark.parametrize("name", ["ada", "stranger"])
def test_annotators_and_strangers_find_nothing(name: str) -> None:
    study = running(study_campaign())
    pair = pair_of(study)
    make_user("stranger")
    client = browser_of(name)
    for address in (LIST, PLAN, url(study), url(study, "arms"), pair_url(pair)):
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "stop", "confirmed": "yes"}).status_code in (404, 405)
    study.refresh_from_db()
    assert study.state == StudyState.RUNNING


def test_a_reviewer_reads_and_confirms_but_does_not_plan() -> None:
    study = draft(study_campaign())
    client = browser_of("rita")
    assert PLAN not in body(client.get(LIST))
    page = body(client.get(url(study)))
    assert pair_url(pair_of(study)) in page
    assert 'value="discard"' not in page
    assert client.get(PLAN).status_code == 404
    assert client.post(url(study), {"do": "discard", "confirmed": "yes"}).status_code == 404
    assert client.post(url(study, "arms"), {"source": "mechanical", "pairs": "1"}).status_code == 404


def test_a_study_is_found_in_its_own_campaign_only() -> None:
    study = draft(study_campaign())
    other = study_campaign(key="other", version=study.campaign.taxonomy_version)
    client = browser_of("rosa")
    for address in (url(study), pair_url(pair_of(study))):
        assert client.get(address.replace("pilot", other.key)).status_code == 404
    assert client.get(f"{LIST}{10**30}/").status_code == 404
    assert client.get(url(study, "pairs", 10**30)).status_code == 404


# --- The list


def test_without_a_study_the_page_says_what_one_is_for() -> None:
    study_campaign()
    page = words_of(browser_of("rosa").get(LIST))
    assert "No study yet" in page
    assert PLAN in page
    assert "you can confirm their pairs" in words_of(browser_of("rita").get(LIST))


def test_the_list_says_what_waits_for_whom() -> None:
    study = draft(study_campaign())
    assert "1 pair waits for you" not in words_of(browser_of("rosa").get(LIST))
    assert "1 pair waits for you" in words_of(browser_of("rita").get(LIST))
    confirm_all(study)
    assert "waits for you" not in words_of(browser_of("rita").get(LIST))


def test_a_campaign_that_can_run_no_study_says_why() -> None:
    study_campaign(overlap=1)
    client = browser_of("rosa")
    for address in (LIST, PLAN):
        assert "A pair needs two: one for each arm." in words_of(client.get(address))
    assert f'href="{PLAN}"' not in body(client.get(LIST))
    answer = client.post(PLAN, {"source": "mechanical", "feature": "bullets", "pairs": "1"})
    assert answer.status_code == 422
    assert not TwinStudy.objects.exists()


def test_a_feature_that_a_page_leads_here_with_is_planned_next() -> None:
    study_campaign()
    client = browser_of("rosa")
    assert f"{PLAN}?feature=heading" in body(client.get(LIST, {"feature": "heading"}))
    assert "feature=" not in body(client.get(LIST, {"feature": '"><script>'}))


# --- Planning


def test_the_budget_is_there_before_anything_is_made() -> None:
    study_campaign(overlap=4)
    page = words_of(browser_of("rosa").get(PLAN))
    assert (
        "With 40 pairs and 4 graders each you would find an effect of <strong>7.0 points</strong> or more"
        in page
    )
    assert "That takes 160 grades. About 80 of them are of twins, and will not reach training." in page
    assert "No time was measured in this campaign yet, so the hours are unknown." in page
    for pairs in (10, 20, 40, 80, 160):
        assert f"{pairs} " in page
    assert not TwinStudy.objects.exists()


def test_the_budget_follows_what_is_typed() -> None:
    study_campaign(overlap=4)
    client = browser_of("rosa")
    typed = {"feature": "hedge", "pairs": "33"}
    part = client.get(PLAN, typed, headers={"HX-Request": "true"})
    assert body(part).lstrip().startswith('<div class="stack" id="plan">')
    assert "With 33 pairs" in words_of(part)
    assert "the twins have to be written" in words_of(part)
    assert 'value="mechanical"' not in body(part)
    assert "With 33 pairs" in words_of(client.get(PLAN, typed))


@pytest.mark.parametrize("pairs", ["", "0", "-3", "4.5", "many", "1001", "9" * 40, "４０", "\0"])
def test_a_number_that_is_none_is_refused_in_words(pairs: str) -> None:
    study_campaign()
    client = browser_of("rosa")
    assert "Give a whole number from 1 to 1,000." in words_of(client.get(PLAN, {"pairs": pairs}))
    answer = client.post(PLAN, {"source": "mechanical", "feature": "bullets", "pairs": pairs})
    assert answer.status_code == 422
    assert not TwinStudy.objects.exists()


def test_the_campaigns_own_figures_make_the_budget() -> None:
    campaign = study_campaign(overlap=4)
    StyleReport.objects.create(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version,
        requested_at=NOW,
        started_at=NOW,
        finished_at=timezone.now(),
        state="done",
        figures={"vote_sd": 0.31, "seconds_per_step": 45.0},
    )
    page = words_of(browser_of("rosa").get(PLAN))
    assert "an effect of <strong>14.1 points</strong>" in page
    assert "In all <strong>2.0 hours</strong> of grading" in page
    assert "Reckoned with how far apart this campaign's own votes on one step are." in page


def test_annotators_who_can_open_the_admin_are_not_reckoned_in() -> None:
    campaign = study_campaign(annotators=["ada", "ben", "cleo"])
    before = costs_of(campaign).annotators
    User.objects.filter(username="ada").update(is_staff=True)
    assert (before, costs_of(campaign).annotators) == (3, 2)


def test_plain_rendering_is_reckoned_in() -> None:
    study_campaign(overlap=4, plain_share=0.5)
    page = words_of(browser_of("rosa").get(PLAN))
    assert "That takes 80 grades." in page
    assert "Chains in plain rendering draw no arm; that is reckoned in." in page


def test_what_cannot_be_studied_now_says_why() -> None:
    version = make_version(EVERY_KIND.replace("criteria:", "content_features: [heading]\ncriteria:", 1))
    draft(study_campaign(version=version))
    client = browser_of("rosa")
    content = words_of(client.get(PLAN, {"feature": "heading"}))
    assert "Headings cannot be studied now: the taxonomy says that it is content." in content
    assert 'value="mechanical"' not in content
    assert "it has a study already" in words_of(client.get(PLAN, {"feature": "bullets"}))
    # Without a wish, something that can be.
    assert '<option value="emphasis" selected' in words_of(client.get(PLAN))


def test_pairs_are_made_and_wait_for_somebody_else() -> None:
    listed_campaign()
    answer = browser_of("rosa").post(PLAN, {"source": "mechanical", "feature": "bullets", "pairs": "4"})
    page = said_after(answer)
    study = TwinStudy.objects.get()
    assert answer.headers["Location"] == url(study)
    assert "4 pairs were made. " in page
    assert study.pairs.filter(state=PairState.WAITING, made_by=make_user("rosa")).count() == 4
    assert "You made the 4 pairs that wait: somebody else must confirm them." in page
    assert "Confirm pairs" not in page


def test_too_few_pairs_are_told_with_reasons() -> None:
    campaign = study_campaign([line("q/a", LISTED, "4"), line("r/b", "5")])
    page = said_after(
        browser_of("rosa").post(PLAN, {"source": "mechanical", "feature": "bullets", "pairs": "9"})
    )
    assert "1 pair was made of 9 that you asked for. 3 of 3 free steps were looked at." in page
    assert "Not used: 2 cannot be restyled without touching their words." in page
    assert campaign.twin_studies.get().pairs.count() == 1


@pytest.mark.parametrize("asked", [{}, {"feature": "charm"}])
def test_a_study_is_of_no_other_feature_than_asked_for(asked: dict[str, str]) -> None:
    listed_campaign()
    answer = browser_of("rosa").post(PLAN, {"pairs": "2", **asked})
    assert answer.status_code == 422
    assert "There is no such style feature." in words_of(answer)
    assert not TwinStudy.objects.exists()


def test_where_no_step_will_do_nothing_is_made() -> None:
    study_campaign([line("q/a", "4")])
    answer = browser_of("rosa").post(PLAN, {"source": "mechanical", "feature": "bullets", "pairs": "9"})
    assert answer.status_code == 422
    assert "No step of this campaign can be used. 1 cannot be restyled" in words_of(answer)
    assert not TwinStudy.objects.exists()


def test_written_twins_are_taken_in() -> None:
    study_campaign()
    client = browser_of("rosa")
    twin = {"chain_id": "r/b", "step_index": 0, "text": "perhaps four"}
    answer = upload(client, PLAN, twin, feature="hedge")
    assert "1 written pair was taken in." in said_after(answer)
    pair = TwinPair.objects.get()
    assert (pair.text, pair.origin, pair.stored_has_feature) == ("perhaps four", "written", False)


def test_a_wrong_file_is_named_line_by_line_and_nothing_is_stored() -> None:
    study_campaign()
    right = {"chain_id": "r/b", "step_index": 0, "text": "perhaps four"}
    wrong = {"chain_id": "r/b", "step_index": 1, "text": "<script>five</script>", "more": 1}
    answer = upload(browser_of("rosa"), PLAN, right, wrong, feature="hedge")
    assert answer.status_code == 422
    assert "line 2: unknown key &quot;more&quot;" in words_of(answer)
    assert not TwinStudy.objects.exists()


def test_without_a_file_words_say_so() -> None:
    study_campaign()
    client = browser_of("rosa")
    answer = client.post(PLAN, {"source": "written", "feature": "hedge"})
    assert (answer.status_code, "Choose a file" in body(answer)) == (422, True)
    answer = client.post(
        PLAN, {"source": "written", "feature": "hedge", "file": SimpleUploadedFile("a", b"")}
    )
    assert answer.status_code == 422


# --- Confirming


def test_both_arms_stand_side_by_side() -> None:
    study = draft(study_campaign())
    page = words_of(browser_of("rita").get(pair_url(pair_of(study))))
    assert "As a list" in page
    assert "The same words as prose" in page
    assert "Every word of one is in the other, in the same order." in page
    assert "<li>two apples</li>" in page


def test_other_words_and_other_features_are_marked() -> None:
    study = draft(study_campaign(), arm(text="perhaps two apples & pears"))
    page = words_of(browser_of("rita").get(pair_url(pair_of(study))))
    assert "The words differ." in page
    assert "<ins>perhaps" in page
    assert "These differ too, and take part in whatever is found: Hedging." in page


def test_hostile_twins_are_text() -> None:
    study = draft(study_campaign(), arm(text='<img src=x onerror="alert(1)"> two'))
    page = body(browser_of("rita").get(pair_url(pair_of(study))))
    assert "<img" not in page


def test_a_confirmed_pair_leads_to_the_next_that_waits() -> None:
    study = draft(study_campaign(), arm(), arm("four", "- four", stored_has_feature=False))
    first, second = study.pairs.order_by("pk")
    client = browser_of("rita")
    answer = client.post(pair_url(second), {"do": "confirm", "seen": "waiting"})
    assert answer.headers["Location"] == pair_url(first)
    answer = client.post(pair_url(first), {"do": "reject", "seen": "waiting"})
    assert answer.headers["Location"] == url(study)
    assert [pair.state for pair in study.pairs.order_by("pk")] == ["rejected", "confirmed"]
    page = words_of(client.get(pair_url(first)))
    assert (
        f"{study.campaign.memberships.get(user=make_user('rita')).pseudonym} has reviewed it: rejected."
        in page
    )


def test_its_maker_is_told_to_find_somebody_else() -> None:
    study = draft(study_campaign())
    client = browser_of("rosa")
    page = words_of(client.get(pair_url(pair_of(study))))
    assert "You made this pair: somebody else must confirm it." in page
    assert 'value="confirm"' not in page
    answer = client.post(pair_url(pair_of(study)), {"do": "confirm", "seen": "waiting"})
    assert answer.status_code == 422
    assert pair_of(study).state == PairState.WAITING


def test_somebody_else_was_faster() -> None:
    study = draft(study_campaign())
    reject_pair(pair=pair_of(study), person=make_user("rob"), now=NOW)
    answer = browser_of("rita").post(pair_url(pair_of(study)), {"do": "confirm", "seen": "waiting"})
    assert answer.status_code == 422
    assert "Somebody has reviewed this pair meanwhile." in words_of(answer)
    assert pair_of(study).state == PairState.REJECTED


@pytest.mark.parametrize("asked", [{}, {"do": "praise"}, {"do": "confirm", "seen": "\0"}])
def test_nonsense_about_a_pair_is_refused(asked: dict[str, str]) -> None:
    study = draft(study_campaign())
    assert browser_of("rita").post(pair_url(pair_of(study)), asked).status_code == 422


def test_what_was_drawn_or_stopped_is_only_looked_at() -> None:
    study = running(study_campaign())
    make_assignment(campaign=study.campaign)
    assert TwinDraw.objects.exists()
    client = browser_of("rita")
    page = words_of(client.get(pair_url(pair_of(study))))
    assert "Annotators have been given this pair already, so it stays as it is." in page
    assert 'value="reject"' not in page
    stop_study(study=study, person=make_user("rosa"), now=NOW)
    page = words_of(client.get(pair_url(pair_of(study))))
    assert "The study has been stopped: its pairs stay as they are." in page


# --- Running


def test_a_study_is_started_and_stopped() -> None:
    study = draft(study_campaign())
    client = browser_of("rosa")
    assert "It needs a confirmed pair first." in words_of(client.get(url(study)))
    assert client.post(url(study), {"do": "start"}).status_code == 422
    confirm_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    page = words_of(client.get(url(study)))
    assert "With fewer than 10 confirmed pairs no effect is estimated." in page
    assert "grading stops at the first flawed step" in page
    assert "The study runs" in said_after(client.post(url(study), {"do": "start"}))
    # Never without a tick.
    answer = client.post(url(study), {"do": "stop"})
    assert (answer.status_code, "there is no way back" in body(answer)) == (422, True)
    assert "The study is stopped." in said_after(client.post(url(study), {"do": "stop", "confirmed": "yes"}))
    study.refresh_from_db()
    assert study.state == StudyState.STOPPED
    assert client.post(url(study), {"do": "start"}).status_code == 422


def test_a_running_study_shows_counts_and_no_effect() -> None:
    study = running(study_campaign())
    for name in ("ada", "ben"):
        grade(make_assignment(campaign=study.campaign, annotator=name))
    page = words_of(browser_of("rita").get(url(study)))
    for title in ("As a list", "The same words as prose"):
        assert f"<dt>{title}</dt> <dd> 1 <small>graded, of 1 drawn</small>" in page
    assert "Pairs graded in both styles</dt> <dd> 1 <small>of 1</small>" in page
    assert page.count("1 / 1") == 2
    assert "Only counts are shown here" in page


def test_grades_that_were_taken_back_are_not_counted() -> None:
    study = running(study_campaign())
    held = make_assignment(campaign=study.campaign)
    given = grade(held)
    grade(held, state="cleared", revision=given.revision)
    page = words_of(browser_of("rita").get(url(study)))
    assert "0 / 1" in page
    assert "1 / 1" not in page


def test_a_draft_is_discarded_after_a_tick() -> None:
    study = draft(study_campaign())
    client = browser_of("rosa")
    assert client.post(url(study), {"do": "discard"}).status_code == 422
    assert TwinStudy.objects.exists()
    assert "The draft is discarded." in said_after(
        client.post(url(study), {"do": "discard", "confirmed": "yes"})
    )
    assert not TwinPair.objects.exists()
    assert client.get(url(study)).status_code == 404


@pytest.mark.parametrize("wanted", ["", "delete", "\0"])
def test_nothing_else_can_be_done_with_a_study(wanted: str) -> None:
    study = draft(study_campaign())
    assert browser_of("rosa").post(url(study), {"do": wanted, "confirmed": "yes"}).status_code == 422


def test_pairs_are_added_to_a_study() -> None:
    campaign = listed_campaign()
    study = draft(campaign, arm(LISTED.format(0, 0), "We need 0 apples and 0 pears."))
    client = browser_of("rosa")
    assert client.get(url(study, "arms")).headers["Location"] == url(study)
    assert "3 pairs were made." in said_after(
        client.post(url(study, "arms"), {"source": "mechanical", "pairs": "3"})
    )
    twin = {"chain_id": "q0/a", "step_index": 0, "text": "We need apples."}
    answer = upload(client, url(study, "arms"), twin)
    assert "line 1: the step has a twin already" in words_of(answer)
    assert client.post(url(study, "arms"), {"source": "mechanical", "pairs": "x"}).status_code == 422
    assert study.pairs.count() == 4


def test_a_button_that_is_pressed_twice_makes_pairs_once() -> None:
    study = draft(listed_campaign(), arm(LISTED.format(0, 0), "We need 0 apples and 0 pears."))
    client = browser_of("rosa")
    asked = {"source": "mechanical", "pairs": "3"} | hidden_in(body(client.get(url(study))))
    assert asked["seen"] == "1"
    assert "3 pairs were made." in said_after(client.post(url(study, "arms"), asked))
    again = client.post(url(study, "arms"), asked)
    assert again.status_code == 422
    assert "Pairs were added to this study meanwhile." in words_of(again)
    assert study.pairs.count() == 4
    assert hidden_in(body(again))["seen"] == "4"


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(seen)" value="(\d+)">', page))


def test_long_studies_have_pages() -> None:
    campaign = listed_campaign(60)
    arms = [arm(LISTED.format(n, n), f"We need {n} apples and {n} pears.") for n in range(60)]
    study = draft(campaign, *arms)
    client = browser_of("rita")
    assert "Page 1 of 2" in words_of(client.get(url(study)))
    assert words_of(client.get(url(study), {"page": "2"})).count("waits to be confirmed") == 10


def test_no_name_of_a_person_stands_on_a_page() -> None:
    study = draft(study_campaign())
    confirm_all(study)
    page = body(browser_of("rob").get(url(study))) + body(browser_of("rob").get(pair_url(pair_of(study))))
    assert ">rosa<" not in page
    assert "rita" not in page
    assert "rosa" not in page


def test_the_stored_text_is_shown_as_imported() -> None:
    study = draft(study_campaign())
    page = body(browser_of("rita").get(pair_url(pair_of(study))))
    assert f'<div class="raw">{BULLETS}</div>' in page
    assert f'<div class="raw">{PROSE}</div>' in page
    assert step_of(BULLETS).text == BULLETS
