"""The preview of a version: the real grading page, on which nothing is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotator.chains.models import Dataset
from annotator.grading.models import Grade
from annotator.web.taxonomies.trial_chains import samples
from taxonomies.models import Criterion, Label, TaxonomyVersion
from tests.makers import EVERY_KIND, make_campaign, make_chain, make_user, make_version, small_yaml

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WHOLE = """\
  - {key: result, question: "Is the result right?", kind: one, scope: chain, required: true, labels: [
      {key: right, title: Right, definition: It is right.},
      {key: wrong, title: Wrong, definition: It is wrong.}]}
"""


@pytest.fixture
def rosa(client: Client) -> Client:
    client.force_login(make_user("rosa", researcher=True))
    return client


@pytest.fixture
def draft(db: None) -> TaxonomyVersion:
    return make_version(EVERY_KIND + WHOLE, publish=False)


def address(version: TaxonomyVersion, rest: str = "") -> str:
    return f"/taxonomies/{version.taxonomy.key}/{version.number}/{rest}"


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def say(client: Client, version: TaxonomyVersion, index: int = 0, **fields: Any) -> Any:
    return client.post(
        address(version, f"steps/{index}/"), {"revision": "0", "verdict": "good", **fields}, headers=HTMX
    )


@contextmanager
def nothing_written() -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    for query in queries:
        assert query["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")), query["sql"]


def test_a_draft_is_shown_on_a_sample_with_all_that_it_asks(rosa: Client, draft: TaxonomyVersion) -> None:
    page = words(rosa.get(address(draft)))
    assert "Preview of One criterion of each kind version 1 (draft). Nothing is saved." in page
    assert page.count('class="step"') + page.count('class="step ') >= 6
    assert 'data-question="error"' in page
    assert "The whole chain" in page
    assert "finish-form" not in page


def test_a_change_of_the_draft_shows_at_once(rosa: Client, draft: TaxonomyVersion) -> None:
    rosa.get(address(draft))
    Label.objects.filter(criterion__version=draft, key="okay").update(title="So so", hotkey="7")
    page = words(rosa.get(address(draft)))
    assert "So so" in page
    assert "Okay" not in page


def test_a_tried_row_says_so(rosa: Client, draft: TaxonomyVersion) -> None:
    fields: dict[str, Any] = {"label.error": "logic", "text.why": "does not follow"}
    answer = say(rosa, draft, verdict="bad", **fields)
    assert answer.status_code == 200
    row = words(answer)
    assert "Bad, tried, not stored" in row
    assert "does not follow" in row
    assert 'name="revision" value="1"' in row


def test_the_whole_chain_is_tried_too(rosa: Client, draft: TaxonomyVersion) -> None:
    fields = {"revision": "0", "label.result": "right"}
    answer = rosa.post(address(draft, "whole/"), fields, headers=HTMX)
    assert answer.status_code == 200
    assert ">tried, not stored<" in words(answer)
    fields["label.result"] = "perhaps"
    assert rosa.post(address(draft, "whole/"), fields, headers=HTMX).status_code == 422


def test_a_version_without_questions_of_the_whole_chain_has_no_such_row(rosa: Client) -> None:
    version = make_version()
    assert rosa.post(address(version, "whole/"), {"revision": "0"}, headers=HTMX).status_code == 404


def test_nothing_is_written(rosa: Client, draft: TaxonomyVersion) -> None:
    rosa.get(address(draft))
    with nothing_written():
        assert rosa.get(address(draft)).status_code == 200
        assert say(rosa, draft).status_code == 200
        assert say(rosa, draft, verdict="?", comment="hm").status_code == 200
        assert say(rosa, draft, revision="3", verdict="").status_code == 200
        assert say(rosa, draft, verdict="splendid").status_code == 422
        whole = {"revision": "0", "label.result": "wrong"}
        assert rosa.post(address(draft, "whole/"), whole, headers=HTMX).status_code == 200
        assert rosa.post(address(draft, "steps/0/"), {"revision": "0", "verdict": "good"}).status_code == 200
    assert not Grade.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"verdict": "splendid"}, "Unknown verdict 'splendid'."),
        ({"label.error": "sign"}, "'error' is not asked for this step."),
        ({"verdict": "bad", "label.error": ["sign", "logic"]}, "'error' takes one label."),
        ({"text.traits": "x"}, "'traits' takes no text here."),
        ({"comment": "nul \0"}, "A text cannot hold NUL or half a character."),
        ({"revision": "x"}, "revision is not a whole number: 'x'."),
        ({"colour": "red"}, "This form has no field 'colour'."),
    ],
)
def test_what_saving_would_refuse_is_refused_in_its_words(
    rosa: Client, draft: TaxonomyVersion, fields: dict[str, Any], reason: str
) -> None:
    answer = say(rosa, draft, **fields)
    assert answer.status_code == 422
    assert reason in words(answer)


@pytest.mark.parametrize("index", ["5", "2147483648", "99999999999999999999", "-1", "x"])
def test_a_step_that_the_chain_does_not_have(rosa: Client, draft: TaxonomyVersion, index: str) -> None:
    assert rosa.post(address(draft, f"steps/{index}/"), {"verdict": "good"}).status_code == 404


def test_a_row_is_only_sent(rosa: Client, draft: TaxonomyVersion) -> None:
    assert rosa.get(address(draft, "steps/0/")).status_code == 405
    assert rosa.get(address(draft, "whole/")).status_code == 405


def test_without_javascript_the_page_comes_back_with_the_row(rosa: Client, draft: TaxonomyVersion) -> None:
    answer = rosa.post(address(draft, "steps/1/"), {"revision": "0", "verdict": "bad"})
    page = words(answer)
    assert page.count("Bad, tried, not stored") == 1
    assert "1 of 5 graded" in page


def test_what_a_label_means(rosa: Client, draft: TaxonomyVersion) -> None:
    assert "A wrong sign." in words(rosa.get(address(draft, "labels/error/sign/")))
    assert rosa.get(address(draft, "labels/error/none/")).status_code == 404


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("law", "coat"),
        ("Code review", "average"),
        ("writing", "paragraph"),
        ("", "Solve for"),
        ("tea", "Solve for"),
    ],
)
def test_the_sample_suits_the_domain(rosa: Client, domain: str, shown: str) -> None:
    version = make_version(small_yaml().replace("domain: testing", f"domain: {domain!r}"))
    assert shown in words(rosa.get(address(version)))


def test_another_sample_on_request(rosa: Client, draft: TaxonomyVersion) -> None:
    assert "coat" in words(rosa.get(address(draft, "?sample=law")))
    assert set(samples()) == {"algebra", "code", "law", "essay"}


def test_a_chain_of_a_dataset_of_ones_own(rosa: Client, draft: TaxonomyVersion) -> None:
    make_chain("q/first", steps=["alpha", "beta"])
    make_chain("q/second", steps=["gamma"])
    make_campaign(researchers=["rosa"], version=make_version(small_yaml()))
    page = words(rosa.get(address(draft, "?dataset=pilot&chain=q/second")))
    assert "gamma" in page
    assert f"{address(draft, 'steps/0/')}?dataset=pilot&chain=q%2Fsecond&after_first_error=continue" in page
    page = words(rosa.get(address(draft, "?dataset=pilot&chain=q")))
    assert "alpha" in page
    assert "chain=q%2Fsecond" in page
    row = rosa.post(
        address(draft, "steps/1/?dataset=pilot&chain=q/second"), {"revision": "0", "verdict": "good"}
    )
    assert row.status_code == 404


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("sample=tea", "There is no such sample chain."),
        ("after_first_error=repair", "After the first error a preview can stop or go on."),
        ("chain=a", "Choose the dataset in which to look for this chain."),
        ("dataset=others", "None of your campaigns has such a dataset."),
        ("dataset=none", "None of your campaigns has such a dataset."),
        ("dataset=pilot&chain=zzz", "pilot has no chain whose id contains 'zzz'."),
        ("dataset=pilot&chain=%00", "An id holds neither NUL nor half a character."),
    ],
)
def test_a_chain_that_there_is_not(rosa: Client, draft: TaxonomyVersion, query: str, reason: str) -> None:
    make_chain("a")
    make_campaign(researchers=["rosa"], version=make_version(small_yaml()))
    Dataset.objects.create(key="others", title="Others")
    answer = rosa.get(address(draft, f"?{query}"))
    assert answer.status_code == 422
    assert reason in words(answer)
    assert "Solve for" in words(answer)
    assert rosa.post(address(draft, f"steps/0/?{query}"), {"verdict": "good"}).status_code == 404


def test_a_superuser_may_look_into_every_dataset(client: Client, draft: TaxonomyVersion) -> None:
    make_chain("a", steps=["alpha"])
    root = make_user("root")
    root.is_staff = root.is_superuser = True
    root.save()
    client.force_login(root)
    assert "alpha" in words(client.get(address(draft, "?dataset=pilot")))


def test_the_policy_of_stopping(rosa: Client, draft: TaxonomyVersion) -> None:
    assert "data-stops" not in words(rosa.get(address(draft)))
    page = words(rosa.get(address(draft, "?after_first_error=stop")))
    assert "data-stops" in page
    assert f"{address(draft, 'steps/0/')}?sample=algebra&after_first_error=stop" in page


def test_a_draft_without_a_verdict_says_what_it_lacks(rosa: Client) -> None:
    draft = make_version(EVERY_KIND, publish=False)
    Criterion.objects.filter(version=draft, is_verdict=True).delete()
    Label.objects.filter(criterion__version=draft, criterion__key="error").delete()
    answer = rosa.get(address(draft))
    assert answer.status_code == 200
    assert "No criterion is the verdict yet" in words(answer)
    assert "The criterion error has no labels yet." in words(answer)
    assert reverse("admin:taxonomies_taxonomyversion_change", args=[draft.pk]) in words(answer)
    assert say(rosa, draft).status_code == 404


def test_what_keeps_a_draft_from_being_published_is_listed(rosa: Client, draft: TaxonomyVersion) -> None:
    assert "from being published" not in words(rosa.get(address(draft)))
    Label.objects.filter(criterion__version=draft, key="okay").update(definition="")
    assert "1 thing keeps this draft from being published" in " ".join(
        words(rosa.get(address(draft))).split()
    )


def test_the_links_lead_back(rosa: Client) -> None:
    version = make_version(small_yaml())
    newer = make_version(small_yaml().replace("Right and useful.", "Right and helpful."))
    page = words(rosa.get(address(newer)))
    assert reverse("admin:taxonomies_taxonomyversion_change", args=[newer.pk]) in page
    assert reverse("taxonomy_guidelines", args=["small", 2]) in page
    assert reverse("taxonomy_compare", args=["small", 1, 2]) in page
    assert "Compared with" not in words(rosa.get(address(version)))


def test_only_for_researchers_of_the_taxonomy(rosa: Client, draft: TaxonomyVersion) -> None:
    other = Client()
    other.force_login(make_user("ada"))
    assert other.get(address(draft)).status_code == 404
    assert say(other, draft).status_code == 404
    draft.taxonomy.owners.add(make_user("rolf", researcher=True))
    assert rosa.get(address(draft)).status_code == 404
    assert say(rosa, draft).status_code == 404
    assert rosa.get(address(draft, "labels/verdict/good/")).status_code == 404
    assert Client().get(address(draft)).status_code == 302


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999"])
def test_a_version_that_there_is_not(rosa: Client, draft: TaxonomyVersion, number: str) -> None:
    assert rosa.get(f"/taxonomies/every_kind/{number}/").status_code == 404
