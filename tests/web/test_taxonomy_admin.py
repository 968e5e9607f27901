"""Taxonomies in the admin: whose they are, what a check says beside which field, lists, histories, links."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotator.accounts.models import User
from taxonomies.models import Criterion, Label, Taxonomy, TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.makers import (
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
    small_yaml,
)
from tests.web.test_admin import version_form, version_url

pytestmark = pytest.mark.django_db
LIST = "/admin/taxonomies/taxonomy/"
VERSIONS = "/admin/taxonomies/taxonomyversion/"


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", researcher=True)


@pytest.fixture
def researcher(rosa: User) -> Client:
    client = Client()
    client.force_login(rosa)
    return client


@pytest.fixture
def stranger() -> Client:
    """A researcher who owns nothing."""
    client = Client()
    client.force_login(make_user("sven", researcher=True))
    return client


def owned(*, publish: bool = True) -> TaxonomyVersion:
    version = make_version(small_yaml(), publish=publish)
    version.taxonomy.owners.add(make_user("rosa"))
    return version


def page_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_other_peoples_taxonomies_are_not_there(researcher: Client, stranger: Client) -> None:
    version = owned()
    pages = [
        version_url(version),
        version_url(version, "history"),
        version_url(version, "delete"),
        f"/admin/taxonomies/taxonomy/{version.taxonomy_id}/change/",
    ]
    for url in pages:
        assert stranger.get(url).status_code in (302, 403, 404), url
    for view in ("publish_version", "clone", "retire_version", "check_draft"):
        assert stranger.post(version_url(version, view)).status_code in (403, 404)
    assert stranger.post(f"{LIST}{version.taxonomy_id}/new_draft/").status_code in (403, 404)
    for url in (LIST, VERSIONS):
        # Neither a row nor a filter names it.
        assert "Small" not in page_of(stranger, url)
        assert "testing" not in page_of(stranger, url)
        assert "Small" in page_of(researcher, url)
    assert TaxonomyVersion.objects.get().status == "published"


def test_a_campaign_is_offered_only_versions_of_ones_own_taxonomies(stranger: Client) -> None:
    owned()
    make_version(small_yaml(key="free").replace("title: Small", "title: Free"))
    form = stranger.get(reverse("admin:assignments_campaign_add")).context["adminform"].form
    assert [version.taxonomy.key for version in form.fields["taxonomy_version"].queryset] == ["free"]


def test_who_makes_a_taxonomy_owns_it_and_only_researchers_are_offered(
    researcher: Client, rosa: User
) -> None:
    make_user("ann")
    form = researcher.get(f"{LIST}add/").context["adminform"].form
    assert [user.username for user in form.fields["owners"].queryset] == ["rosa"]
    researcher.post(f"{LIST}add/", {"title": "Law", "key": "law", "domain": "law", "description": ""})
    assert list(Taxonomy.objects.get().owners.all()) == [rosa]


def test_a_check_puts_each_problem_beside_its_field(researcher: Client) -> None:
    # The verdict is second on the page and first in the content.
    draft = make_version(small_yaml(), publish=False)
    Criterion.objects.filter(key="verdict").update(position=5)
    Label.objects.filter(key="okay").update(definition="", hotkey="n")
    Label.objects.filter(key="other").update(hotkey="4")
    Criterion.objects.filter(key="error_type").update(shown_for=["verdict.gone"])
    response = researcher.get(version_url(draft) + "?check=1")
    criteria = response.context["inline_admin_formsets"][0].formset
    error_type, verdict = criteria.forms
    assert (verdict.instance.key, verdict.errors) == ("verdict", {})
    assert error_type.errors == {"shown_for": ["'verdict.gone': verdict has no label 'gone'"]}
    okay = verdict.nested_formsets[0].formset.forms[1]
    assert set(okay.errors) == {"definition", "hotkey"}
    other = error_type.nested_formsets[0].formset.forms[1]
    assert "is taken by error_type.sign_error" in other.errors["hotkey"][0]
    page = response.content.decode()
    anchors = {problem.anchor for problem in response.context["problems"]}
    assert all(f'id="{anchor}"' in page for anchor in anchors)
    assert all(f'href="#{anchor}"' in page for anchor in anchors)
    assert len(anchors) == 4


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: Criterion.objects.filter(key="verdict").delete(), "no criterion is the verdict"),
        (lambda: Label.objects.filter(criterion__key="error_type").delete(), "error_type has no labels"),
    ],
)
def test_a_problem_without_a_field_stands_above_its_rows(researcher: Client, broken: Any, words: str) -> None:
    draft = make_version(small_yaml(), publish=False)
    broken()
    page = page_of(researcher, version_url(draft) + "?check=1")
    # In the summary, and where it belongs.
    assert page.count(words) == 2


def test_a_draft_without_problems_says_so_and_saving_can_go_on_to_the_check(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    response = researcher.post(version_url(draft), version_form(researcher, draft) | {"save_and_check": "1"})
    assert response["Location"] == version_url(draft) + "?check=1"
    assert "Nothing is missing" in page_of(researcher, response["Location"])


def test_scope_and_content_features_are_saved(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    Criterion.objects.filter(key="error_type").update(shown_for=[])
    fields = version_form(researcher, draft) | {
        "criteria-1-scope": "chain",
        "content_features": ["latex", "code"],
    }
    assert researcher.post(version_url(draft), fields).status_code == 302
    draft.refresh_from_db()
    assert sorted(draft.content_features) == ["code", "latex"]
    assert Criterion.objects.get(key="error_type").scope == "chain"
    refused = researcher.post(version_url(draft), fields | {"criteria-0-scope": "chain"})
    assert "The verdict is asked of every step." in refused.content.decode()


def test_lists_count_campaigns_and_grades(researcher: Client) -> None:
    make_chain()
    campaign = make_campaign(annotators=["ann"])
    grade(make_assignment(campaign=campaign, annotator="ann"))
    clone_version(version=campaign.taxonomy_version)
    versions = {v.number: v for v in researcher.get(VERSIONS).context["cl"].result_list}
    assert (versions[1].campaign_count, versions[1].grade_count) == (1, 1)
    assert (versions[2].campaign_count, versions[2].grade_count) == (0, 0)
    (taxonomy,) = researcher.get(LIST).context["cl"].result_list
    assert (taxonomy.newest, taxonomy.draft, taxonomy.campaign_count) == (1, 2, 1)


@pytest.mark.parametrize(
    "query", ["domain=testing", "status=published", "q=small", "status=draft", "domain=no", "status=x"]
)
def test_lists_are_filtered(researcher: Client, query: str) -> None:
    make_version(small_yaml())
    found = len(researcher.get(f"{LIST}?{query}").context["cl"].result_list)
    assert found == (0 if query in ("status=draft", "domain=no") else 1)


def test_a_version_links_to_the_pages_about_it(researcher: Client) -> None:
    draft = clone_version(version=make_version(small_yaml()))
    page = page_of(researcher, version_url(draft))
    for name in ("preview", "guidelines", "yaml"):
        assert reverse(f"taxonomy_{name}", kwargs={"key": "small", "number": 2}) in page
    for name in ("compare", "mapping"):
        assert reverse(f"taxonomy_{name}", kwargs={"key": "small", "number": 1, "other": 2}) in page


def test_history_names_the_person_of_the_admin_and_what_changed(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft) | {"criteria-0-labels-2-title": "Wrong"}
    assert researcher.post(version_url(draft), fields).status_code == 302
    page = page_of(researcher, version_url(draft, "history"))
    assert "rosa" in page
    assert "by SQL or a command" in page
    assert "label verdict.bad" in page
    assert "Wrong" in page
    assert page_of(researcher, f"{LIST}{draft.taxonomy_id}/history/")
    assert researcher.get(version_url(draft, "history") + "?p=x").status_code == 200


def test_a_new_label_goes_to_the_end_unless_it_was_moved(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft) | {"criteria-1-labels-TOTAL_FORMS": 4}
    for number, (key, position) in enumerate([("last", 0), ("first", 1)], start=2):
        fields |= {f"criteria-1-labels-{number}-key": key, f"criteria-1-labels-{number}-title": key}
        fields |= {
            f"criteria-1-labels-{number}-position": position,
            f"criteria-1-labels-{number}-tone": "bad",
        }
    fields |= {"criteria-1-labels-0-position": 2, "criteria-1-labels-1-position": 3}
    assert researcher.post(version_url(draft), fields).status_code == 302
    labels = Label.objects.filter(criterion__key="error_type")
    assert list(labels.values_list("key", flat=True)) == ["first", "sign_error", "other", "last"]


def test_every_forged_change_of_a_published_version_is_refused(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft)
    researcher.post(version_url(draft, "publish_version"))
    before = TaxonomyVersion.objects.get().digest
    forged = [
        fields | {"guidelines": "Other."},
        fields | {"content_features": ["latex"]},
        fields | {"criteria-0-labels-0-title": "Other"},
        fields | {"criteria-0-DELETE": "on"},
        fields | {"criteria-1-scope": "chain"},
        fields | {"save_and_check": "1"},
        {"action": "delete_selected", "_selected_action": draft.pk},
    ]
    for post in forged:
        assert researcher.post(version_url(draft), post).status_code == 403
    assert researcher.post(VERSIONS, {"action": "delete_selected", "_selected_action": draft.pk}).status_code in (
        200, 302, 403,
    )  # fmt: skip
    assert researcher.post(version_url(draft, "delete"), {"post": "yes"}).status_code == 403
    version = TaxonomyVersion.objects.get()
    assert (version.digest, version.guidelines, version.content_features) == (before, "Look **twice**.\n", [])
    page = page_of(researcher, version_url(draft))
    assert "It cannot be changed or deleted, because grades, reports and exports refer to its labels." in page
    assert "Delete version" not in page


def test_a_form_of_three_hundred_labels_can_be_saved(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    criterion = Criterion.objects.get(key="error_type")
    Label.objects.bulk_create(
        Label(criterion=criterion, version=draft, key=f"fault_{n}", title=f"Fault {n}", position=n + 9)
        for n in range(300)
    )
    fields = version_form(researcher, draft) | {"criteria-1-labels-301-title": "Renamed"}
    assert researcher.post(version_url(draft), fields).status_code == 302
    assert Label.objects.get(title="Renamed").key == "fault_299"


def test_an_empty_list_says_what_to_do(researcher: Client) -> None:
    assert "Add one, or load a preset" in page_of(researcher, LIST)
    assert "make a taxonomy, and its first draft is there" in page_of(researcher, VERSIONS)
    assert "Nothing fits this search" in page_of(researcher, f"{LIST}?q=nothing")
