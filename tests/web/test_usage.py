"""The usage of a version's labels, the page of one step that it leads to, and the version as a file."""

import re
from typing import Any

import pytest
from django.test import Client

from annotator.assignments.members import add_member
from annotator.assignments.models import Assignment, Campaign, Membership, Role
from annotator.chains.models import ChainStep
from annotator.grading.checking import GradeWrite
from annotator.grading.models import Grade
from annotator.grading.saving import save_grade
from taxonomies.loading import Outcome, dump_taxonomy, load_taxonomy
from taxonomies.models import TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.graded import grade_step, graded_campaign
from tests.makers import (
    EVERY_KIND,
    NOW,
    browser_of,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_user,
    make_version,
    small_yaml,
    writing,
)
from tests.moved import moved_campaign
from tests.moving import move, next_version

pytestmark = pytest.mark.django_db(transaction=True)
USAGE = "/taxonomies/every_kind/1/usage/"
YAML = "/taxonomies/every_kind/1/yaml/"
# Of the whole chain: one label, and any number.
WHOLE = (
    EVERY_KIND
    + """
  - {key: overall, question: "As a whole?", scope: chain, labels: [
      {key: fine, title: Fine, definition: One can use it.},
      {key: poor, title: Poor, definition: One cannot.}]}
"""
)


@pytest.fixture
def campaign() -> Campaign:
    """Two people disagree on the second step of p, on the error as well; rosa is its researcher, rita its reviewer."""
    campaign = graded_campaign(
        [line("p/a", "$x = 1$", "<b>two</b>", "three"), line("q/a", "one")],
        {
            "canary-ada": {"p/a": ["good", "bad:sign", "good"], "q/a": ["unsure"]},
            "canary-ben": {"p/a": ["good", "bad:logic", "okay"], "q/a": ["good"]},
        },
    )
    return with_overseers(campaign)


def with_overseers(campaign: Campaign) -> Campaign:
    add_member(campaign=campaign, user=make_user("rosa", researcher=True), role=Role.RESEARCHER)
    add_member(campaign=campaign, user=make_user("rita"), role=Role.REVIEWER)
    return campaign


def page(name: str, address: str) -> str:
    answer = browser_of(name).get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def words(name: str, address: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", page(name, address)).split())


def step_address(index: int = 1, chain: str = "p/a", key: str = "pilot") -> str:
    step = ChainStep.objects.get(chain__external_id=chain, index=index, chain__dataset__key=key).step_id
    return f"/campaigns/{key}/steps/{step}/"


# --- Usage


def test_labels_are_shown_with_count_people_and_share(campaign: Campaign) -> None:
    shown = words("rosa", USAGE)
    assert "Grades 8 1 unsure" in shown
    assert "Good good 4 2 57.1 %" in shown
    assert "Terse terse never chosen" not in shown, "nobody answered this at all"
    assert "Sign sign 1 1 50.0 %" in shown


def test_what_to_revise_is_said_in_words(campaign: Campaign) -> None:
    shown = words("rosa", USAGE)
    assert "Nobody has answered “Why?”, which was asked once." in shown
    assert (
        "Only one person has ever chosen “Sign” and “Logic”, though 2 people answered “What is wrong?”."
        in shown
    )
    assert "How these are found" in shown


def test_a_disagreement_links_to_its_step(campaign: Campaign) -> None:
    shown = page("rosa", USAGE)
    address = f"{step_address()}?version=1"
    assert f'<a href="{address}">p, step 2</a>' in shown
    assert "Sign Logic 1 of 1 100.0 %" in words("rosa", USAGE)
    assert "Sign" in words("rosa", address)


def test_the_campaign_page_leads_there(campaign: Campaign) -> None:
    assert f'href="{USAGE}?campaign=pilot"' in page("rosa", "/campaigns/pilot/")
    assert USAGE not in page("rita", "/campaigns/pilot/")


def test_only_the_campaigns_of_this_researcher_count(campaign: Campaign) -> None:
    graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["bad"]}}, key="foreign")
    assert "Grades 8" in words("rosa", USAGE)
    assert "foreign" not in page("rosa", USAGE)
    make_user("otto", researcher=True)
    assert "None of your campaigns is graded with this version." in words("otto", USAGE)
    root = make_user("root")
    root.is_superuser = True
    root.save()
    assert "Grades 9" in words("root", USAGE)


def test_one_campaign_can_be_chosen(campaign: Campaign) -> None:
    second = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["bad"]}}, key="second")
    add_member(campaign=second, user=make_user("rosa"), role=Role.RESEARCHER)
    assert "Grades 9" in words("rosa", USAGE)
    assert "Grades 1 " in words("rosa", f"{USAGE}?campaign=second")
    assert "all 2 campaigns" in words("rosa", USAGE)


@pytest.mark.parametrize("key", ["nowhere", "foreign", "%00", "x" * 500])
def test_another_campaign_is_not_found(campaign: Campaign, key: str) -> None:
    graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["bad"]}}, key="foreign")
    assert browser_of("rosa").get(f"{USAGE}?campaign={key}").status_code == 404


def test_each_version_has_its_own_usage_also_after_a_move() -> None:
    campaign = with_overseers(moved_campaign())
    assert "Grades 6" in words("rosa", USAGE)
    now = words("rosa", "/taxonomies/every_kind/2/usage/")
    assert "Grades 4" in now
    assert "Short short 2 2 " in now
    assert campaign.taxonomy_version.number == 2


def test_translated_grades_count_and_are_said_to_be_translated(campaign: Campaign) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    shown = words("rosa", "/taxonomies/every_kind/2/usage/")
    translated = Grade.objects.filter(taxonomy_version__number=2, revision=1).exclude(translated_from=None)
    assert f"{translated.count()} grades came over from a former version by a move" in shown
    assert "came over" not in words("rosa", USAGE)


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (lambda: make_version(small_yaml()), "None of your campaigns is graded with this version."),
        (lambda: make_version(small_yaml(), publish=False), "A draft is not graded with."),
    ],
)
def test_a_version_without_grades_says_why(campaign: Campaign, version: Any, reason: str) -> None:
    version()
    assert reason in words("rosa", "/taxonomies/small/1/usage/")


def test_a_campaign_without_grades_says_so() -> None:
    with_overseers(make_campaign())
    assert "Nobody has graded anything with this version yet." in words("rosa", USAGE)


@pytest.mark.parametrize("name", ["canary-ada", "rita", "zoe"])
def test_only_researchers_see_the_usage(campaign: Campaign, name: str) -> None:
    assert browser_of(name).get(USAGE).status_code == 404
    assert browser_of(name).get(YAML).status_code == 404


def test_a_taxonomy_of_others_is_not_found(campaign: Campaign) -> None:
    campaign.taxonomy_version.taxonomy.owners.add(make_user("otto", researcher=True))
    for address in (USAGE, YAML):
        assert browser_of("rosa").get(address).status_code == 404
        assert browser_of("otto").get(address).status_code == 200


# --- One step


def said_by(name: str, address: str) -> dict[str, str]:
    """What the page says of each person, by user name."""
    pseudonyms = dict(Membership.objects.values_list("pseudonym", "user__username"))
    found = re.findall(r"<li class=\"tone-\w+\">(.*?)</li>", page(name, address))
    said = [" ".join(re.sub("<[^>]*>", " ", entry).split()) for entry in found]
    return {pseudonyms[entry.split(" ")[0]]: entry.partition(" ")[2] for entry in said}


@pytest.mark.parametrize("name", ["rosa", "rita"])
def test_a_step_is_shown_with_what_everybody_said_of_it(campaign: Campaign, name: str) -> None:
    assert said_by(name, step_address()) == {
        "canary-ada": "Bad What is wrong? Sign",
        "canary-ben": "Bad What is wrong? Logic",
    }
    assert said_by(name, step_address(0, "q/a")) == {"canary-ada": "Unsure", "canary-ben": "Good"}
    shown = page(name, step_address())
    assert "canary" not in shown
    assert "What is p?" in shown
    assert "three" not in shown, "a later step was not seen when this one was graded"
    assert '<li class="is-marked" aria-current="step">' in shown


def test_imported_text_is_text(campaign: Campaign) -> None:
    shown = page("rita", step_address())
    assert "<b>two</b>" not in shown
    assert "&lt;b&gt;two&lt;/b&gt;" in shown
    assert '<span class="math" data-tex' in shown


def test_comments_and_texts_are_shown_and_former_states_are_not() -> None:
    campaign = with_overseers(graded_campaign([line("p/a", "one")], {"ada": {}}))
    assignment = make_assignment(campaign=campaign)
    grade_step(assignment, 0, "bad:sign", comment="a former thought")
    grade_step(
        assignment,
        0,
        "bad:logic",
        comment="<i>see above</i>",
        labels={"traits": ["terse", "clear"], "error": ["logic"]},
    )
    shown = said_by("rosa", step_address(0))
    assert shown == {
        "ada": "Bad What is wrong? Logic What is it like? Terse, Clear &lt;i&gt;see above&lt;/i&gt;"
    }


def test_what_was_taken_back_is_not_said() -> None:
    campaign = with_overseers(graded_campaign([line("p/a", "one")], {"ada": {}}))
    assignment = make_assignment(campaign=campaign)
    grade_step(assignment, 0, "good")
    grade_step(assignment, 0, "cleared")
    assert "Nobody has graded this step under version 1." in words("rosa", step_address(0))


def test_former_versions_are_shown_apart() -> None:
    with_overseers(moved_campaign())
    address = step_address(1)
    assert said_by("rita", f"{address}?version=1") == {"ada": "Good", "ben": "Bad What is wrong? Sign"}
    assert said_by("rita", address) == {"ada": "Okay", "ben": "Okay"}
    assert f"{address}?version=1" in page("rita", address)


def test_a_grade_that_a_move_made_says_so(campaign: Campaign) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    assert "carried over by the move" in words("rita", step_address(0))
    assert "carried over" not in words("rita", f"{step_address(0)}?version=1")


def test_a_shared_step_names_the_chains_that_go_through_it() -> None:
    chains = [line(f"p/{number}", "same", f"end {number}") for number in range(8)]
    with_overseers(graded_campaign(chains, {"ada": {"p/0": ["good", "good"]}}))
    shown = words("rita", step_address(0, "p/3"))
    assert "In the chains p/0 , p/1 , p/2 , p/3 , p/4 and 3 more" in shown
    assert "In the chain p/3 " in words("rita", step_address(1, "p/3"))


def whole(assignment: Assignment, *labels: str) -> None:
    write: GradeWrite = writing(index=None, state="answered", labels={"overall": list(labels)})
    save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=NOW)


@pytest.fixture
def asked_of_chains() -> Campaign:
    dataset = make_dataset()
    import_lines(dataset, line("p/a", "one", "two"), line("p/b", "one", "two", "three"))
    campaign = make_campaign(dataset=dataset, version=make_version(WHOLE), annotators=["ada", "ben"])
    for name, label in (("ada", "fine"), ("ben", "poor")):
        whole(make_assignment(campaign=campaign, annotator=name), label)
    return with_overseers(campaign)


def test_what_was_said_of_the_whole_chain_stands_with_its_last_step(asked_of_chains: Campaign) -> None:
    shown = words("rita", step_address(1))
    assert "Of the whole chain p/a" in shown
    assert "As a whole? Fine" in shown
    assert "As a whole? Poor" in shown
    for address in (step_address(0), step_address(2, "p/b")):
        assert "Of the whole chain" not in words("rita", address)


def test_criteria_of_the_whole_chain_have_a_usage_too(asked_of_chains: Campaign) -> None:
    shown = words("rosa", USAGE)
    assert "Of the whole chain. Answered 2 times by 2 people." in shown
    assert "Fine Poor 1 of 1 100.0 %" in shown
    assert f'<a href="{step_address(1)}?version=1">p, whole chain</a>' in page("rosa", USAGE)
    # Nobody graded a step.
    assert "Grades 0" in shown


@pytest.mark.parametrize("name", ["canary-ada", "zoe"])
def test_annotators_find_no_step_here(campaign: Campaign, name: str) -> None:
    browser = browser_of(name)
    there, nowhere = browser.get(step_address()), browser.get("/campaigns/pilot/steps/999999/")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    # Without the tokens of their forms.
    bodies = {re.sub(rb"\w{64}", b"", answer.content) for answer in (there, nowhere)}
    assert len(bodies) == 1, "not even whether it is there"


def test_a_step_of_another_dataset_is_not_found(campaign: Campaign) -> None:
    graded_campaign([line("p/a", "1")], {"ada": {}}, key="foreign")
    foreign = step_address(0, key="foreign").rpartition("steps/")[2]
    rita = browser_of("rita")
    assert rita.get(f"/campaigns/pilot/steps/{foreign}").status_code == 404
    assert rita.get(f"/campaigns/pilot/steps/{10**30}/").status_code == 404
    assert rita.get(f"/campaigns/pilot/steps/{'9' * 5000}/").status_code == 404
    assert rita.get(f"{step_address()}?version=2").status_code == 404
    assert rita.post(step_address()).status_code == 405


# --- The file


@pytest.fixture
def rosa() -> Client:
    make_user("rosa", researcher=True)
    return browser_of("rosa")


def test_a_version_can_be_downloaded_also_a_draft(rosa: Client) -> None:
    version = make_version()
    draft = clone_version(version=version)
    for number, expected in ((1, version), (2, draft)):
        answer = rosa.get(f"/taxonomies/every_kind/{number}/yaml/")
        assert answer.headers["Content-Type"] == "application/yaml"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="every_kind-v{number}.yaml"'
        assert answer.content.decode() == dump_taxonomy(expected)
        outcome = load_taxonomy(text=answer.content.decode(), publish=False, now=NOW).outcome
        assert outcome == Outcome.UNCHANGED


def test_an_empty_draft_can_be_downloaded_too(rosa: Client) -> None:
    version = make_version()
    TaxonomyVersion.objects.create(taxonomy=version.taxonomy, number=2)
    assert rosa.get("/taxonomies/every_kind/2/yaml/").status_code == 200
    assert rosa.get("/taxonomies/every_kind/3/yaml/").status_code == 404
