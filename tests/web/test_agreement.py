import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis import dawid_skene, refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.jobs.models import JobState
from annotator.web.campaigns.figure_words import REASONS_WITH_NUMBERS, alpha_explained, numbers_in
from tests.agreement_figures import former_figures, stored_report, whole_figures
from tests.makers import browser_of, make_campaign, make_chain, make_user

pytestmark = pytest.mark.django_db

PAGE = "/campaigns/pilot/agreement/"


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two", "three"])
    made = make_campaign(annotators=["ada", "ben"], overlap=2)
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    add_member(campaign=made, user=make_user("rita"), role=Role.REVIEWER)
    return made


def page_of(name: str = "rosa", query: str = "") -> str:
    answer = browser_of(name).get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def table_of(name: str) -> list[dict[str, str]]:
    answer = browser_of("rosa").get(f"{PAGE}tables/{name}.csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="pilot-{name}.csv"' in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


class Reader(HTMLParser):
    """The text of the rows of all tables, and the JSON that plots are drawn from."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.plots: dict[str, Any] = {}
        self.plot = ""
        self.is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.is_in_cell = True
        elif tag == "script" and found.get("type") == "application/json":
            self.plot = found["id"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_in_cell = False
        elif tag == "script":
            self.plot = ""

    def handle_data(self, data: str) -> None:
        if self.plot:
            self.plots[self.plot] = json.loads(data)
        elif self.is_in_cell:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_headline_says_what_it_is_worth(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    page = page_of("rita")
    assert "0.732" in page
    assert "95 % interval 0.611 – 0.844" in page
    assert "A first impression, from under 30 problems." in page
    assert "for tentative conclusions" in page
    assert "Two annotators gave the same verdict in 81.2 %." in page


def test_the_campaigns_page_keeps_the_headline_and_leads_to_the_report(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    page = browser_of("rosa").get("/campaigns/pilot/").content.decode()
    assert "0.732" in page
    assert 'href="/campaigns/pilot/agreement/"' in page
    assert "Gwet" not in page
    assert "vega" not in page


def test_every_part_of_the_contract_is_on_the_page(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    reader = read(page_of())
    rows = {row[0]: row[1:] for row in reader.rows if row}
    assert rows["Bad"] == ["26", "66.0 %", "50.0 % – 80.0 %"]
    people = {row[0]: row[1:] for row in reader.rows if len(row) > 8}
    assert people["amber-fox"][:2] == ["39", "38 9 chains"]
    assert people["blue-owl"][4:6] == ["−0.300", "−0.500 – −0.100"]
    assert rows["21–30"][:2] == ["9", "70.0 %"]
    assert rows["51 and later"][1] == "Nothing has been graded by two annotators yet."
    assert rows["algebra"][0] == "40"
    assert rows["Adjudicated A reviewer has decided; that overrides the votes."] == ["2", "4.8 %"]
    assert [row[1] for row in reader.rows if row[:1] == ["amber-fox"]][1:] == ["blue-owl", "calm-yak"]
    assert set(reader.plots) == {
        f"plot-{name}"
        for name in (
            "confusion",
            "labels",
            "annotators",
            "severity",
            "pairs",
            "criterion-error",
            "criterion-traits",
            "by-step-index",
            "over-time",
            "by-generator",
        )
    }


def test_each_null_stands_beside_its_reason(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    rows = read(page_of()).rows
    said = {row[0].split(" Nearly")[0]: row[1:] for row in rows if row}
    assert said["Fleiss’ kappa"] == ["Every grade is alike, so no disagreement could be expected by chance."]
    assert said["Okay"] == ["4", "The label has under 10 grades on units that were graded twice."]
    assert "An interval needs at least 5 problems." in said["calm-yak under 30 shared steps, not compared"]
    assert "No time was measured." in said["calm-yak under 30 shared steps, not compared"]
    assert not [cell for row in rows for cell in row if cell in ("None", "nan", "")]


def test_marks_lead_to_the_steps_behind_them(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    plots = read(page_of()).plots
    cells = plots["plot-confusion"]["data"]["values"]
    steps = "/campaigns/pilot/agreement/steps/?version=1&"
    assert {cell["url"] for cell in cells if cell["down"] == "Good" and cell["across"] == "Bad"} == {
        f"{steps}first=good&second=bad"
    }
    (pair,) = {cell["url"] for cell in plots["plot-pairs"]["data"]["values"] if cell["is_known"]}
    assert pair == f"{steps}annotator=amber-fox&other=blue-owl"
    places = [row["url"] for row in plots["plot-by-step-index"]["data"]["values"]]
    assert f"{steps}index=20-29" in places


def test_what_one_said_is_a_share_of_what_the_other_said(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    cells = read(page_of()).plots["plot-confusion"]["data"]["values"]
    good = [cell["share"] for cell in cells if cell["down"] == "Good"]
    assert good == pytest.approx([140 / 154, 9 / 154, 5 / 154])
    assert sum(good) == pytest.approx(1)


def test_a_plot_says_in_words_what_it_shows(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    words = re.findall(r'role="img" aria-label="([^"]*)"', page_of())
    assert len(words) == 10
    assert any("Most often confused: Good and Okay, by 9 pairs" in entry for entry in words)
    assert any("from 50.0 % (calm-yak) to 85.0 % (amber-fox)" in entry for entry in words)


def test_a_report_of_former_code_shows_what_it_has(campaign: Campaign) -> None:
    stored_report(campaign, figures=former_figures(), now=timezone.now(), code_version="1")
    page = page_of()
    assert "An earlier version of Stepmark computed these figures" in page
    assert "0.732" in page
    assert set(read(page).plots) == {"plot-labels"}
    assert "Majority consensus" not in page


def test_changed_settings_are_told_from_newer_grades(campaign: Campaign) -> None:
    figures = whole_figures()
    figures["settings"]["overlap"] = 7
    stored_report(campaign, figures=figures, now=timezone.now())
    page = page_of()
    assert ("The campaign’s settings have changed since." in page) == refreshing.is_stale(
        AgreementReport.objects.get(), campaign=campaign
    )
    assert "There are newer grades." not in page


def test_without_a_report_there_are_no_plots_and_no_tables(campaign: Campaign) -> None:
    page = page_of()
    assert "No figures yet" in page
    assert "vega" not in page
    answer = browser_of("rosa").get(f"{PAGE}tables/labels.csv")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_a_running_job_shows_how_far_it_is(campaign: Campaign) -> None:
    now = timezone.now()
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=now)
    AgreementReport.objects.filter(pk=asked.pk).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, progress_done=300, progress_total=1000
    )
    page = page_of()
    assert '<progress class="progress"' in page
    assert 'max="1000"' in page
    assert 'value="300"' in page
    assert 'hx-get="/campaigns/pilot/agreement/?version=1&amp;watched_from=page"' in page


def test_the_page_is_asked_for_anew_when_the_figures_are_there(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    rosa = browser_of("rosa")
    answer = rosa.get(f"{PAGE}?watched_from=page", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    on_the_campaigns_page = rosa.get(PAGE, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in on_the_campaigns_page
    assert "0.732" in on_the_campaigns_page.content.decode()


def test_a_table_is_a_file_with_numbers_as_programs_read_them(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    first = table_of("coefficients")[0]
    assert first == {
        "coefficient": "alpha_ordinal",
        "value": "0.7321",
        "value_low": "0.6112",
        "value_high": "0.8443",
        "value_reason": "",
    }
    people = table_of("annotators")
    assert [person["annotator"] for person in people] == ["amber-fox", "blue-owl", "calm-yak"]
    assert people[2]["severity"] == ""
    assert people[2]["severity_reason"] == "Nothing has been graded by two annotators yet."
    assert [row["kappa"] for row in table_of("pairs")] == ["0.523", "", ""]
    assert table_of("confusion")[2] == {"label": "bad", "good": "5", "okay": "2", "bad": "14"}


def test_a_file_holds_no_formula_of_somebody_elses(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    assert table_of("by-generator")[0]["generator"] == "'=model-1"


def test_every_table_of_the_page_is_a_file(campaign: Campaign) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    names = re.findall(r"agreement/tables/([\w-]+)\.csv", page_of())
    assert len(names) == len(set(names)) == 15
    for name in names:
        assert table_of(name)


@pytest.mark.parametrize("name", ["nothing", "labels-nothing", "agreement"])
def test_a_table_that_the_report_does_not_have_is_not_found(campaign: Campaign, name: str) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    assert browser_of("rosa").get(f"{PAGE}tables/{name}.csv").status_code == 404


@pytest.mark.parametrize("name", ["ada", "zoe"])
def test_annotators_and_strangers_get_no_figure(campaign: Campaign, name: str) -> None:
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    browser = browser_of(name)
    for path in (PAGE, f"{PAGE}tables/labels.csv", f"{PAGE}steps/"):
        assert browser.get(path).status_code == 404


def test_an_estimate_that_was_asked_for_shows_how_each_annotator_sees(campaign: Campaign) -> None:
    figures = whole_figures()
    figures["consensus"]["dawid_skene"] = {
        "reason": None,
        "iterations": 12,
        "prevalence": [0.7, 0.1, 0.2],
        "annotators": [{"annotator": 1, "confusion": [[0.9, 0.05, 0.05], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8]]}],
        "differs_from_majority": 3,
    }
    stored_report(campaign, figures=figures, now=timezone.now())
    assert "after 12 iterations, differs from the majority on 3 steps" in page_of()
    assert table_of("dawid-skene")[0]["annotator"] == "blue-owl"
    assert [table_of("dawid-skene")[0][label] for label in ("good", "okay", "bad")] == ["0.9", "0.6", "0.8"]


def test_an_estimate_that_could_not_be_made_says_why(campaign: Campaign) -> None:
    figures = whole_figures()
    reason = dawid_skene.FEW_ANNOTATORS.format(needed=3, found=2)
    figures["consensus"]["dawid_skene"] = {"reason": reason, "annotators": []}
    stored_report(campaign, figures=figures, now=timezone.now())
    assert "An estimate needs at least 3 annotators; there are 2." in page_of()
    assert browser_of("rosa").get(f"{PAGE}tables/dawid-skene.csv").status_code == 404


@pytest.mark.parametrize("template", REASONS_WITH_NUMBERS)
def test_a_reason_with_numbers_is_known_by_its_words(template: str) -> None:
    numbers = {name: str(place) for place, name in enumerate(("needed", "found", "lacking"), start=7)}
    wanted = {name: number for name, number in numbers.items() if f"{{{name}}}" in template}
    assert numbers_in(template.format(**numbers), template=template) == wanted
    assert numbers_in("Something else.", template=template) == {}


@pytest.mark.parametrize(
    ("value", "low", "words"),
    [
        (0.9, 0.85, "At least 0.8, interval included"),
        (0.82, 0.75, "At least 0.8, but the interval reaches below"),
        (0.7, 0.5, "Between 0.667 and 0.8"),
        (0.3, None, "Under 0.667"),
        (-0.1, -0.3, "Not above chance"),
    ],
)
def test_alpha_is_explained_by_what_it_surely_is(value: float, low: float | None, words: str) -> None:
    assert alpha_explained({"value": value, "low": low}).startswith(words)
