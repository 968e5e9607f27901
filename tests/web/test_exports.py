"""The exports page: who may see it, what its form asks for, what it shows of it, and what is said where something is wrong."""

import html
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.exports.formats import LeftOut
from annotator.exports.gate import conditions
from annotator.exports.models import ExportRecord, Snapshot
from annotator.exports.options import FORMATS, OPTIONS
from annotator.streams import seats
from annotator.web.campaigns.exports import fields, gate, preview, words
from tests.graded import graded_campaign
from tests.makers import browser_of, line, make_user

# A preview opens a view of the database of its own.
pytestmark = pytest.mark.django_db(transaction=True)
EXPORTS = "/campaigns/pilot/exports/"


@pytest.fixture
def campaign() -> Campaign:
    """Four chains by two people: one sound, one flawed, one tied, one that nobody has graded."""
    campaign = graded_campaign(
        [
            line("p/a", "one", "two", final_answer_correct=True, generator="tutor"),
            line("q/a", "one", "two", final_answer_correct=False, generator="tutor"),
            line("r/a", "only", generator="other <b>"),
            line("s/a", "nobody"),
        ],
        {
            "canary-ada": {"p/a": ["good", "good"], "q/a": ["good", "bad:sign"], "r/a": ["good"]},
            "canary-ben": {"p/a": ["good", "good"], "q/a": ["good", "bad:sign"], "r/a": ["bad:sign"]},
        },
    )
    add_member(campaign=campaign, user=make_user("canary-rosa"), role=Role.RESEARCHER)
    add_member(campaign=campaign, user=make_user("canary-rita"), role=Role.REVIEWER)
    return campaign


@pytest.fixture
def rosa(campaign: Campaign) -> Client:
    return browser_of("canary-rosa")


def words_of(text: str) -> str:
    """As one line, without the tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"{EXPORTS}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def answered(browser: Client, query: str) -> str:
    """What htmx gets."""
    answer = browser.get(f"{EXPORTS}{query}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def figures(text: str) -> dict[str, str]:
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", text, re.DOTALL)
    return {words_of(title): words_of(value) for title, value in found}


def errors_in(text: str) -> dict[str, str]:
    found = re.findall(r'id="export-(\w+)-error"[^>]*>(.*?)</p>', text, re.DOTALL)
    return {name: words_of(said) for name, said in found if words_of(said)}


def all_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", ["canary-ada", "canary-rita", "zoe"])
def test_only_researchers_get_in_or_take_something_out(campaign: Campaign, name: str) -> None:
    browser = browser_of(name)
    for path in ("", "snapshots/", "snapshots/1/", "snapshots/1/files/manifest.json"):
        assert browser.get(f"{EXPORTS}{path}").status_code == 404, path
    for path in ("download/", "seal/"):
        assert browser.post(f"{EXPORTS}{path}").status_code == 404, path
    assert not ExportRecord.objects.exists()
    assert not Snapshot.objects.exists()


def test_a_superuser_gets_in_without_being_a_member(campaign: Campaign) -> None:
    person = make_user("sue")
    person.is_superuser = True
    person.save()
    assert "What would be exported" in page(browser_of("sue"))


def test_reading_takes_nothing_out(rosa: Client) -> None:
    page(rosa)
    answered(rosa, "?format=trl")
    assert rosa.get(f"{EXPORTS}download/").status_code == 405
    assert rosa.get(f"{EXPORTS}seal/").status_code == 405
    assert not ExportRecord.objects.exists()


def test_the_page_leads_there_from_the_other_pages_of_the_campaign(rosa: Client) -> None:
    assert f'href="{EXPORTS}"' in rosa.get("/campaigns/pilot/").content.decode()
    assert EXPORTS not in browser_of("canary-rita").get("/campaigns/pilot/").content.decode()


def test_it_shows_the_first_lines_and_counts_the_chains(rosa: Client) -> None:
    text = page(rosa)
    assert figures(text)["Lines"] == "3"
    assert figures(text)["Chains with labels"] == "3 of 4"
    assert text.count('class="json-line"') == 3
    assert '<span class="json-key">"chain_id"</span>: <span class="json-text">&quot;p/a&quot;</span>' in text
    assert "other &lt;b&gt;" in text
    assert "other <b>" not in text


def test_it_says_what_is_left_out_and_why(rosa: Client) -> None:
    text = page(rosa, "?format=trl")
    assert figures(text)["Lines"] == "2"
    assert figures(text)["Left out"] == "1"
    assert "A step before the cut has no verdict" in words_of(text)


def test_chains_that_are_not_asked_for_are_counted_apart(rosa: Client) -> None:
    text = page(rosa, "?format=native&generator=tutor")
    assert (figures(text)["Lines"], figures(text)["Not asked for"], figures(text)["Left out"]) == (
        "2",
        "1",
        "0",
    )


def test_a_large_dataset_is_not_counted_to_its_end(rosa: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "CHAINS_LOOKED_AT", 2)
    text = page(rosa)
    assert figures(text)["Lines"] == "2"
    assert "Of the first 2 chains from the first graded one on; the dataset has 4." in words_of(text)


def test_where_nothing_is_graded_it_says_so_and_gives_no_file(campaign: Campaign) -> None:
    empty = graded_campaign([line("x/a", "one")], {}, key="empty")
    add_member(campaign=empty, user=make_user("canary-rosa"), role=Role.RESEARCHER)
    text = browser_of("canary-rosa").get("/campaigns/empty/exports/").content.decode()
    assert "Nothing has been graded yet with this version." in text
    assert re.search(r"disabled>\s*Download now", text)
    assert "No snapshot yet" in text
    assert "Nobody has pulled anything yet." in text


def test_every_option_condition_and_reason_has_words_on_the_page(campaign: Campaign) -> None:
    # Whoever adds one adds its words here, and the German ones.
    assert [option.name for option in OPTIONS] == list(words.OPTIONS)
    assert {option.name for option in OPTIONS} == {"format", *(n for g in fields.GROUPS.values() for n in g)}
    assert list(FORMATS) == list(words.FORMATS)
    assert {reason.value for reason in LeftOut} == set(preview.LEFT_OUT)
    assert [condition.name for condition in conditions.CONDITIONS] == list(gate.WORDS)


def test_every_choice_of_an_option_has_words_on_the_page() -> None:
    assert [
        (option.name, choice)
        for option in OPTIONS
        if option.name != "format" and option.choices != ("0", "1")
        for choice in option.choices
        if choice not in (words.OPTIONS[option.name].choices or {})
    ] == []


def test_every_format_can_be_looked_at_and_downloaded(rosa: Client) -> None:
    for format_name in FORMATS:
        text = page(rosa, f"?format={format_name}")
        assert errors_in(text) == {}
        answer = rosa.post(f"{EXPORTS}download/", {"format": format_name})
        lines = all_of(answer).splitlines()
        answer.close()
        trailer = json.loads(lines[-1])["trailer"]
        assert trailer["rows"] == len(lines) - 1
        assert figures(text)["Lines"] == str(trailer["rows"]), format_name


def shown_options(text: str, format_name: str) -> Iterable[str]:
    """By the classes of its fields, as the style sheet reads them."""
    found = re.findall(r'class="field export-field ([^"]*)"\s+data-option="(\w+)"', text)
    return [name for classes, name in found if f"for-{format_name}" in classes.split()]


def test_a_field_is_shown_exactly_with_the_formats_of_its_option(rosa: Client) -> None:
    text = page(rosa)
    for format_name in FORMATS:
        wanted = {o.name for o in OPTIONS if format_name in o.formats} - {"format"}
        assert set(shown_options(text, format_name)) == wanted


TAKEN = [
    ("native", "labels", "majority"),
    ("native", "labels", "adjudicated_only"),
    ("trl", "neutral", "drop_chain"),
    ("trl", "after_error", "false"),
    ("openrlhf", "soft", "1"),
    ("native", "votes", "1"),
    ("native", "gold", "1"),
    ("native", "style", "1"),
    ("native", "debias", "twins"),
    ("native", "version", "1"),
    ("native", "luck", "suspect"),
    ("native", "split", "test"),
    ("native", "splits", "60/20/20"),
    ("native", "generator", "tutor"),
    ("native", "min_votes", "2"),
    ("native", "min_agreement", "0.5"),
    ("native", "changed_since", "2026-01-01T00:00"),
]


def test_every_option_is_taken(rosa: Client) -> None:
    for format_name, name, text in TAKEN:
        answer = answered(rosa, f"?format={format_name}&{name}={text}")
        assert errors_in(answer) == {}, name
        assert "Download now" in answer, name


REFUSED = [
    ("native", "labels", "mine"),
    ("trl", "neutral", "maybe"),
    ("trl", "after_error", "perhaps"),
    ("openrlhf", "soft", "2"),
    ("native", "votes", "yes"),
    ("native", "gold", "2"),
    ("native", "style", "2"),
    ("native", "debias", "magic"),
    ("native", "version", "7"),
    ("native", "version", "x"),
    ("native", "luck", "good"),
    ("native", "split", "dev"),
    ("native", "splits", "80/10"),
    ("native", "min_votes", "-1"),
    ("native", "min_agreement", "2"),
    ("native", "changed_since", "yesterday"),
    ("native", "generator", "x" * 501),
]


def test_a_value_that_cannot_be_is_refused_beside_its_field(rosa: Client) -> None:
    for format_name, name, text in REFUSED:
        kept = "min_agreement=0.25" if name != "min_agreement" else "min_votes=25"
        query = f"?format={format_name}&{name}={text}&{kept}"
        answer = answered(rosa, query)
        assert errors_in(answer) == {name: words.refusal_of(name)}, (name, text)
        assert "Download now" not in answer
        whole = page(rosa, query)
        assert errors_in(whole) == {name: words.refusal_of(name)}, (name, text)
        # The rest of the form is still there.
        assert f'value="{kept.rpartition("=")[2]}"' in whole


def test_one_annotator_is_chosen_by_pseudonym(campaign: Campaign, rosa: Client) -> None:
    pseudonym = campaign.memberships.get(user__username="canary-ada").pseudonym
    answer = answered(rosa, f"?labels=annotator&annotator={pseudonym}")
    assert errors_in(answer) == {}
    assert "votes:read" in answer
    assert errors_in(answered(rosa, "?labels=annotator&annotator=nobody")) == {
        "annotator": words.refusal_of("annotator")
    }
    assert "annotator" in errors_in(answered(rosa, "?labels=annotator"))


def test_what_the_chosen_format_does_not_have_is_kept_and_not_asked(rosa: Client) -> None:
    text = page(rosa, "?format=trl&votes=1&neutral=false")
    assert errors_in(text) == {}
    assert "format=trl&amp;neutral=false&amp;trailer=1" in text
    assert re.search(r'name="votes"\s+value="1"[^>]*checked', text)


def test_the_command_and_the_script_ask_the_very_same(rosa: Client) -> None:
    text = html.unescape(re.sub(r"<[^>]*>", "", answered(rosa, "?format=trl&neutral=false&split=train")))
    assert "/api/v1/campaigns/pilot/export/?format=trl&neutral=false&split=train&trailer=1" in text
    assert '{"format": "trl", "neutral": "false", "split": "train", "trailer": "1"}' in text


def test_the_address_follows_the_form_in_its_short_form(rosa: Client) -> None:
    answer = rosa.get(
        f"{EXPORTS}?format=trl&labels=majority&splits=80/10/10&split=test", headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Replace-Url"] == f"{EXPORTS}?format=trl&split=test"


def test_a_number_may_be_written_as_in_german_and_a_time_is_the_servers(rosa: Client) -> None:
    answer = rosa.get(
        f"{EXPORTS}?min_agreement=0,5&changed_since=2026-01-01T10:00", headers={"HX-Request": "true"}
    )
    address = answer.headers["HX-Replace-Url"]
    assert "min_agreement=0.5" in address
    assert "changed_since=2026-01-01T10%3A00%3A00%2B00%3A00" in address
    assert 'value="2026-01-01T10:00"' in page(rosa, address.removeprefix(EXPORTS))


def test_a_download_is_one_file_with_a_trailer_and_is_on_record(campaign: Campaign, rosa: Client) -> None:
    answer = rosa.post(f"{EXPORTS}download/", {"format": "trl"}, headers={"Accept-Encoding": "identity"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pilot-trl.jsonl"'
    lines = all_of(answer).splitlines()
    answer.close()
    record = ExportRecord.objects.get()
    assert (record.kind, record.outcome, record.row_count) == ("live", "complete", 2)
    assert record.asked_by is not None
    assert record.asked_by.username == "canary-rosa"
    assert json.loads(lines[-1])["trailer"]["sha256"] == record.sha256


def test_who_pulled_what_names_nobody(campaign: Campaign, rosa: Client) -> None:
    answer = rosa.post(f"{EXPORTS}download/", {"format": "trl"})
    all_of(answer)
    answer.close()
    record = ExportRecord.objects.get()
    for more in ({"asked_with": "ab12cd34", "asked_by": None}, {"asked_with": "", "asked_by": None}):
        record.pk = None
        for name, value in more.items():
            setattr(record, name, value)
        record.save()
    text = page(rosa).replace("canary-rosa", "", 3)
    pseudonym = campaign.memberships.get(user__username="canary-rosa").pseudonym
    section = words_of(text[text.index('id="records-title"') :])
    assert pseudonym in section
    assert "token ab12cd34…" in section
    assert "a command on the server" in section
    assert "canary" not in section


def test_a_download_of_what_cannot_be_asked_comes_back_with_the_form(rosa: Client) -> None:
    answer = rosa.post(f"{EXPORTS}download/", {"format": "trl", "splits": "1/2/3"})
    assert answer.status_code == 422
    assert "splits" in errors_in(answer.content.decode())
    assert not ExportRecord.objects.exists()


def test_where_no_seat_is_free_it_says_so(rosa: Client) -> None:
    taken = 0
    while seats.SEATS.acquire(blocking=False):
        taken += 1
    try:
        answer = rosa.post(f"{EXPORTS}download/", {"format": "trl"})
    finally:
        for _ in range(taken):
            seats.SEATS.release()
    assert answer.status_code == 503
    assert "As many exports are running as this server does at once." in answer.content.decode()


def test_the_tokens_are_linked_for_who_may_see_them_in_the_admin(campaign: Campaign, rosa: Client) -> None:
    assert "Tokens in the admin" not in page(rosa)
    person = make_user("sue")
    person.is_superuser = person.is_staff = True
    person.save()
    assert "/admin/api/token/?campaigns__id__exact=" in page(browser_of("sue"))
