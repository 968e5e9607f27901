"""Comparing two versions, and saying what labels become."""

import re
import time

import pytest
from django.test import Client

from annotator.web.taxonomies.wording import marked
from taxonomies.mapping import read_mapping
from taxonomies.models import Label, LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version, publish
from tests.graded import graded_campaign
from tests.makers import NOW, browser_of, line, make_user, make_version, small_yaml

pytestmark = pytest.mark.django_db
COMPARE = "/taxonomies/small/1/compare/2/"
MAPPING = "/taxonomies/small/1/mapping/2/"


@pytest.fixture
def old() -> TaxonomyVersion:
    return make_version(small_yaml())


@pytest.fixture
def new(old: TaxonomyVersion) -> TaxonomyVersion:
    """A draft: one label reworded, one with another key, one added, one revalued."""
    draft = clone_version(version=old)
    Label.objects.filter(version=draft, key="other").update(definition="Anything else <b>at all</b>.")
    Label.objects.filter(version=draft, key="okay").update(value=1)
    Label.objects.filter(version=draft, key="sign_error").update(key="sign")
    other = Label.objects.get(version=draft, key="other")
    Label.objects.create(criterion=other.criterion, version=draft, key="slip", title="Slip", position=9)
    return draft


@pytest.fixture
def rosa() -> Client:
    make_user("rosa", researcher=True)
    return browser_of("rosa")


def words_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<(?!/?(ins|del)\b)[^>]*>", " ", answer.content.decode()).split())


def row(browser: Client, key: str) -> str:
    page = browser.get(MAPPING).content.decode()
    found = re.search(
        rf'<div class="mapping-row[^>]*id="row-{re.escape(key)}".*?</div>\s*(?=<div class="mapping-row|<div class="actions|<h2)',
        page,
        re.S,
    )
    assert found is not None
    return found[0]


# --- Who may


@pytest.mark.parametrize("address", [COMPARE, MAPPING])
def test_annotators_find_nothing_here(new: TaxonomyVersion, address: str) -> None:
    assert browser_of("ada").get(address).status_code == 404
    assert browser_of("ada").post(MAPPING).status_code == 404


@pytest.mark.parametrize("address", [COMPARE, MAPPING])
def test_a_taxonomy_is_its_owners_and_a_superusers(new: TaxonomyVersion, rosa: Client, address: str) -> None:
    assert rosa.get(address).status_code == 200
    new.taxonomy.owners.add(make_user("otto", researcher=True))
    assert rosa.get(address).status_code == 404
    assert browser_of("otto").get(address).status_code == 200
    root = make_user("root")
    root.is_superuser = True
    root.save()
    assert browser_of("root").get(address).status_code == 200


@pytest.mark.parametrize("number", ["3", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(new: TaxonomyVersion, rosa: Client, number: str) -> None:
    for address in (f"1/compare/{number}", f"{number}/compare/1", f"1/mapping/{number}"):
        assert rosa.get(f"/taxonomies/small/{address}/", follow=True).status_code == 404


# --- Comparing


def test_what_changed_is_summed_up_and_marked_word_by_word(new: TaxonomyVersion, rosa: Client) -> None:
    page = words_of(rosa, COMPARE)
    assert "1 label reworded; 1 label revalued; 2 labels added; 1 label removed." in page
    assert "Anything else<ins> &lt;b&gt;at all&lt;/b&gt;</ins>." in page
    assert "<del>0 neutral</del> → <ins>+1 sound</ins>" in page
    assert "draft" in page
    assert "Unchanged: Great, Bad" in page


def test_versions_that_say_the_same_are_said_to(old: TaxonomyVersion, rosa: Client) -> None:
    clone_version(version=old)
    assert "Nothing differs between these two versions." in words_of(rosa, COMPARE)
    assert "Nothing differs" in words_of(rosa, "/taxonomies/small/1/compare/1/")


def test_the_older_version_stands_left(new: TaxonomyVersion, rosa: Client) -> None:
    assert rosa.get("/taxonomies/small/2/compare/1/")["Location"] == COMPARE


def test_other_versions_can_be_chosen(new: TaxonomyVersion, rosa: Client) -> None:
    answer = rosa.get("/taxonomies/small/1/compare/1/", {"older": "1", "newer": "2"})
    assert answer["Location"] == COMPARE
    for number in ("7", "", "x\x00", "9" * 30):
        assert rosa.get(COMPARE, {"older": number, "newer": "2"}).status_code == 404


def test_marked_pieces_give_both_texts_back() -> None:
    wording = marked("A wrong sign here.", "A missing brace here, too.")
    assert "".join(piece.text for piece in wording.old) == "A wrong sign here."
    assert "".join(piece.text for piece in wording.new) == "A missing brace here, too."
    assert [piece.text for piece in wording.old if piece.changed] == ["wrong sign"]
    assert [piece.text for piece in wording.new if piece.changed] == ["missing brace", ", too"]


def test_very_long_texts_are_marked_as_a_whole() -> None:
    wording = marked("a b " * 3000, "b a " * 3000)
    assert [piece.changed for piece in (*wording.old, *wording.new)] == [True, True]


def test_a_text_written_anew_is_compared_in_no_time() -> None:
    """The spaces are alike, and must not be tried against each other."""
    began = time.monotonic()
    wording = marked(" ".join(f"old{i}" for i in range(900)), " ".join(f"new{i}" for i in range(900)))
    assert time.monotonic() - began < 2
    assert [piece.changed for piece in (*wording.old, *wording.new)] == [True, True]


# --- What labels become


def test_labels_of_the_same_key_are_suggested_and_marked_so(new: TaxonomyVersion, rosa: Client) -> None:
    assert "suggested, not saved" in row(rosa, "verdict.bad")
    assert re.search(r'value="verdict.bad"\s+selected', row(rosa, "verdict.bad"))
    assert "not decided" in row(rosa, "error_type.sign_error")
    assert "5 of 5 labels are not decided yet" in words_of(rosa, MAPPING)


def test_a_verdict_is_offered_verdicts_only(new: TaxonomyVersion, rosa: Client) -> None:
    offered = re.findall(r'<option value="([^"]+)"', row(rosa, "verdict.bad"))
    assert offered == ["verdict.great", "verdict.okay", "verdict.bad", "*", "-"]


def test_saving_says_how_each_is_called_and_what_is_left(
    old: TaxonomyVersion, new: TaxonomyVersion, rosa: Client
) -> None:
    form = {
        "becomes.verdict.great": "verdict.great",
        "becomes.verdict.okay": "verdict.great",
        "becomes.verdict.bad": "",
        "becomes.error_type.sign_error": "error_type.sign",
        "becomes.error_type.other": "*",
        "among.error_type.other": ["error_type.other", "error_type.slip"],
    }
    answer = rosa.post(MAPPING, form)
    assert answer["Location"] == f"{MAPPING}?page=1"
    assert read_mapping(source=old, target=new) == {
        "verdict.great": ("verdict.great",),
        "verdict.okay": ("verdict.great",),
        "error_type.sign_error": ("error_type.sign",),
        "error_type.other": ("error_type.other", "error_type.slip"),
    }
    assert "1 of 5 labels is not decided yet" in words_of(rosa, MAPPING)
    assert "merged with Okay" in row(rosa, "verdict.great")
    assert "merged with Great, its value changes from 0 to 1" in row(rosa, "verdict.okay")
    assert "renamed" in row(rosa, "error_type.sign_error")
    assert "split among 2" in row(rosa, "error_type.other")
    rosa.post(MAPPING, {"becomes.verdict.bad": "-"})
    assert "dropped" in row(rosa, "verdict.bad")
    assert "The mapping is complete" in words_of(rosa, MAPPING)


def test_a_decision_can_be_taken_back(old: TaxonomyVersion, new: TaxonomyVersion, rosa: Client) -> None:
    rosa.post(MAPPING, {"becomes.verdict.bad": "-", "becomes.verdict.okay": "verdict.okay"})
    rosa.post(MAPPING, {"becomes.verdict.bad": ""})
    assert read_mapping(source=old, target=new) == {"verdict.okay": ("verdict.okay",)}


def test_all_that_have_the_same_key_are_kept_at_once(
    old: TaxonomyVersion, new: TaxonomyVersion, rosa: Client
) -> None:
    rosa.post(MAPPING, {"becomes.verdict.bad": "-", "becomes.verdict.okay": "", "suggest": "1"})
    saved = read_mapping(source=old, target=new)
    assert saved["verdict.bad"] == ()
    assert saved["verdict.okay"] == ("verdict.okay",)
    assert "error_type.sign_error" not in saved


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"becomes.verdict.bad": "error_type.other"}, "cannot become"),
        ({"becomes.verdict.bad": "verdict.worst"}, "cannot become"),
        ({"becomes.verdict.bad": "verdict.bad\x00"}, "cannot become"),
        ({"becomes.verdict.bad": ["verdict.bad", "-"]}, "one answer is wanted"),
        ({"becomes.verdict.bad": "*"}, "tick at least two"),
        ({"becomes.verdict.bad": "*", "among.verdict.bad": ["verdict.bad"]}, "tick at least two"),
        ({"becomes.verdict.bad": "*", "among.verdict.bad": ["verdict.bad"] * 2}, "chosen twice"),
    ],
)
def test_nonsense_is_refused_beside_its_row_and_stores_nothing(
    new: TaxonomyVersion, rosa: Client, form: dict[str, str | list[str]], words: str
) -> None:
    answer = rosa.post(MAPPING, {"becomes.verdict.okay": "-", **form})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.lower()
    assert "Nothing was saved" in page
    # What was chosen in other rows is still there.
    okay = page[page.index('id="row-verdict.okay"') : page.index('id="row-verdict.bad"')]
    assert re.search(r'value="-"\s+selected', okay)
    assert not LabelMapping.objects.exists()


def test_a_label_that_the_older_version_does_not_have_is_refused(new: TaxonomyVersion, rosa: Client) -> None:
    assert rosa.post(MAPPING, {"becomes.verdict.worst": "-"}).status_code == 422
    assert not LabelMapping.objects.exists()


def test_versions_are_mapped_forwards(new: TaxonomyVersion, rosa: Client) -> None:
    assert rosa.get("/taxonomies/small/2/mapping/1/")["Location"] == MAPPING
    assert rosa.get("/taxonomies/small/1/mapping/1/").status_code == 422
    assert rosa.post("/taxonomies/small/2/mapping/1/", {"becomes.verdict.bad": "-"}).status_code == 422


def test_how_often_a_label_was_given_counts_ones_own_campaigns(rosa: Client) -> None:
    graded_campaign(
        [line("p/a", "one", "two")],
        {"ada": {"p/a": ["bad:sign", "good"]}, "ben": {"p/a": ["bad:logic", "unsure"]}},
        researchers=["rosa"],
    )
    publish(version=clone_version(version=TaxonomyVersion.objects.get()), now=NOW)
    address = "/taxonomies/every_kind/1/mapping/2/"
    page = words_of(rosa, address)
    for words in (
        "verdict.good given 1 time ",
        "verdict.bad given 2 times",
        "error.sign given 1 time ",
        "verdict.okay never given",
    ):
        assert words in page
    make_user("otto", researcher=True)
    assert "given 2 times" not in words_of(browser_of("otto"), address)


def test_a_large_mapping_comes_in_pages(rosa: Client) -> None:
    labels = "".join(f"      - {{key: l{n}, title: L{n}, definition: D.}}\n" for n in range(150))
    old = make_version(
        small_yaml() + f"  - key: large\n    question: Which?\n    kind: many\n    labels:\n{labels}"
    )
    clone_version(version=old)
    first = rosa.get(MAPPING).content.decode()
    assert "Page 1 of" in first
    assert first.count('class="mapping-row') < 60
    rosa.post(f"{MAPPING}?page=2", {"becomes.large.l100": "-"})
    rosa.post(MAPPING, {"becomes.verdict.bad": "verdict.bad", "suggest": "1"})
    new = TaxonomyVersion.objects.get(number=2)
    saved = read_mapping(source=old, target=new)
    assert saved["large.l100"] == ()
    assert len(saved) == 155
