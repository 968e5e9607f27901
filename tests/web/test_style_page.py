import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.analysis.models import StyleReport
from annotator.analysis.style_reports import refreshing
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from annotator.jobs.models import JobState
from tests.makers import browser_of, make_campaign, make_chain, make_user
from tests.style_figures import PEOPLE, nothing_known, stored_flag, stored_style, whole_style
from tests.web.test_agreement import read

pytestmark = pytest.mark.django_db

PAGE = "/campaigns/pilot/style/"


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two", "three"])
    made = make_campaign(annotators=["ada", "ben"], overlap=4)
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    add_member(campaign=made, user=make_user("rita"), role=Role.REVIEWER)
    Membership.objects.filter(user__username="ada").update(pseudonym=PEOPLE[0])
    return made


def page_of(name: str = "rosa", query: str = "", path: str = PAGE) -> str:
    answer = browser_of(name).get(f"{path}{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def table_of(name: str, *, asked_by: str = "rosa") -> list[dict[str, str]]:
    answer = browser_of(asked_by).get(f"{PAGE}tables/{name}.csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="pilot-style-{name}.csv"' in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_it_says_first_what_is_known_in_one_sentence(campaign: Campaign) -> None:
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    stored_flag(report)
    page = page_of("rita")
    assert (
        '<p class="style-sentence">Graders gave bullet-point steps 11 points more often a “sound” (7 to 15)'
        " than the same words as prose.</p>"
    ) in page


def test_without_a_standing_flag_it_says_how_much_was_looked_for(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    page = page_of()
    assert "No experiment stands that shows style swaying the grades." in page
    assert "5 effects were looked for by experiment." in page
    assert "No flag is open." in page


def test_before_any_experiment_nothing_is_claimed(campaign: Campaign) -> None:
    stored_style(campaign, figures=nothing_known(), now=timezone.now())
    page = page_of()
    assert "Whether style sways the grades is not known yet." in page
    assert "Nothing is shown plain in this campaign." in page
    assert "There are no votes on twins." in page
    assert "data-plot" not in page


def test_null_results_say_what_they_could_have_found(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    page = page_of()
    assert "Hedging, by twins: no effect found; one of 6 points or more would have been." in page
    assert "Number of words, by twins: a “sound” 2 points more often, which is under 3 points" in page
    assert "Bold or italics, by plain rendering: no effect of 3 points or more." in page
    assert "Not flagged is not the same as not swayed." in page


def test_the_table_holds_every_figure_of_an_experiment(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = [row for row in read(page_of()).rows if row[:2] == ["Bullets and numbers", "Bias, by twins"]]
    assert rows == [
        [
            *("Bullets and numbers", "Bias, by twins", "+11.2", "+7.1 to +15.3", "0.001", "5.7"),
            *("effect found", "High", "160", "–", "40", "38", "8", "40"),
            *("1.56", "1.35 – 1.77", "0.187", "0.118 – 0.255"),
        ]
    ]


def test_the_forest_tells_evidence_apart_by_shape_and_word(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    spec = read(page_of()).plots["plot-style"]
    rows = {row["name"]: row for row in spec["data"]["values"]}
    assert rows["Bullets and numbers|Bias, by twins"]["status"] == "bias"
    assert rows["Bullets and numbers|Deviation of amber-fox"]["status"] == "deviation"
    assert rows["Bullets and numbers|Association"]["status"] == "association"
    points = spec["layer"][-1]["encoding"]["shape"]["scale"]
    assert dict(zip(points["domain"], points["range"], strict=True)) == {
        "Bias": "circle",
        "Deviation": "square",
        "Association": "diamond",
    }
    zone = spec["layer"][0]["data"]["values"]
    assert zone == [{"from": -3.0, "to": 3.0}]


def test_marks_lead_to_the_steps_behind_them(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    plots = read(page_of()).plots
    by_name = {row["name"]: row["url"] for row in plots["plot-style"]["data"]["values"]}
    steps = f"{PAGE}steps/?version=1&feature=bullets"
    assert by_name["Bullets and numbers|Bias, by twins"] == f"{steps}&evidence=twins"
    assert (
        by_name["Bullets and numbers|Deviation of amber-fox"] == f"{steps}&evidence=peers&annotator=amber-fox"
    )
    people = {row["who"]: row["url"] for row in plots["plot-style-people"]["data"]["values"]}
    assert people["amber-fox"] == f"{PAGE}annotators/amber-fox/?version=1"
    assert browser_of("rosa").get(by_name["Bullets and numbers|Bias, by twins"]).status_code == 200


def test_an_association_is_never_called_bias_and_has_no_severity(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    section = page_of().partition('aria-labelledby="association"')[2].partition("</section>")[0]
    assert "May be real quality: this cannot be told from style without an experiment." in section
    words = re.sub(r"<script.*?</script>|<[^>]*>", " ", section)
    assert "bias" not in words.lower()
    assert "Severity" not in words


def test_what_ordinary_votes_go_with_most_surely_is_to_be_tested_next(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    page = page_of()
    listed = re.search(r'<ol class="suggestions">(.*?)</ol>', page)
    assert listed is not None
    found = re.findall(r"<p>(.*?)</p>", listed[1])
    # Hedging, bullets and words are surer, and have had their twins.
    assert found[0] == "Steps that ask questions got a “sound” 7 points less often (5 to 9) than other steps."
    assert found[1].startswith("Steps with LaTeX got")
    assert f"{PAGE}twins/?feature=question" in listed[1]
    assert f"{PAGE}twins/" not in page_of("rita")


def test_what_is_not_known_says_what_is_there_and_what_it_takes(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = {row[0]: row[1:] for row in read(page_of()).rows if row}
    assert rows["Headings Bias, by twins"] == [
        "6 of 10 pairs of which both arms are graded 2 of 3 annotators who graded the arm with it",
        "4 more pairs, graded. About 6 minutes of work.",
    ]
    assert rows["Headings Bias, by plain rendering"][0] == "62 of 100 plain votes on steps with it"
    assert rows["Politeness Association"][0] == "Every step has the same value."
    # 40 pairs of 4 votes at 21.5 seconds.
    assert rows["40"][:2] == ["160", "1.0"]


def test_plain_votes_that_are_missing_cost_ordinary_work(campaign: Campaign) -> None:
    Campaign.objects.update(plain_share=0.25)
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = {row[0]: row[1:] for row in read(page_of()).rows if row}
    # 38 of a quarter of the votes, on 430 of 2,050 steps.
    assert rows["Headings Bias, by plain rendering"][1] == (
        "Comes with about 720 more ordinary votes. About 4.3 hours of work."
    )


def test_content_of_the_domain_is_left_out_as_style(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = {row[0]: row[1:] for row in read(page_of()).rows if row}
    assert rows["Code"][-1] == "content in this domain, not style"
    assert rows["Emoji"][-1] == "in too few steps"
    assert rows["Number of words"][2] == "24.30"


def test_reviewers_are_not_told_how_each_annotator_grades(campaign: Campaign) -> None:
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    member = campaign.memberships.get(pseudonym="amber-fox")
    flag = stored_flag(report, whole_style()["peers"][0], member=member)
    page = page_of("rita")
    assert not [name for name in PEOPLE if name in page]
    assert "amber-fox gave bullet-point steps 12 points more often" in page_of("rosa")
    rita = browser_of("rita")
    for path in (
        f"{PAGE}flags/{flag.pk}/",
        f"{PAGE}tables/deviations.csv",
        f"{PAGE}annotators/amber-fox/",
        f"{PAGE}steps/?feature=bullets&evidence=peers&annotator=amber-fox",
    ):
        assert rita.get(path).status_code == 404, path
        assert browser_of("rosa").get(path).status_code == 200, path


def test_who_cannot_be_compared_is_told_what_is_missing(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = {row[0]: row[1:] for row in read(page_of()).rows if row}
    assert rows["frosty-lynx"][0] == (
        "Not compared: 62 of 150 votes on steps that others graded too; 8 of 20 chains to compare within."
    )
    assert rows["blue-owl"][0] == "No deviation, in 6 features compared."


def test_the_page_of_an_annotator_goes_feature_by_feature(campaign: Campaign) -> None:
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    member = campaign.memberships.get(pseudonym="amber-fox")
    stored_flag(report, whole_style()["peers"][0], member=member)
    page = page_of(path=f"{PAGE}annotators/amber-fox/")
    reader = read(page)
    rows = {row[0]: row[1:] for row in reader.rows if row}
    assert rows["Bullets and numbers"][:2] == ["+12.4", "+7.9 to +16.9"]
    assert {row["name"] for row in reader.plots["plot-style-annotator"]["data"]["values"]} >= {"Hedging"}
    assert "not who is right" in page
    assert "bias" not in re.sub(r"<script.*?</script>|<[^>]*>", " ", page).lower()


def test_an_annotator_whom_no_report_names_has_a_page_that_says_so(campaign: Campaign) -> None:
    assert "No report names them yet." in page_of(path=f"{PAGE}annotators/amber-fox/")
    for address in ("annotators/nobody/", "annotators/%00/", "steps/?evidence=peers&annotator=%00"):
        assert browser_of("rosa").get(f"{PAGE}{address}").status_code == 404


def test_a_table_is_a_file_with_all_that_is_and_is_not_known(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    rows = {(row["feature"], row["evidence"]): row for row in table_of("experiments", asked_by="rita")}
    assert len(rows) == 21
    found = rows["bullets", "twins"]
    assert (found["effect"], found["effect_low"], found["q"]) == ("11.2", "7.1", "0.001")
    assert (found["finding"], found["severity"], found["pairs"]) == ("found", "high", "40")
    missing = rows["heading", "plain"]
    assert (missing["effect"], missing["finding"]) == ("", "unknown")
    assert missing["effect_reason"].startswith("Not enough yet: 62 of 100")
    assert table_of("error-types")[0]["label"] == "sign"
    assert table_of("association")[0]["raw"] == "-18.8"
    assert len(table_of("features")) == 19
    assert len(table_of("deviations")) == 36


@pytest.mark.parametrize("name", ["nothing", "experiments-nothing"])
def test_a_table_that_the_report_does_not_have_is_not_found(campaign: Campaign, name: str) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    assert browser_of("rosa").get(f"{PAGE}tables/{name}.csv").status_code == 404


def test_without_a_report_the_page_says_what_would_be_tested(campaign: Campaign) -> None:
    page = page_of("rita")
    assert "No report yet." in page
    assert "Nothing is shown plain in this campaign" in page
    assert "No study of twins runs." in page
    assert "vega" not in page
    answer = browser_of("rosa").get(f"{PAGE}tables/experiments.csv")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_a_researcher_asks_for_the_figures_of_now(campaign: Campaign) -> None:
    answer = browser_of("rosa").post(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?version=1")
    assert StyleReport.objects.get().requested_by == make_user("rosa")
    page = page_of()
    assert "Queued, asked for at" in page
    assert f'hx-get="{PAGE}?version=1"' in page
    assert browser_of("rita").post(PAGE).status_code == 404
    assert "Compute now" not in page_of("rita")


def test_a_running_job_shows_how_far_it_is(campaign: Campaign) -> None:
    now = timezone.now()
    asked = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=now)
    StyleReport.objects.filter(pk=asked.pk).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, progress_done=30, progress_total=100
    )
    page = page_of()
    assert re.search(r'<progress class="progress" max="100" value="30"', page)
    part = browser_of("rosa").get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="style-job"')


def test_the_page_is_asked_for_anew_when_the_figures_are_there(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    assert browser_of("rosa").get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_job_that_failed_says_why_and_the_report_before_stays(campaign: Campaign) -> None:
    now = timezone.now()
    stored_style(campaign, figures=whole_style(), now=now - timedelta(hours=1))
    stored_style(campaign, figures=None, now=now)
    page = page_of()
    assert "The last computation failed:" in page
    assert "out of memory" in page
    assert "data-plot" in page


def test_figures_of_former_code_say_so(campaign: Campaign) -> None:
    stored_style(campaign, figures=whole_style(), now=timezone.now(), code_version="0")
    assert "An earlier version of Stepmark computed these figures" in page_of()


@pytest.mark.parametrize("name", ["ada", "zoe"])
def test_annotators_and_strangers_get_nothing_of_it(campaign: Campaign, name: str) -> None:
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    flag = stored_flag(report)
    browser = browser_of(name)
    paths = ["", "steps/", f"flags/{flag.pk}/", "tables/experiments.csv", "annotators/amber-fox/"]
    for path in paths:
        assert browser.get(f"{PAGE}{path}").status_code == 404
        assert browser.post(f"{PAGE}{path}").status_code in (404, 405)


def test_the_places_of_a_campaign_lead_to_it(campaign: Campaign) -> None:
    for name in ("rosa", "rita"):
        assert f'href="{PAGE}"' in browser_of(name).get("/campaigns/pilot/").content.decode()
